#include "lesson/wildcard.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool fraction;
} numbers[] = {{"fd", false}, {"port", false}, {"pid", false}, {"ms", true}};

/* Wildcards */

/* Reads "450..650"; false when it is something else. */
static bool read_range(struct span text, double *low, double *high)
{
    char range[64], *end;
    if (text.length == 0 || text.length >= sizeof range)
        return false;
    memcpy(range, text.text, text.length);
    range[text.length] = '\0';
    char *dots = strstr(range, "..");
    if (dots == NULL || strspn(range, "0123456789.") != text.length || dots == range || dots[2] == '\0')
        return false;
    *dots = '\0';
    *low = strtod(range, &end);
    if (*end != '\0')
        return false;
    *high = strtod(dots + 2, &end);
    return *end == '\0' && *low <= *high;
}

static bool is_word(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!isalnum((unsigned char)text.text[i]) && text.text[i] != '_')
            return false;
    return text.length > 0;
}

/* What stands between '<' and '>', if it is the spelling of a number. */
static bool read_number(struct span inside, struct wildcard *wildcard)
{
    const char *colon = memchr(inside.text, ':', inside.length);
    size_t length = colon != NULL ? (size_t)(colon - inside.text) : inside.length;
    struct span detail = span_after(inside, length < inside.length ? length + 1 : length);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!span_is((struct span){inside.text, length}, numbers[i].name))
            continue;
        wildcard->kind = WILDCARD_NUMBER;
        wildcard->fraction = numbers[i].fraction;
        if (colon == NULL)
            return true;
        wildcard->ranged = read_range(detail, &wildcard->low, &wildcard->high);
        if (!wildcard->ranged)
            wildcard->name = inside;
        return wildcard->ranged || is_word(detail);
    }
    return false;
}

struct wildcard wildcard_at(struct span text)
{
    const struct wildcard none = {.kind = WILDCARD_NONE};
    if (text.length < 4 || text.text[0] != '<')
        return none;
    const char *end = memchr(text.text, '>', text.length < WILDCARD_LONGEST ? text.length : WILDCARD_LONGEST);
    if (end == NULL)
        return none;
    struct wildcard wildcard = {.source = {text.text, (size_t)(end - text.text) + 1}};
    struct span inside = {text.text + 1, wildcard.source.length - 2};
    if (span_is(inside, "...")) {
        wildcard.kind = WILDCARD_ANY;
        return wildcard;
    }
    return read_number(inside, &wildcard) ? wildcard : none;
}

size_t wildcard_number(const struct wildcard *wildcard, struct span text)
{
    size_t length = 0;
    while (length < text.length && isdigit((unsigned char)text.text[length]))
        length++;
    if (length == 0 || length > 40)
        return 0;
    if (wildcard->fraction && length + 1 < text.length && text.text[length] == '.' &&
        isdigit((unsigned char)text.text[length + 1]))
        for (length++; length < text.length && length < 60 && isdigit((unsigned char)text.text[length]);)
            length++;
    if (!wildcard->ranged)
        return length;
    char number[64];
    memcpy(number, text.text, length);
    number[length] = '\0';
    double value = strtod(number, NULL);
    return value >= wildcard->low && value <= wildcard->high ? length : 0;
}

/* Lines */

/* One step of both: false when they differ here. */
static bool advance(const struct wildcard *wildcard, struct span *expected, struct span *actual,
                    struct expect_names *names)
{
    if (wildcard->kind == WILDCARD_NUMBER) {
        size_t length = wildcard_number(wildcard, *actual);
        if (length == 0 || !expect_names_bind(names, wildcard->name, (struct span){actual->text, length}))
            return false;
        *expected = span_after(*expected, wildcard->source.length);
        *actual = span_after(*actual, length);
        return true;
    }
    if (actual->length == 0 || *expected->text != *actual->text)
        return false;
    *expected = span_after(*expected, 1);
    *actual = span_after(*actual, 1);
    return true;
}

/* Only the last <...> is ever tried again: the ones before it took as little as they could. */
bool wildcard_match(struct span expected, struct span actual, struct expect_names *names)
{
    expected = span_trim_end(expected);
    actual = span_trim_end(actual);
    struct span retry_expected = {0}, retry_actual = {0};
    size_t begin = expect_names_mark(names), retry_mark = begin;
    while (expected.length > 0 || actual.length > 0) {
        struct wildcard wildcard = {.kind = WILDCARD_NONE};
        if (expected.length > 0)
            wildcard = wildcard_at(expected);
        if (wildcard.kind == WILDCARD_ANY) {
            expected = retry_expected = span_after(expected, wildcard.source.length);
            retry_actual = actual;
            retry_mark = expect_names_mark(names);
        } else if (expected.length == 0 || !advance(&wildcard, &expected, &actual, names)) {
            if (retry_expected.text == NULL || retry_actual.length == 0) {
                expect_names_forget(names, begin);
                return false;
            }
            expect_names_forget(names, retry_mark);
            retry_actual = span_after(retry_actual, 1);
            expected = retry_expected;
            actual = retry_actual;
        }
    }
    return true;
}

bool wildcard_is_lines(struct span expected)
{
    return span_is(span_trim_end(expected), "<...>");
}
