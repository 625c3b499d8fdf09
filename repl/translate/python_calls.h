/*
 * python_calls.h: how each call is written in Python.  Floor: translate.
 */
#ifndef SOCKRATES_TRANSLATE_PYTHON_CALLS_H
#define SOCKRATES_TRANSLATE_PYTHON_CALLS_H

#include "translate/writing.h"

/* For the language's row. */
extern const struct written python_calls[CALL_COUNT], python_functions[FUNCTION_COUNT];
extern const struct placeholder python_placeholders[];
void python_comment(struct code *out, const char *words);
void python_print(struct code *out, const char *text, size_t length, bool line);
void python_explain(struct writing *writing);
void python_statement(struct writing *writing, const struct code *call);

#endif
