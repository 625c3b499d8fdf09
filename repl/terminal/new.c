#include "terminal/new.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/span.h"
#include "base/text.h"
#include "render/command_line.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* %s is the title.  Everything that a lesson can do, once, so that an author only has to change it. */
static const char lesson_text[] =
#include "new_lesson.md.inc"
    ;

/* What to know about a name that no lesson can have, or NULL: every system and every link must carry it. */
static const char *name_fault(const char *name)
{
    static const char wanted[] = "use letters, digits, - _ and ., like 09-many-sockets";
    if (strcmp(name, "SUMMARY") == 0)
        return "SUMMARY.md lists the lessons";
    if (*name == '\0' || *name == '.' || *name == '-')
        return wanted;
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && strchr("-_.", *name) == NULL)
            return wanted;
    return NULL;
}

void new_tell_unwritten(enum subcommand_name name, const char *path)
{
    if (errno == EEXIST)
        command_line_tell(name, "%s is there already; choose another name", path);
    else
        command_line_tell(name, "cannot write %s: %s", path, strerror(errno));
}

char *new_title(const char *name)
{
    char *title = memory_copy(name);
    for (char *c = title; *c != '\0'; c++)
        if (*c == '-' || *c == '_')
            *c = ' ';
    title[0] = (char)toupper((unsigned char)title[0]);
    return title;
}

/* Without the number that says its place. */
static const char *bare_name(const char *name)
{
    const char *bare = name + strspn(name, "0123456789-_.");
    return *bare != '\0' ? bare : name;
}

/* Where the lesson goes: "lessons/09-many.md". */
static char *path_of(const char *wish)
{
    bool here = strchr(wish, '/') != NULL || access("SUMMARY.md", F_OK) == 0 || access("lessons/SUMMARY.md", F_OK) != 0;
    return text_make("%s%.*s.md", here ? "" : "lessons/", (int)path_stem(wish), wish);
}

/* The end of the last line that begins as a list item with a link does; 0 without one. */
static size_t last_item_end(const char *text)
{
    size_t end = 0;
    const char *rest = text;
    for (struct span line; span_next_line(&rest, &line);) {
        const char *start = line.text + strspn(line.text, " \t");
        if (strchr("-*+", *start) != NULL && strncmp(start + 1, " [", 2) == 0)
            end = (size_t)(rest - text);
    }
    return end;
}

/* Adds the lesson to the SUMMARY.md beside it, after the last one listed; 1 with a message when that fails.
 */
static int list_lesson(const char *path, const char *title)
{
    char *summary = text_make("%.*sSUMMARY.md", (int)(path_name(path) - path), path);
    struct text old = TEXT_EMPTY, new = TEXT_EMPTY;
    int status = 0;
    if (!text_read_file(&old, summary)) {
        free(summary);
        return 0; /* file-name order then */
    }
    const char *text = text_string(&old);
    size_t at = last_item_end(text);
    at = at == 0 ? old.length : at;
    text_add_bytes(&new, text, at);
    if (at > 0 && text[at - 1] != '\n')
        text_add(&new, "\n");
    text_format(&new, "- [%s](%s)\n", title, path_name(path));
    text_add_bytes(&new, text + at, old.length - at);
    if (file_replace(summary, text_string(&new), new.length)) {
        printf("Added it to %s.\n", summary);
    } else {
        command_line_tell(SUBCOMMAND_NEW_LESSON, "cannot write %s: %s", summary, strerror(errno));
        status = 1;
    }
    text_free(&old);
    text_free(&new);
    free(summary);
    return status;
}

static int write_lesson(const char *path, const char *title)
{
    struct text text = TEXT_EMPTY;
    text_format(&text, lesson_text, title, title);
    bool written = file_create(path, text_string(&text), text.length);
    text_free(&text);
    if (!written) {
        new_tell_unwritten(SUBCOMMAND_NEW_LESSON, path);
        return 1;
    }
    printf("Wrote %s.\n", path);
    if (list_lesson(path, title) != 0)
        return 1;
    printf("Try it: sockrates check %s\n", path);
    return 0;
}

static int new_lesson(const char *wish)
{
    char *path = path_of(wish);
    char *name = memory_copy_bytes(path_name(path), path_stem(path_name(path)));
    int status = 2;
    const char *fault = name_fault(name);
    if (fault != NULL) {
        command_line_tell(SUBCOMMAND_NEW_LESSON, "'%s' is no good name; %s", wish, fault);
    } else {
        char *title = new_title(bare_name(name));
        status = write_lesson(path, title);
        free(title);
    }
    free(name);
    free(path);
    return status;
}

int new_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    return command_line_read(&line, SUBCOMMAND_NEW_LESSON, argc, argv, &status) ? new_lesson(line.arguments[0])
                                                                                : status;
}
