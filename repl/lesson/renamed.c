#include "lesson/renamed.h"

#include "lesson/course_find.h"

#include <stdlib.h>
#include <string.h>

static bool has(const struct course *course, const char *name)
{
    for (size_t i = 0; i < course->entry_count; i++)
        if (strcmp(course->entries[i].name, name) == 0)
            return true;
    return false;
}

static bool is_begun(const struct progress_lesson *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return true;
    return false;
}

/* The entry that took the place of this lesson; NULL when none did, or when one cannot tell which. */
static const struct course_entry *heir_of(const struct course *course, const struct progress_lesson *lost)
{
    const struct course_entry *heir = NULL;
    for (size_t i = 0; i < course->entry_count; i++) {
        const struct course_entry *entry = &course->entries[i];
        if (strcmp(course_bare_name(entry->name), course_bare_name(lost->name)) != 0 &&
            strcmp(entry->title, lost->title) != 0)
            continue;
        if (heir != NULL)
            return NULL;
        heir = entry;
    }
    return heir;
}

void renamed_follow(struct progress *progress, const struct course *course)
{
    size_t count;
    struct progress_lesson *list = progress_list(progress, &count);
    for (size_t i = 0; i < count; i++) {
        const struct course_entry *heir = has(course, list[i].name) ? NULL : heir_of(course, &list[i]);
        if (heir != NULL && !is_begun(list, count, heir->name))
            progress_rename(progress, list[i].name, heir->name);
    }
    for (size_t i = 0; i < count; i++)
        progress_lesson_free(&list[i]);
    free(list);
}
