#include "base/nearest.h"

#include <string.h>
#include <strings.h>

/* Longer names are nobody's typing mistake. */
#define LONGEST 63

/* Costs are in halves of a mistake, so that a wrong case can cost less than a wrong letter. */
#define MISTAKE 2
#define CASE    1

struct nearest nearest_to(const char *word)
{
    return (struct nearest){.word = word, .name = NULL, .distance = 0};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t letter_cost(char a, char b)
{
    if (a == b)
        return 0;
    return lower(a) == lower(b) ? CASE : MISTAKE;
}

/* Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
static size_t distance_between(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t k = 0; k <= b_length; k++)
        last[k] = k * MISTAKE;
    for (size_t i = 1; i <= a_length; i++) {
        now[0] = i * MISTAKE;
        for (size_t k = 1; k <= b_length; k++) {
            now[k] = least(least(last[k], now[k - 1]) + MISTAKE, last[k - 1] + letter_cost(a[i - 1], b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                now[k] = least(now[k], before[k - 2] + MISTAKE);
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b_length];
}

void nearest_try(struct nearest *nearest, const char *name)
{
    size_t word_length = strlen(nearest->word), name_length = strlen(name);
    if (word_length == 0 || word_length > LONGEST || name_length > LONGEST)
        return;
    size_t distance = distance_between(nearest->word, word_length, name, name_length);
    size_t allowed = MISTAKE * (1 + least(word_length, name_length) / 4);
    if (strcasecmp(nearest->word, name) == 0)
        distance = CASE;
    if (distance > allowed || distance >= MISTAKE * name_length)
        return;
    if (nearest->name == NULL || distance < nearest->distance) {
        nearest->name = name;
        nearest->distance = distance;
    }
}

const char *nearest_of(const char *word, const char *const *names, size_t count)
{
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i < count; i++)
        nearest_try(&nearest, names[i]);
    return nearest.name;
}
