#include "answer_cell.h"

#include "base/array.h"
#include "base/span.h"

#include <stdlib.h>
#include <string.h>

struct lines {
    struct span *list;
    size_t count;
};

static struct lines lines_of(const char *text)
{
    struct lines lines = {.count = 0};
    for (struct span line; span_next_line(&text, &line);)
        ARRAY_ADD(lines.list, lines.count, line);
    return lines;
}

static bool same(struct span a, struct span b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* A text or a comment of several lines may not be cut in the middle. */
static bool is_long(const char *code)
{
    return strstr(code, "[[") != NULL || strstr(code, "[=") != NULL || strstr(code, "\\\n") != NULL;
}

static void add_lines(struct text *out, const struct lines *lines, size_t from, size_t to, const char *before)
{
    for (; from < to; from++) {
        struct span line = lines->list[from];
        bool comment = line.length == 0 || strncmp(line.text, "--", 2) == 0;
        text_format(out, "%s%.*s\n", comment ? "" : before, (int)line.length, line.text);
    }
}

void answer_cell(struct text *out, const char *starter, const char *solution)
{
    struct lines given = lines_of(starter), wanted = lines_of(solution);
    size_t least = given.count < wanted.count ? given.count : wanted.count, first = 0, last = 0;
    if (is_long(starter) || is_long(solution))
        least = 0;
    while (first < least && same(given.list[first], wanted.list[first]))
        first++;
    while (first + last < least && same(given.list[given.count - 1 - last], wanted.list[wanted.count - 1 - last]))
        last++;
    add_lines(out, &given, 0, first, "");
    add_lines(out, &given, first, given.count - last, "-- ");
    text_add(out, "-- BEGIN SOLUTION\n");
    add_lines(out, &wanted, first, wanted.count - last, "");
    text_add(out, "-- END SOLUTION\n");
    add_lines(out, &given, given.count - last, given.count, "");
    free(given.list);
    free(wanted.list);
}
