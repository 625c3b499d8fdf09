/*
 * check_report.h: results as text, TAP, JUnit's XML and JSON.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_REPORT_H
#define SOCKRATES_TERMINAL_CHECK_REPORT_H

#include "base/outlet.h"
#include "render/command_line.h"
#include "render/look.h"
#include "terminal/check_result.h"

struct report_format {
    struct outlet_signs signs; /* what stands for ':' and '#' where a machine would obey them */
    /* What is said of each lesson as soon as it is through; NULL for nothing. */
    void (*lesson)(struct text *out, const struct lesson_result *result, const struct look *look);
    /* What is said when all are through. */
    void (*end)(struct text *out, const struct check_results *results, const struct look *look);
};

extern const struct report_format report_formats[FORMAT_COUNT];

#endif
