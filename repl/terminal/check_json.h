/*
 * check_json.h: the results of a check for programs.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_JSON_H
#define SOCKRATES_TERMINAL_CHECK_JSON_H

#include "base/text.h"
#include "terminal/check_result.h"

/* One JSON document: the sums, then each lesson with its complaints and blocks. */
void check_json_add(struct text *out, const struct check_results *results);

#endif
