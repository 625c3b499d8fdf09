#include "terminal/commands.h"

#include "base/memory.h"
#include "lesson/course_find.h"
#include "lesson/needs.h"
#include "render/command_rows.h"
#include "terminal/again.h"
#include "terminal/doctor.h"
#include "terminal/chosen.h"
#include "terminal/program.h"
#include "terminal/exercise.h"
#include "terminal/help.h"
#include "terminal/looking.h"
#include "terminal/report.h"
#include "terminal/standing.h"
#include "terminal/stepper.h"
#include "terminal/views.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- the lesson ----------------------------------------------------------------------------------------- */

/* The first step of the section that the word names, or that begins so; -1 for none. */
static int section_step(const struct lesson *lesson, const char *word)
{
    for (size_t i = 0; i < lesson->section_count; i++)
        if (strcmp(lesson->sections[i].slug, word) == 0 || strcasecmp(lesson->sections[i].title, word) == 0)
            return (int)lesson->sections[i].first_step;
    for (size_t i = 0; *word != '\0' && i < lesson->section_count; i++)
        if (strncasecmp(lesson->sections[i].slug, word, strlen(word)) == 0)
            return (int)lesson->sections[i].first_step;
    return -1;
}

static int block_step(const struct lesson *lesson, const char *id)
{
    for (size_t i = 0; i < lesson->step_count; i++)
        if (lesson->steps[i].block != NULL && lesson->steps[i].block->id != NULL &&
            strcmp(lesson->steps[i].block->id, id) == 0)
            return (int)i;
    return -1;
}

static void say_places(struct tutor *tutor, const struct lesson *lesson)
{
    struct text out = TEXT_EMPTY;
    screen_say(&tutor->screen, STYLE_ADVICE, "Say a step from 1 to %zu, or a section:", lesson->step_count);
    for (size_t i = 0; i < lesson->section_count; i++)
        text_format(&out, "%4zu  %s\n", lesson->sections[i].first_step + 1, lesson->sections[i].slug);
    screen_take(&tutor->screen, &out);
}

static void go_to(struct tutor *tutor, const char *argument)
{
    const struct lesson *lesson = tutor->reading.lesson;
    if (lesson == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "No lesson is open. :lesson NAME opens one.");
        return;
    }
    const char *word = *argument == '#' ? argument + 1 : argument;
    char *end;
    long number = strtol(word, &end, 10);
    bool is_number = *word != '\0' && *end == '\0';
    int step = is_number ? (int)number - 1 : section_step(lesson, word);
    if (!is_number && step < 0)
        step = block_step(lesson, word);
    if (step < 0 || !stepper_go_to(tutor, (size_t)step))
        say_places(tutor, lesson);
}

static void open_lesson(struct tutor *tutor, const char *argument)
{
    const struct course *course = tutor_course(tutor);
    if (course == NULL)
        return;
    if (*argument == '\0') {
        screen_say(&tutor->screen, STYLE_ADVICE, "Say which: :lesson 4. :lessons lists them.");
        return;
    }
    int index = course_find(course, argument);
    if (index >= 0)
        stepper_open(tutor, index, 0);
    else
        stepper_say_unknown(tutor, argument);
}

/* "done", "step 3 of 11", or nothing. */
static char *state_of(struct tutor *tutor, const char *name)
{
    struct progress_lesson lesson;
    if (!progress_find(tutor_progress(tutor), name, &lesson))
        return memory_copy("");
    char *state = lesson.furthest >= lesson.steps ? memory_copy("done")
                                                  : text_make("step %zu of %zu", lesson.furthest, lesson.steps);
    progress_lesson_free(&lesson);
    return state;
}

static void add_entry(struct tutor *tutor, struct text *out, const struct course *course, size_t index, size_t widest)
{
    const struct look *look = &tutor->screen.look;
    const struct course_entry *entry = &course->entries[index];
    bool here = tutor->reading.lesson != NULL && tutor->reading.index == (int)index;
    char *number = text_make("%3zu", index + 1), *state = state_of(tutor, entry->name);
    struct text first = TEXT_EMPTY, title = TEXT_EMPTY;
    text_add(&first, here ? ">" : " ");
    look_add(&first, look, STYLE_PROMPT, number);
    text_add(&first, "  ");
    text_add_repeat(&title, "  ", (size_t)entry->depth);
    look_add_name(&title, look, entry->title);
    size_t columns = look_columns(text_string(&title)), taken = look_columns(state);
    bool fits = strlen("   4  ") + widest + 2 + taken <= (size_t)look->width;
    if (fits) {
        text_format(out, "%s%s", text_string(&first), text_string(&title));
        text_add_repeat(out, " ", taken > 0 ? widest - columns + 2 : 0);
    } else {
        look_wrap(out, look, text_string(&first), "      ", text_string(&title));
        text_add(out, taken > 0 ? "      " : "");
    }
    look_add(out, look, strcmp(state, "done") == 0 ? STYLE_RIGHT : STYLE_QUIET, state);
    text_add(out, fits || taken > 0 ? "\n" : "");
    text_free(&first);
    text_free(&title);
    free(number);
    free(state);
}

static void add_part(struct text *out, const struct look *look, const char *part)
{
    text_add(out, look_on(look, STYLE_HEADING));
    look_add_name(out, look, part);
    text_format(out, "%s\n", look_off(look, STYLE_HEADING));
}

static void begin_part(struct text *out, const struct look *look, const struct course *course, int *part, int wanted)
{
    if (wanted >= 0 && wanted != *part)
        add_part(out, look, course->parts[wanted]);
    *part = wanted;
}

/* The name of a group, or of a lesson that nobody can open yet: no number. */
static void add_item(struct text *out, const struct look *look, const struct course_item *item)
{
    struct text title = TEXT_EMPTY;
    text_add(&title, look_on(look, item->draft ? STYLE_QUIET : STYLE_TEXT));
    text_add_repeat(&title, "  ", (size_t)item->depth);
    look_add_name(&title, look, item->title);
    text_add(&title, item->draft ? "  not written yet" : item->url != NULL ? "  " : "");
    look_add_name(&title, look, item->url != NULL ? item->url : "");
    text_add(&title, look_off(look, item->draft ? STYLE_QUIET : STYLE_TEXT));
    if (strlen("   4  ") + look_columns(text_string(&title)) <= (size_t)look->width)
        text_format(out, "      %s\n", text_string(&title));
    else
        look_wrap(out, look, "      ", "      ", text_string(&title));
    text_free(&title);
}

static void lessons(struct tutor *tutor)
{
    const struct course *course = tutor_course(tutor);
    if (course == NULL)
        return;
    struct text out = TEXT_EMPTY;
    size_t widest = 0;
    for (size_t i = 0; i < course->entry_count; i++) {
        size_t columns =
            2 * (size_t)course->entries[i].depth + look_name_columns(&tutor->screen.look, course->entries[i].title);
        widest = columns > widest ? columns : widest;
    }
    int part = -1;
    size_t item = 0;
    for (size_t i = 0; i <= course->entry_count; i++) {
        for (; item < course->item_count && course->items[item].before == i; item++) {
            begin_part(&out, &tutor->screen.look, course, &part, course->items[item].part);
            add_item(&out, &tutor->screen.look, &course->items[item]);
        }
        if (i == course->entry_count)
            break;
        begin_part(&out, &tutor->screen.look, course, &part, course->entries[i].part);
        add_entry(tutor, &out, course, i, widest);
    }
    screen_take(&tutor->screen, &out);
    screen_say(&tutor->screen, STYLE_QUIET, ":lesson NUMBER opens one.");
}

/* Asks before something is lost; only a clear yes is one. */
static bool is_sure(struct tutor *tutor, const char *what)
{
    char *pending = memory_copy(prompt_pending(tutor->prompt)), *line = NULL;
    prompt_prefill(tutor->prompt, NULL);
    screen_say(&tutor->screen, STYLE_ADVICE, "Shall your progress in %s be forgotten? It cannot be had again.", what);
    bool sure = prompt_read(tutor->prompt, "y/n> ", NULL, &line) == PROMPT_LINE &&
                (strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0);
    if (!sure)
        screen_say(&tutor->screen, STYLE_ADVICE, "It stays.");
    prompt_prefill(tutor->prompt, pending);
    free(pending);
    free(line);
    return sure;
}

static void reset(struct tutor *tutor, const char *argument)
{
    const struct course *course = tutor_course(tutor);
    if (strcmp(argument, "all") == 0) {
        if (!is_sure(tutor, "all lessons"))
            return;
        progress_reset(tutor_progress(tutor), NULL);
        screen_say(&tutor->screen, STYLE_ADVICE, "All progress is forgotten.");
        return;
    }
    int index = *argument == '\0' ? tutor->reading.lesson ? tutor->reading.index : -1
                : course != NULL  ? course_find(course, argument)
                                  : -1;
    if (index < 0) {
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "Say which: :reset 4 forgets your progress in lesson 4, :reset all in all.");
        return;
    }
    char *what = text_make("\"%s\"", course->entries[index].title);
    bool sure = is_sure(tutor, what);
    free(what);
    if (!sure)
        return;
    progress_reset(tutor_progress(tutor), course->entries[index].name);
    screen_say(&tutor->screen, STYLE_ADVICE, "Your progress in \"%s\" is forgotten.", course->entries[index].title);
    if (tutor->reading.lesson != NULL && tutor->reading.index == index)
        stepper_open(tutor, index, 0);
}

/* --- the rest ------------------------------------------------------------------------------------------- */

static void say_lab(struct tutor *tutor)
{
    screen_say(&tutor->screen, STYLE_ADVICE,
               tutor_uses_lab(tutor) ? COMMAND_SAYS_IN_LAB
               : needs_missing(NEED_LAB) == 0
                   ? "The session is on this machine's loopback. :lab on begins a private network."
                   : "The session is on this machine's loopback. Here it can be nowhere else; :doctor says why.");
}

/* The lesson again up to here, or nothing at all, in a fresh session. */
static void lab(struct tutor *tutor, const char *argument)
{
    bool on = strcmp(argument, "on") == 0;
    if (!on && strcmp(argument, "off") != 0) {
        say_lab(tutor);
        return;
    }
    if (on && needs_missing(NEED_LAB) != 0) {
        struct text why = TEXT_EMPTY;
        needs_explain(&why, NEED_LAB);
        screen_say(&tutor->screen, STYLE_ADVICE, "%s", text_string(&why));
        text_free(&why);
        return;
    }
    bool was = tutor_uses_lab(tutor);
    tutor->options.lab = on ? LAB_ON : LAB_OFF;
    tutor->explained = 0;
    if (on != was) {
        if (tutor->reading.lesson != NULL)
            standing_restore(tutor, tutor->reading.step);
        else
            standing_begin_anew(tutor);
    }
    say_lab(tutor);
}

static void quit(struct tutor *tutor)
{
    tutor->quit = true;
}

#define SHOW(symbol, word, name)                                       \
    static void show_##word(struct tutor *tutor, const char *argument) \
    {                                                                  \
        views_program(tutor, argument, language_named(#word));         \
    }
LANGUAGES(SHOW)
#undef SHOW

/* What a command does, with its argument or without. */
static const struct action {
    void (*run)(struct tutor *tutor);
    void (*take)(struct tutor *tutor, const char *argument);
} actions[COMMAND_COUNT] = {
#define ACTION(symbol, word, name) [COMMAND_##symbol] = {.take = show_##word},
    LANGUAGES(ACTION)
#undef ACTION
        [COMMAND_NEXT] = {stepper_skip},
    [COMMAND_BACK] = {stepper_back},
    [COMMAND_GOTO] = {.take = go_to},
    [COMMAND_LESSONS] = {lessons},
    [COMMAND_LESSON] = {.take = open_lesson},
    [COMMAND_PROGRESS] = {report_show},
    [COMMAND_RESET] = {.take = reset},
    [COMMAND_HINT] = {exercise_hint},
    [COMMAND_CHECK] = {exercise_judge},
    [COMMAND_STARTER] = {exercise_starter},
    [COMMAND_SOLUTION] = {exercise_solution},
    [COMMAND_EDIT] = {program_edit},
    [COMMAND_LANGUAGE] = {.take = chosen_take},
    [COMMAND_WHY] = {looking_why},
    [COMMAND_CALLS] = {.take = views_calls},
    [COMMAND_LADDER] = {.take = views_ladder},
    [COMMAND_CHART] = {.take = views_chart},
    [COMMAND_PACKETS] = {.take = views_packets},
    [COMMAND_AGAIN] = {.take = again_run},
    [COMMAND_SOCKETS] = {looking_sockets},
    [COMMAND_PEERS] = {looking_peers},
    [COMMAND_VARS] = {looking_vars},
    [COMMAND_SAVE] = {.take = looking_save},
    [COMMAND_DOCTOR] = {doctor_show},
    [COMMAND_HELP] = {.take = help_show},
    [COMMAND_LAB] = {.take = lab},
    [COMMAND_QUIT] = {quit},
};

static void act(const struct action *action, struct tutor *tutor, const char *argument)
{
    if (action->run != NULL)
        action->run(tutor);
    else
        action->take(tutor, argument);
}

bool commands_know(const char *line)
{
    return command_named(line, strcspn(line, " \t")) != NULL;
}

static void say_unknown(struct tutor *tutor, const char *name)
{
    const char *nearest = command_nearest(name);
    screen_say(&tutor->screen, STYLE_ADVICE, "There is no command :%s.%s%s%s :help lists them.", name,
               nearest ? " Did you mean :" : "", nearest ? nearest : "", nearest ? "?" : "");
}

void commands_run(struct tutor *tutor, const char *line)
{
    size_t length = strcspn(line, " \t");
    const char *rest = line + length + strspn(line + length, " \t");
    size_t rest_length = strlen(rest);
    while (rest_length > 0 && isspace((unsigned char)rest[rest_length - 1]))
        rest_length--;
    char *argument = memory_copy_bytes(rest, rest_length), *name = memory_copy_bytes(line, length);
    const struct command *command = command_begun(line, length);
    screen_measure(&tutor->screen);
    if (command != NULL && *command_surplus(command, argument) != '\0')
        screen_say(&tutor->screen, STYLE_ADVICE, COMMAND_SAYS_SURPLUS, command_surplus(command, argument),
                   command->name, command->name);
    else if (command != NULL)
        act(&actions[command - commands], tutor, argument);
    else
        say_unknown(tutor, name);
    free(argument);
    free(name);
}

bool commands_take_question(struct tutor *tutor, const char *line)
{
    size_t length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (length == 0 || line[length - 1] != '?')
        return false;
    for (size_t i = 0; i + 1 < length; i++)
        if (!isalnum((unsigned char)line[i]) && strchr("_.:", line[i]) == NULL)
            return false;
    char *name = memory_copy_bytes(line, length - 1);
    prompt_keep(tutor->prompt, line);
    help_show(tutor, name);
    free(name);
    return true;
}
