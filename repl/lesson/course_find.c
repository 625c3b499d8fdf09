#include "lesson/course_find.h"

#include "base/nearest.h"
#include "base/path.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *course_bare_name(const char *name)
{
    const char *bare = name + strspn(name, "0123456789");
    return bare > name && *bare != '\0' && strchr("-_. ", *bare) != NULL && bare[1] != '\0' ? bare + 1 : name;
}

static bool is_number(const char *word)
{
    return *word != '\0' && word[strspn(word, "0123456789")] == '\0' && strlen(word) < 7;
}

typedef bool matcher(const struct course_entry *entry, const char *word);

static bool match_path(const struct course_entry *entry, const char *word)
{
    return strcmp(entry->path, word) == 0 || strcmp(path_name(entry->path), path_name(word)) == 0;
}

static bool match_name(const struct course_entry *entry, const char *word)
{
    return strcasecmp(entry->name, word) == 0 || strcasecmp(course_bare_name(entry->name), word) == 0 ||
           strcasecmp(entry->title, word) == 0;
}

static bool match_number(const struct course_entry *entry, const char *word)
{
    return is_number(word) && course_bare_name(entry->name) != entry->name && atoi(entry->name) == atoi(word);
}

static bool match_prefix(const struct course_entry *entry, const char *word)
{
    size_t length = strlen(word);
    return length > 0 && (strncasecmp(entry->name, word, length) == 0 ||
                          strncasecmp(course_bare_name(entry->name), word, length) == 0 ||
                          strncasecmp(entry->title, word, length) == 0);
}

enum { NONE = -1, SEVERAL = -2 };

static int find_by(const struct course *course, const char *word, matcher *matches)
{
    int found = NONE;
    for (size_t i = 0; i < course->entry_count; i++)
        if (matches(&course->entries[i], word))
            found = found == NONE ? (int)i : SEVERAL;
    return found;
}

/* "4": the one that lists call so. */
static int find_place(const struct course *course, const char *word)
{
    bool place = is_number(word) && atoi(word) >= 1 && (size_t)atoi(word) <= course->entry_count;
    return place ? atoi(word) - 1 : NONE;
}

int course_find(const struct course *course, const char *word)
{
    int place = word[0] == '0' ? NONE : find_place(course, word);
    if (place >= 0)
        return place;
    static matcher *const matchers[] = {match_path, match_name, match_number};
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++) {
        int found = find_by(course, word, matchers[i]);
        if (found >= 0)
            return found;
    }
    int found = is_number(word) ? find_place(course, word) : find_by(course, word, match_prefix);
    return found >= 0 ? found : NONE;
}

const char *course_nearest(const struct course *course, const char *word)
{
    struct nearest nearest = nearest_to(word), bare = nearest;
    const struct course_entry *entry = NULL;
    for (size_t i = 0; i < course->entry_count; i++) {
        nearest_try(&nearest, course->entries[i].name);
        const char *before = bare.name;
        nearest_try(&bare, course_bare_name(course->entries[i].name));
        if (bare.name != before)
            entry = &course->entries[i];
    }
    if (entry != NULL && (nearest.name == NULL || bare.distance < nearest.distance))
        return entry->name;
    return nearest.name;
}
