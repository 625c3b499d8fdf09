#include "terminal/complete.h"

#include "base/memory.h"
#include "lab/bodies.h"
#include "lua/help.h"
#include "render/command_rows.h"
#include "render/reference.h"
#include "terminal/tutor.h"

#include <stdlib.h>
#include <string.h>

static bool begins_with(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static void complete_command(const char *word, struct completions *completions)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        char *name = text_make(":%s", command->name);
        if (begins_with(name, word))
            completions_add(completions, name, command->brief);
        free(name);
    }
}

static void complete_lesson(struct tutor *tutor, const char *word, struct completions *completions)
{
    tutor->screen.muted = true; /* a course that cannot be read is no reason to write into the line */
    const struct course *course = tutor_course(tutor);
    tutor->screen.muted = false;
    for (size_t i = 0; course != NULL && i < course->entry_count; i++)
        if (begins_with(course->entries[i].name, word))
            completions_add(completions, course->entries[i].name, course->entries[i].title);
}

static void complete_place(struct tutor *tutor, const char *word, struct completions *completions)
{
    const struct lesson *lesson = tutor->reading.lesson;
    for (size_t i = 0; lesson != NULL && i < lesson->section_count; i++)
        if (begins_with(lesson->sections[i].slug, word))
            completions_add(completions, lesson->sections[i].slug, lesson->sections[i].title);
}

static void complete_kind(const char *word, struct completions *completions)
{
    for (const struct peer_kind *kind = peer_kinds; kind->name != NULL; kind++)
        if (begins_with(kind->name, word))
            completions_add(completions, kind->name, kind->brief);
}

struct naming {
    const char *word;
    struct completions *completions;
    struct manual *manual;
};

static bool is_there(const struct completions *completions, const char *name)
{
    for (size_t i = 0; i < completions->count; i++)
        if (strcmp(completions->list[i].name, name) == 0)
            return true;
    return false;
}

/* Methods with their receiver, functions with their module, and each of them alone. */
static bool add_name(void *self, const struct help_entry *entry)
{
    static const char *const kinds[HELP_ERRNO + 1] = {
        [HELP_MODULE] = "module", [HELP_ERROR] = "error", [HELP_CONSTANT] = "constant", [HELP_ERRNO] = "errno"};
    const struct naming *naming = self;
    const char *about = kinds[entry->kind];
    const struct manual_entry *section = about ? NULL : manual_find(naming->manual, entry->name);
    if (section != NULL)
        about = reference_bare_signature(section);
    if (begins_with(entry->name, naming->word))
        completions_add(naming->completions, entry->name, about);
    else if (begins_with(entry->bare, naming->word) && !is_there(naming->completions, entry->bare))
        completions_add(naming->completions, entry->bare, about);
    return true;
}

static void complete_name(struct manual *manual, const char *word, struct completions *completions)
{
    struct naming naming = {word, completions, manual};
    const struct manual_entry *entry;
    help_each(add_name, &naming);
    for (size_t i = 0; (entry = manual_at(manual, i)) != NULL; i++)
        if (entry->term && entry->length > 0 && begins_with(entry->name, word))
            completions_add(completions, entry->name, entry->page);
}

/* The words that stand in brackets, as in "[on|off]"; those in capitals stand for something else. */
static void complete_listed(const char *arguments, const char *word, struct completions *completions)
{
    for (const char *at = strpbrk(arguments, "[|"); at != NULL; at = strpbrk(at + 1, "[|")) {
        size_t length = strcspn(at + 1, "]|");
        char *listed = memory_copy_bytes(at + 1, length);
        if (strspn(listed, "abcdefghijklmnopqrstuvwxyz") == length && begins_with(listed, word))
            completions_add(completions, listed, NULL);
        free(listed);
    }
}

static void complete_argument(struct tutor *tutor, const char *line, const char *word, struct completions *completions)
{
    size_t length = strcspn(line + 1, " ");
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strlen(command->name) != length || strncmp(command->name, line + 1, length) != 0)
            continue;
        complete_listed(command->arguments, word, completions);
        switch (command->takes) {
        case TAKES_LESSON:
            complete_lesson(tutor, word, completions);
            break;
        case TAKES_PLACE:
            complete_place(tutor, word, completions);
            break;
        case TAKES_NAME:
            complete_name(tutor_manual(tutor), word, completions);
            break;
        case TAKES_KIND:
            complete_kind(word, completions);
            break;
        case TAKES_NOTHING:
        case TAKES_FILE:
            break;
        }
    }
}

static void complete_lua(struct tutor *tutor, const char *line, size_t *start, struct completions *completions)
{
    struct text whole = TEXT_EMPTY;
    if (tutor->entry.length > 0)
        text_format(&whole, "%s\n", text_string(&tutor->entry));
    size_t before = whole.length;
    text_add(&whole, line);
    json_t *answer = session_ask(tutor_session(tutor), "complete", json_stringn_nocheck(whole.bytes, whole.length));
    json_int_t offset = json_integer_value(json_object_get(answer, "start"));
    json_t *name;
    size_t index;
    if (offset >= (json_int_t)before)
        json_array_foreach(json_object_get(answer, "names"), index, name)
        {
            const char *text = json_string_value(name);
            completions_add(completions, text,
                            reference_signature(tutor_manual(tutor), whole.bytes, (size_t)offset, text));
        }
    if (answer != NULL)
        *start = (size_t)offset - before;
    json_decref(answer);
    text_free(&whole);
}

void complete_line(void *self, const char *line, size_t *start, struct completions *completions)
{
    struct tutor *tutor = self;
    if (tutor->entry.length == 0 && line[0] == ':') {
        const char *space = strrchr(line, ' ');
        if (space == NULL)
            complete_command(line, completions);
        else
            complete_argument(tutor, line, space + 1, completions);
        *start = space ? (size_t)(space + 1 - line) : 0;
    } else {
        complete_lua(tutor, line, start, completions);
    }
}
