#include "lesson/duration.h"

#include "base/clock.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DAY (24.0 * 3600.0 * (double)CLOCK_SECOND)

struct unit {
    const char *name;
    int64_t nanoseconds;
};

/* "min" stands before "m…" could be anything else; a bare "m" is no unit. */
static const struct unit units[] = {
    {"ms", CLOCK_MILLISECOND}, {"min", 60 * CLOCK_SECOND}, {"s", CLOCK_SECOND}, {"us", CLOCK_MICROSECOND}, {"ns", 1},
};

static const struct unit *unit_at(const char *text)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
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

void duration_add(struct text *text, int64_t nanoseconds)
{
    double value = (double)nanoseconds;
    if (nanoseconds >= 100 * CLOCK_SECOND)
        text_format(text, "%.0f s", value / 1e9);
    else if (nanoseconds >= CLOCK_SECOND / 10)
        text_format(text, "%.2f s", value / 1e9);
    else if (nanoseconds >= CLOCK_MILLISECOND)
        text_format(text, "%.1f ms", value / 1e6);
    else
        text_format(text, "%.0f us", value / 1e3);
}
