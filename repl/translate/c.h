/*
 * c.h: programs in C.  Floor: translate.
 */
#ifndef SOCKRATES_TRANSLATE_C_H
#define SOCKRATES_TRANSLATE_C_H

#include "translate/language.h"

extern const struct language language_c;

#endif
