#include "terminal/chosen.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"
#include "base/text.h"
#include "lesson/exercise.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *choice_path(void)
{
    return place_user("XDG_STATE_HOME", ".local/state", "language");
}

/* As it was the last time; Lua where nothing was said. */
static enum code_language read_choice(void)
{
    struct text word = TEXT_EMPTY;
    enum code_language language = CODE_LUA;
    char *path = choice_path();
    if (text_read_file(&word, path))
        code_language_of(text_string(&word), strcspn(text_string(&word), "\n"), &language);
    text_free(&word);
    free(path);
    return language;
}

static enum code_language choice(struct tutor *tutor)
{
    if (!tutor->language_read)
        tutor->language = read_choice();
    tutor->language_read = true;
    return tutor->language;
}

enum code_language chosen_language(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    enum code_language language = choice(tutor);
    return exercise != NULL && exercise_offers(exercise, language) ? language : CODE_LUA;
}

static void keep_choice(struct tutor *tutor, enum code_language language)
{
    char *path = choice_path(), *line = text_make("%s\n", code_languages[language].word);
    tutor->language = language;
    tutor->language_read = true;
    file_make_folders(path);
    if (!file_create(path, line, strlen(line)) && !file_replace(path, line, strlen(line)))
        tutor_say_unwritten(tutor, path);
    free(line);
    free(path);
}

void chosen_take(struct tutor *tutor, const char *word)
{
    enum code_language language;
    size_t length = strcspn(word, " \t");
    if (length == 0) {
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "Exercises are solved in %s. :language lua, :language python or :language c chooses another one.",
                   code_languages[choice(tutor)].name);
        return;
    }
    if (!code_language_of(word, length, &language))
        return; /* that it means nothing was said */
    keep_choice(tutor, language);
    if (chosen_language(tutor) != CODE_LUA)
        prompt_prefill(tutor->prompt, NULL);
    if (!code_language_here(language))
        screen_say(&tutor->screen, STYLE_ADVICE, "%s needs %s, which is not installed here.",
                   code_languages[language].name, code_languages[language].tool);
    else if (tutor->reading.exercise == NULL)
        screen_say(&tutor->screen, STYLE_ADVICE, "Exercises that are offered in %s are yours to solve in it.",
                   code_languages[language].name);
    else
        chosen_invite(tutor, false);
}

/* --- files ---------------------------------------------------------------------------------------------- */

/* A name that is one in any folder. */
static void add_name(struct text *path, const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        text_add_char(path, isalnum((unsigned char)*at) || (*at == '.' && at != name) || *at == '_' ? *at : '-');
}

char *chosen_file(const struct tutor *tutor, enum code_language language)
{
    const struct reading *reading = &tutor->reading;
    int section = reading->exercise->section;
    struct text name = TEXT_EMPTY;
    text_add(&name, "exercises/");
    add_name(&name, reading->lesson->name);
    text_add_char(&name, '/');
    add_name(&name, section >= 0 ? reading->lesson->sections[section].slug : "exercise");
    text_format(&name, ".%s", code_languages[language].ending);
    char *path = place_user("XDG_STATE_HOME", ".local/state", text_string(&name));
    text_free(&name);
    return path;
}

bool chosen_write(struct tutor *tutor, const char *path, const char *code, bool anew)
{
    bool there = access(path, F_OK) == 0, fine = true;
    file_make_folders(path);
    if (!there)
        fine = file_create(path, code, strlen(code));
    else if (anew)
        fine = file_replace(path, code, strlen(code));
    if (!fine)
        tutor_say_unwritten(tutor, path);
    return fine;
}

const struct block *chosen_starter(struct tutor *tutor)
{
    return exercise_starter_in(tutor->reading.exercise, chosen_language(tutor));
}

const struct block *chosen_solution(struct tutor *tutor)
{
    return exercise_solution_in(tutor->reading.exercise, chosen_language(tutor));
}

const char **chosen_answer(struct tutor *tutor, size_t *count)
{
    if (chosen_language(tutor) == CODE_LUA)
        return record_since(&tutor->record, tutor->reading.first_entry, count);
    const char **program = memory_new(1, sizeof *program);
    *program = tutor->last_source;
    *count = 1;
    return program;
}

/* --- words ---------------------------------------------------------------------------------------------- */

void chosen_invite(struct tutor *tutor, bool again)
{
    enum code_language language = chosen_language(tutor);
    if (language == CODE_LUA) {
        if (choice(tutor) != CODE_LUA)
            screen_say(&tutor->screen, STYLE_ADVICE, "This exercise is in Lua; there is no %s of it.",
                       code_languages[choice(tutor)].name);
        else
            screen_say(&tutor->screen, STYLE_ADVICE, ":starter offers the code in Lua.");
        return;
    }
    char *path = chosen_file(tutor, language);
    if (again)
        screen_say(&tutor->screen, STYLE_QUIET, ":edit goes on with %s. %s", path,
                   tutor->reading.lesson->exam ? ":starter begins again." : ":hint, :starter and :solution help.");
    else
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "In %s: :edit opens %s in your editor. When you close it, the program runs and is checked. "
                   ":language lua goes back to Lua.",
                   code_languages[language].name, path);
    free(path);
}
