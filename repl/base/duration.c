#include "base/duration.h"

#include "base/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DAY (24.0 * 3600.0 * (double)CLOCK_SECOND)

struct unit {
    const char *name;
    int64_t nanoseconds;
};

enum { MS, MIN, S, US, NS, UNITS };

/* "min" stands before "m…" could be anything else; a bare "m" is no unit. */
static const struct unit units[UNITS] = {
    [MS] = {"ms", CLOCK_MILLISECOND},
    [MIN] = {"min", 60 * CLOCK_SECOND},
    [S] = {"s", CLOCK_SECOND},
    [US] = {"us", CLOCK_MICROSECOND},
    [NS] = {"ns", 1},
};

/* How what is shorter than `below` is written. */
static const struct range {
    int64_t below;
    int decimals, unit;
} ranges[][7] = {
    [DURATION_MEASURED] = {{CLOCK_MILLISECOND, 0, US},
                           {CLOCK_SECOND / 10, 1, MS},
                           {100 * CLOCK_SECOND, 2, S},
                           {INT64_MAX, 0, S}},
    /* Where rounding up would add a digit, there is one less behind the point. */
    [DURATION_SHOWN] = {{500, 0, MS},
                        {9500, 3, MS},
                        {995000, 2, MS},
                        {9950000, 1, MS},
                        {999500000, 0, MS},
                        {99950 * CLOCK_MILLISECOND, 2, S},
                        {INT64_MAX, 0, S}},
    [DURATION_TOLD] = {{10 * CLOCK_MILLISECOND, 1, MS}, {CLOCK_SECOND, 0, MS}, {INT64_MAX, 1, S}},
    [DURATION_WAITED] = {{INT64_MAX, 1, S}},
    [DURATION_TOOK] = {{INT64_MAX, 2, S}},
    [DURATION_AFTER] = {{INT64_MAX, 1, MS}},
};

void duration_write(struct text *out, int64_t nanoseconds, enum duration_style style)
{
    const struct range *range = ranges[style];
    int64_t length = nanoseconds > 0 ? nanoseconds : 0;
    while (length >= range->below && range->below < INT64_MAX)
        range++;
    const struct unit *unit = &units[range->unit];
    text_format(out, "%.*f %s", range->decimals, (double)length / (double)unit->nanoseconds, unit->name);
}

static const struct unit *unit_at(const char *text)
{
    for (size_t i = 0; i < UNITS; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(text, units[i].name, length) == 0 && !isalpha((unsigned char)text[length]))
            return &units[i];
    }
    return NULL;
}

bool duration_read(const char *text, int64_t *nanoseconds, const char **rest)
{
    if (!isdigit((unsigned char)*text) && *text != '.')
        return false;
    /* strtod would also read "0x10" and "1e3"; authors mean neither. */
    size_t digits = strspn(text, "0123456789.");
    char number[32];
    if (digits >= sizeof number)
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    char *end;
    double value = strtod(number, &end);
    const struct unit *unit = unit_at(text + digits);
    if (*end != '\0' || end == number || unit == NULL || value * (double)unit->nanoseconds > DAY)
        return false;
    *nanoseconds = (int64_t)(value * (double)unit->nanoseconds + 0.5);
    *rest = text + digits + strlen(unit->name);
    return true;
}

bool duration_read_limit(const char *text, int64_t *nanoseconds)
{
    const char *rest;
    int64_t limit;
    if (!duration_read(text, &limit, &rest) || *rest != '\0' || limit == 0)
        return false;
    *nanoseconds = limit;
    return true;
}
