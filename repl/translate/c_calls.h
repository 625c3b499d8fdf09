/*
 * c_calls.h: how each call is written in C.  Floor: translate.
 */
#ifndef SOCKRATES_TRANSLATE_C_CALLS_H
#define SOCKRATES_TRANSLATE_C_CALLS_H

#include "translate/writing.h"

/* For the language's row. */
extern const struct written c_calls[CALL_COUNT];
extern const struct placeholder c_placeholders[];
void c_comment(struct code *out, const char *words);
void c_print(struct code *out, const char *text, size_t length, bool line);
void c_explain(struct writing *writing);
void c_statement(struct writing *writing, const struct code *call);

#endif
