#include "terminal/meant.h"

#include "base/memory.h"
#include "lesson/course_find.h"

#include <stdlib.h>

static void say_unknown(enum subcommand_name name, const struct course *course, const char *word)
{
    const char *near = course_nearest(course, word);
    command_line_wrong(name, "there is no lesson \"%s\"%s%s%s; in the tutor :lessons lists them", word,
                       near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

int *meant_lessons(enum subcommand_name name, const struct course *course, char **words, size_t *count)
{
    size_t room = 1;
    while (words[room - 1] != NULL)
        room++;
    int *lessons = memory_new(room, sizeof *lessons);
    for (*count = 0; words[*count] != NULL; ++*count) {
        lessons[*count] = course_find(course, words[*count]);
        if (lessons[*count] < 0) {
            say_unknown(name, course, words[*count]);
            free(lessons);
            return NULL;
        }
    }
    return lessons;
}
