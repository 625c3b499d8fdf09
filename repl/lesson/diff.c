#include "lesson/expect.h"

#include "lesson/expect_lines.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Beyond so many pairs of lines the two are not aligned, only listed one after the other. */
#define MOST_PAIRS ((size_t)1 << 22)

/* How a diff is cut: common lines kept around a difference, and lines in all. */
#define CONTEXT    3
#define MOST_LINES 60

enum { NO_LINE = -1 };

/* One line of an alignment. */
struct edit {
    char sign;      /* ' ' both, '-' only expected, '+' only actual, '*' actual, taken by the <...> before it */
    ssize_t wanted; /* index of the expected line, or NO_LINE */
    ssize_t given;
};

struct edits {
    struct edit *list;
    size_t count;
};

/* Costs of aligning what follows line e and line a, row by row. */
struct costs {
    uint32_t *cells;
    size_t columns;
};

static uint32_t *cost(const struct costs *costs, size_t e, size_t a)
{
    return &costs->cells[e * costs->columns + a];
}

/* True when the two match, given what names stand for before them all. */
static bool lines_match(struct span wanted, struct span given, struct expect_names *names)
{
    size_t mark = expect_names_mark(names);
    bool same = wildcard_match(wanted, given, names);
    expect_names_forget(names, mark);
    return same;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t cost_at(const struct costs *costs, const struct lines *wanted, const struct lines *given, size_t e,
                        size_t a, struct expect_names *names)
{
    if (e == wanted->count)
        return (uint32_t)(given->count - a);
    if (wildcard_is_lines(wanted->list[e])) {
        uint32_t none = *cost(costs, e + 1, a);
        return a < given->count ? least(none, *cost(costs, e, a + 1)) : none;
    }
    if (a == given->count)
        return *cost(costs, e + 1, a) + 1;
    uint32_t best = least(*cost(costs, e + 1, a), *cost(costs, e, a + 1)) + 1;
    if (lines_match(wanted->list[e], given->list[a], names))
        best = least(best, *cost(costs, e + 1, a + 1));
    return best;
}

static void add(struct edits *edits, char sign, ssize_t wanted, ssize_t given)
{
    edits->list[edits->count++] = (struct edit){sign, wanted, given};
}

/* The way of least cost; at equal cost what was expected comes first. */
static void walk(struct edits *edits, const struct costs *costs, const struct lines *wanted, const struct lines *given,
                 struct expect_names *names)
{
    size_t e = 0, a = 0;
    while (e < wanted->count || a < given->count) {
        uint32_t here = *cost(costs, e, a);
        if (e < wanted->count && wildcard_is_lines(wanted->list[e])) {
            add(edits, ' ', (ssize_t)e, NO_LINE);
            while (a<given->count && * cost(costs, e + 1, a)> here)
                add(edits, '*', NO_LINE, (ssize_t)a++);
            e++;
        } else if (e < wanted->count && a < given->count && here == *cost(costs, e + 1, a + 1) &&
                   lines_match(wanted->list[e], given->list[a], names)) {
            add(edits, ' ', (ssize_t)e++, (ssize_t)a++);
        } else if (e < wanted->count && here == *cost(costs, e + 1, a) + 1) {
            add(edits, '-', (ssize_t)e++, NO_LINE);
        } else {
            add(edits, '+', NO_LINE, (ssize_t)a++);
        }
    }
}

static void list_all(struct edits *edits, const struct lines *wanted, const struct lines *given)
{
    for (size_t e = 0; e < wanted->count; e++)
        add(edits, '-', (ssize_t)e, NO_LINE);
    for (size_t a = 0; a < given->count; a++)
        add(edits, '+', NO_LINE, (ssize_t)a);
}

static struct edits align(const struct lines *wanted, const struct lines *given, struct expect_names *names)
{
    /* A lone <...> adds a line of its own without using one up. */
    struct edits edits = {.list = memory_new(wanted->count + given->count + 1, sizeof *edits.list)};
    if ((wanted->count + 1) * (given->count + 1) > MOST_PAIRS) {
        list_all(&edits, wanted, given);
        return edits;
    }
    struct costs costs = {.columns = given->count + 1};
    costs.cells = memory_new((wanted->count + 1) * costs.columns, sizeof *costs.cells);
    for (size_t e = wanted->count + 1; e-- > 0;)
        for (size_t a = given->count + 1; a-- > 0;)
            *cost(&costs, e, a) = cost_at(&costs, wanted, given, e, a, names);
    walk(&edits, &costs, wanted, given, names);
    free(costs.cells);
    return edits;
}

/* Both texts, aligned. */
struct comparison {
    struct lines wanted, given;
    struct edits edits;
};

static struct comparison compare(const char *expected, const char *actual, struct expect_names *names)
{
    struct comparison comparison = {.wanted = lines_of(expected), .given = lines_of(actual)};
    comparison.edits = align(&comparison.wanted, &comparison.given, names);
    return comparison;
}

static void comparison_free(struct comparison *comparison)
{
    free(comparison->wanted.list);
    free(comparison->given.list);
    free(comparison->edits.list);
}

static struct span wanted_line(const struct comparison *comparison, const struct edit *edit)
{
    return comparison->wanted.list[edit->wanted];
}

static struct span given_line(const struct comparison *comparison, const struct edit *edit)
{
    return span_trim_end(comparison->given.list[edit->given]);
}

/* The diff */

struct printer {
    struct text *out;
    size_t lines, left_out;
};

static void print_line(struct printer *printer, char sign, struct span line)
{
    line = span_trim_end(line);
    if (printer->lines == MOST_LINES) {
        printer->left_out++;
        return;
    }
    printer->lines++;
    text_add_char(printer->out, sign);
    text_add_char(printer->out, ' ');
    text_add_bytes(printer->out, line.text, line.length);
    text_add_char(printer->out, '\n');
}

static void print_common(struct printer *printer, const struct comparison *comparison, size_t first, size_t last)
{
    size_t begin = first == 0 ? 0 : CONTEXT, end = last == comparison->edits.count ? 0 : CONTEXT;
    size_t count = last - first, skipped = count > begin + end + 1 ? count - begin - end : 0;
    for (size_t i = first; i < last; i++) {
        if (skipped > 0 && i == first + begin) {
            text_format(printer->out, "  (%zu lines alike)\n", skipped);
            i += skipped - 1;
        } else {
            print_line(printer, ' ', wanted_line(comparison, &comparison->edits.list[i]));
        }
    }
}

/* Two lines that match one by one may still disagree about what a name stands for. */
static void part_disagreeing(struct comparison *comparison, struct expect_names *names)
{
    struct edits *edits = &comparison->edits, parted = {0};
    parted.list = memory_new(edits->count * 2 + 1, sizeof *parted.list);
    for (size_t i = 0; i < edits->count; i++) {
        struct edit *edit = &edits->list[i];
        bool both = edit->wanted != NO_LINE && edit->given != NO_LINE;
        if (both && !wildcard_match(wanted_line(comparison, edit), given_line(comparison, edit), names)) {
            add(&parted, '-', edit->wanted, NO_LINE);
            add(&parted, '+', NO_LINE, edit->given);
        } else if (edit->sign != '*') {
            parted.list[parted.count++] = *edit;
        }
    }
    free(edits->list);
    *edits = parted;
}

void expect_diff(struct text *out, const char *expected, const char *actual, struct expect_names *names)
{
    size_t mark = expect_names_mark(names);
    struct comparison comparison = compare(expected, actual, names);
    part_disagreeing(&comparison, names);
    struct printer printer = {.out = out};
    const struct edits *edits = &comparison.edits;
    for (size_t i = 0; i < edits->count; i++) {
        size_t end = i;
        while (end < edits->count && edits->list[end].sign == ' ')
            end++;
        print_common(&printer, &comparison, i, end);
        if (end == edits->count)
            break;
        i = end;
        const struct edit *edit = &edits->list[i];
        print_line(&printer, edit->sign,
                   edit->sign == '-' ? wanted_line(&comparison, edit) : given_line(&comparison, edit));
    }
    if (printer.left_out > 0)
        text_format(out, "  (and %zu more lines)\n", printer.left_out);
    expect_names_forget(names, mark);
    comparison_free(&comparison);
}

/* What --accept writes */

/* How much of both lines' beginnings matches. */
static void match_beginning(struct span wanted, struct span given, size_t *from_wanted, size_t *from_given)
{
    size_t e = 0, a = 0;
    while (e < wanted.length && a < given.length) {
        struct wildcard wildcard = wildcard_at(span_after(wanted, e));
        size_t length = wildcard.kind == WILDCARD_NUMBER ? wildcard_number(&wildcard, span_after(given, a)) : 0;
        if (length > 0) {
            e += wildcard.source.length;
            a += length;
        } else if (wildcard.kind == WILDCARD_NONE && wanted.text[e] == given.text[a]) {
            e++;
            a++;
        } else {
            break;
        }
    }
    *from_wanted = e;
    *from_given = a;
}

/* The wildcard that ends where the text ends. */
static struct wildcard wildcard_before(struct span text)
{
    if (text.length > 0 && text.text[text.length - 1] == '>')
        for (size_t begin = text.length; begin-- > 0 && text.length - begin <= WILDCARD_LONGEST;) {
            struct wildcard wildcard = wildcard_at(span_after(text, begin));
            if (wildcard.kind != WILDCARD_NONE && begin + wildcard.source.length == text.length)
                return wildcard;
        }
    return (struct wildcard){.kind = WILDCARD_NONE};
}

/* How many bytes at the end of the text are a number that the wildcard takes. */
static size_t number_before(const struct wildcard *wildcard, struct span text)
{
    size_t begin = text.length;
    while (begin > 0 &&
           (isdigit((unsigned char)text.text[begin - 1]) || (wildcard->fraction && text.text[begin - 1] == '.')))
        begin--;
    size_t length = text.length - begin;
    return length > 0 && wildcard_number(wildcard, span_after(text, begin)) == length ? length : 0;
}

/* Shortens both lines by what matches at their ends. */
static void match_ending(struct span *wanted, struct span *given)
{
    while (wanted->length > 0 && given->length > 0) {
        struct wildcard wildcard = wildcard_before(*wanted);
        size_t length = wildcard.kind == WILDCARD_NUMBER ? number_before(&wildcard, *given) : 0;
        if (length > 0) {
            wanted->length -= wildcard.source.length;
            given->length -= length;
        } else if (wildcard.kind == WILDCARD_NONE &&
                   wanted->text[wanted->length - 1] == given->text[given->length - 1]) {
            wanted->length--;
            given->length--;
        } else {
            break;
        }
    }
}

/* The new line with the old one's wildcards at both ends, where they still match. */
static void add_mixed(struct text *out, struct span wanted, struct span given, struct expect_names *names)
{
    size_t begin_wanted, begin_given, before = out->length;
    match_beginning(wanted, given, &begin_wanted, &begin_given);
    struct span rest_wanted = span_after(wanted, begin_wanted), rest_given = span_after(given, begin_given);
    match_ending(&rest_wanted, &rest_given);
    size_t ending = begin_wanted + rest_wanted.length;
    text_add_bytes(out, wanted.text, begin_wanted);
    text_add_bytes(out, rest_given.text, rest_given.length);
    text_add_bytes(out, wanted.text + ending, wanted.length - ending);
    struct span mixed = {out->bytes + before, out->length - before};
    if (wildcard_match(mixed, given, names))
        return;
    text_cut(out, before); /* a name stands for something else by now */
    text_add_bytes(out, given.text, given.length);
}

/* Writes the hunk of differing lines that begins here; gives the index behind it. */
static size_t add_hunk(struct text *out, const struct comparison *comparison, size_t first, struct expect_names *names)
{
    const struct edit *list = comparison->edits.list;
    size_t end = first, old = first;
    while (end < comparison->edits.count && (list[end].sign == '-' || list[end].sign == '+'))
        end++;
    for (size_t i = first; i < end; i++) {
        if (list[i].sign != '+')
            continue;
        while (old < end && list[old].sign != '-')
            old++;
        struct span given = given_line(comparison, &list[i]);
        if (old < end)
            add_mixed(out, wanted_line(comparison, &list[old++]), given, names);
        else
            text_add_bytes(out, given.text, given.length);
        text_add_char(out, '\n');
    }
    return end;
}

static void add_line(struct text *out, struct span line)
{
    text_add_bytes(out, line.text, line.length);
    text_add_char(out, '\n');
}

char *expect_accept(const char *expected, const char *actual, struct expect_names *names)
{
    struct text out = TEXT_EMPTY;
    struct comparison comparison = compare(expected, actual, names);
    struct edits whole = comparison.edits;
    for (size_t i = 0; i < whole.count;) {
        const struct edit *edit = &whole.list[i];
        bool both = edit->wanted != NO_LINE && edit->given != NO_LINE;
        if (edit->sign == '-' || edit->sign == '+') {
            i = add_hunk(&out, &comparison, i, names);
            continue;
        }
        if (both && !wildcard_match(wanted_line(&comparison, edit), given_line(&comparison, edit), names)) {
            add_mixed(&out, wanted_line(&comparison, edit), given_line(&comparison, edit), names);
            text_add_char(&out, '\n');
        } else if (edit->sign == ' ') {
            add_line(&out, wanted_line(&comparison, edit));
        }
        i++;
    }
    comparison_free(&comparison);
    return text_steal(&out);
}
