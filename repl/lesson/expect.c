#include "lesson/expect.h"

#include "lesson/expect_lines.h"

#include "base/array.h"

#include <stdlib.h>

struct lines lines_of(const char *text)
{
    struct lines lines = {0};
    for (struct span line; span_next_line(&text, &line);)
        ARRAY_ADD(lines.list, lines.count, line);
    while (lines.count > 0 && span_trim_end(lines.list[lines.count - 1]).length == 0)
        lines.count--;
    return lines;
}

/* As wildcard_match() does with characters: only the last lone <...> is ever tried again. */
static bool match_lines(const struct lines *expected, const struct lines *actual, struct expect_names *names,
                        size_t *reached)
{
    size_t e = 0, a = 0, retry_e = 0, retry_a = 0;
    size_t mark = expect_names_mark(names);
    bool retry = false;
    *reached = 0;
    while (e < expected->count || a < actual->count) {
        if (e < expected->count && wildcard_is_lines(expected->list[e])) {
            retry = true;
            retry_e = ++e;
            retry_a = a;
            mark = expect_names_mark(names);
        } else if (e < expected->count && a < actual->count &&
                   wildcard_match(expected->list[e], actual->list[a], names)) {
            e++;
            a++;
        } else if (!retry || retry_a == actual->count) {
            *reached = e > *reached ? e : *reached;
            return false;
        } else {
            *reached = e > *reached ? e : *reached;
            expect_names_forget(names, mark);
            e = retry_e;
            a = ++retry_a;
        }
    }
    return true;
}

bool expect_match(const char *expected, const char *actual, struct expect_names *names, int *line)
{
    struct lines wanted = lines_of(expected), given = lines_of(actual);
    size_t mark = expect_names_mark(names), reached;
    bool same = match_lines(&wanted, &given, names, &reached);
    if (!same)
        expect_names_forget(names, mark);
    *line = same ? 0 : (int)reached;
    free(wanted.list);
    free(given.list);
    return same;
}
