/*
 * check_github.h: the marks of a check as GitHub Classroom reads them.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_CHECK_GITHUB_H
#define SOCKRATES_TERMINAL_CHECK_GITHUB_H

#include "base/text.h"
#include "terminal/check_result.h"

/*
 * One line of base64: what a grader of GitHub Classroom hands to autograding-grading-reporter.  Each exercise is a test
 * with its points; a lesson without exercises is one of a single point.  What else is wrong is a test without points.
 */
void check_github_add(struct text *out, const struct check_results *results);

#endif
