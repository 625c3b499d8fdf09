/*
 * python.h: programs in Python.  Floor: translate.
 */
#ifndef SOCKRATES_TRANSLATE_PYTHON_H
#define SOCKRATES_TRANSLATE_PYTHON_H

#include "translate/language.h"

extern const struct language language_python;

#endif
