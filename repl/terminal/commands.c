#include "terminal/commands.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "render/terminal_outcome.h"
#include "terminal/editor.h"
#include "terminal/help.h"
#include "terminal/stepper.h"
#include "terminal/task.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- the lesson ----------------------------------------------------------------------------------------- */

static void next(struct tutor *tutor, const char *argument)
{
    (void)argument;
    stepper_skip(tutor);
}

static void back(struct tutor *tutor, const char *argument)
{
    (void)argument;
    stepper_back(tutor);
}

/* The first step of the section that the word names; -1 for none. */
static int section_step(const struct lesson *lesson, const char *word)
{
    for (size_t i = 0; i < lesson->section_count; i++)
        if (strcmp(lesson->sections[i].slug, word) == 0 || strcasecmp(lesson->sections[i].title, word) == 0)
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
    screen_say(&tutor->screen, STYLE_ADVICE, "Say a step from 1 to %zu, or a section:", lesson->step_count);
    for (size_t i = 0; i < lesson->section_count; i++)
        screen_say(&tutor->screen, STYLE_TEXT, "%4zu  %s", lesson->sections[i].first_step + 1,
                   lesson->sections[i].slug);
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
    const char *near = index < 0 ? course_nearest(course, argument) : NULL;
    if (index >= 0)
        stepper_open(tutor, index, 0);
    else
        screen_say(&tutor->screen, STYLE_ADVICE, "There is no lesson \"%s\".%s%s%s :lessons lists them.",
                   argument, near ? " Did you mean " : "", near ? near : "", near ? "?" : "");
}

/* "done", "step 3 of 11", or nothing. */
static char *state_of(struct tutor *tutor, const char *name)
{
    struct progress_lesson lesson;
    if (!progress_find(tutor_progress(tutor), name, &lesson))
        return memory_copy("");
    char *state = lesson.furthest >= lesson.steps
                      ? memory_copy("done")
                      : text_make("step %zu of %zu", lesson.furthest, lesson.steps);
    progress_lesson_free(&lesson);
    return state;
}

static void add_entry(struct tutor *tutor, struct text *out, const struct course *course, size_t index,
                      size_t widest)
{
    const struct look *look = &tutor->screen.look;
    const struct course_entry *entry = &course->entries[index];
    bool here = tutor->reading.lesson != NULL && tutor->reading.index == (int)index;
    char *number = text_make("%3zu", index + 1), *state = state_of(tutor, entry->name);
    struct text first = TEXT_EMPTY, title = TEXT_EMPTY;
    text_add(&first, here ? ">" : " ");
    look_add(&first, look, STYLE_PROMPT, number);
    text_add(&first, "  ");
    look_add_visible(&title, look, entry->title, strlen(entry->title));
    if (*state != '\0') {
        size_t columns = look_columns(text_string(&title));
        /* Spaces that do not break, so that the states stand below each other. */
        text_add_repeat(&title, look->unicode ? "\u00a0" : " ", columns < widest ? widest - columns : 0);
        text_add(&title, " ");
        look_add(&title, look, strcmp(state, "done") == 0 ? STYLE_RIGHT : STYLE_QUIET, state);
    }
    look_wrap(out, look, text_string(&first), "      ", text_string(&title));
    text_free(&first);
    text_free(&title);
    free(number);
    free(state);
}

static void lessons(struct tutor *tutor, const char *argument)
{
    (void)argument;
    const struct course *course = tutor_course(tutor);
    if (course == NULL)
        return;
    struct text out = TEXT_EMPTY;
    size_t widest = 0;
    for (size_t i = 0; i < course->entry_count; i++) {
        size_t columns = look_columns(course->entries[i].title);
        widest = columns > widest ? columns : widest;
    }
    int part = -1;
    for (size_t i = 0; i < course->entry_count; i++) {
        if (course->entries[i].part != part && course->entries[i].part >= 0) {
            part = course->entries[i].part;
            look_add(&out, &tutor->screen.look, STYLE_HEADING, course->parts[part]);
            text_add_char(&out, '\n');
        }
        add_entry(tutor, &out, course, i, widest);
    }
    look_add(&out, &tutor->screen.look, STYLE_QUIET, ":lesson 4 opens the fourth.");
    text_add_char(&out, '\n');
    screen_add(&tutor->screen, &out);
    text_free(&out);
}

static void reset(struct tutor *tutor, const char *argument)
{
    const struct course *course = tutor_course(tutor);
    if (strcmp(argument, "all") == 0) {
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
    progress_reset(tutor_progress(tutor), course->entries[index].name);
    screen_say(&tutor->screen, STYLE_ADVICE, "Your progress in \"%s\" is forgotten.",
               course->entries[index].title);
    if (tutor->reading.lesson != NULL && tutor->reading.index == index)
        stepper_open(tutor, index, 0);
}

/* --- exercises ------------------------------------------------------------------------------------------ */

static void hint(struct tutor *tutor, const char *argument)
{
    (void)argument;
    task_hint(tutor);
}

static void check(struct tutor *tutor, const char *argument)
{
    (void)argument;
    task_judge(tutor);
}

static void starter(struct tutor *tutor, const char *argument)
{
    (void)argument;
    task_starter(tutor);
}

static void solution(struct tutor *tutor, const char *argument)
{
    (void)argument;
    task_solution(tutor);
}

static void edit(struct tutor *tutor, const char *argument)
{
    (void)argument;
    editor_open(tutor);
}

/* --- looking -------------------------------------------------------------------------------------------- */

static void why(struct tutor *tutor, const char *argument)
{
    (void)argument;
    struct text out = TEXT_EMPTY;
    if (tutor->last == NULL)
        text_add(&out, "Nothing ran yet.\n");
    else
        terminal_why(&out, tutor->last, tutor->last_source, &tutor->screen.look);
    screen_add(&tutor->screen, &out);
    text_free(&out);
}

static void vars(struct tutor *tutor, const char *argument)
{
    (void)argument;
    json_t *answer = session_ask(tutor_session(tutor), "variables", json_null()), *variable;
    struct text out = TEXT_EMPTY;
    size_t index;
    json_array_foreach(answer, index, variable)
    {
        const char *name = json_string_value(json_object_get(variable, "name"));
        const char *text = json_string_value(json_object_get(variable, "text"));
        struct text first = TEXT_EMPTY;
        look_add(&first, &tutor->screen.look, STYLE_NAME, name ? name : "");
        text_add(&first, " = ");
        look_break(&out, &tutor->screen.look, text_string(&first), "    ", text ? text : "");
        text_free(&first);
    }
    if (out.length == 0)
        text_add(&out, "You have no variables yet. Type x = 1 to make one.\n");
    screen_add(&tutor->screen, &out);
    json_decref(answer);
    text_free(&out);
}

/* --- the rest ------------------------------------------------------------------------------------------- */

static void help(struct tutor *tutor, const char *argument)
{
    help_show(tutor, argument);
}

static void quit(struct tutor *tutor, const char *argument)
{
    (void)argument;
    tutor->quit = true;
}

const struct command commands[] = {
    {"next", "", "Goes on, also past a question or an exercise.", next, .takes = TAKES_NOTHING,
     .begins_group = true},
    {"back", "", "One step back, in a fresh session; after free play, back to the lesson's state.", back,
     .takes = TAKES_NOTHING},
    {"goto", "STEP", "To a step by its number, or to a section by its name.", go_to, .takes = TAKES_PLACE},
    {"lessons", "", "Lists the lessons and how far you are.", lessons, .takes = TAKES_NOTHING},
    {"lesson", "NAME", "Opens a lesson by number or name.", open_lesson, .takes = TAKES_LESSON},
    {"reset", "[NAME|all]", "Forgets your progress in this lesson, another one, or all.", reset,
     .takes = TAKES_LESSON},
    {"hint", "", "A hint for the exercise; again for the next one.", hint, TAKES_NOTHING,
     .begins_group = true},
    {"check", "", "Checks what you ran last.", check, .takes = TAKES_NOTHING},
    {"starter", "", "Offers the exercise's code again.", starter, .takes = TAKES_NOTHING},
    {"solution", "", "One way to do it, after an honest try.", solution, .takes = TAKES_NOTHING},
    {"edit", "", "Opens what you typed last in $EDITOR.", edit, .takes = TAKES_NOTHING},
    {"why", "", "Says more about the last result: who decided, and every call.", why, TAKES_NOTHING,
     .begins_group = true},
    {"vars", "", "Your variables.", vars, .takes = TAKES_NOTHING},
    {"help", "[NAME]", "This list; or about a name: :help connect, s.connect?", help, TAKES_NAME,
     .begins_group = true},
    {"quit", "", "Leaves. Your place is kept.", quit, .takes = TAKES_NOTHING},
    {.name = NULL},
};

/* The command with this name, or the only one that begins with it. */
static const struct command *find(const char *name, size_t length)
{
    const struct command *found = NULL;
    size_t beginnings = 0;
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strncmp(command->name, name, length) != 0)
            continue;
        if (command->name[length] == '\0')
            return command;
        found = command;
        beginnings++;
    }
    return length > 0 && beginnings == 1 ? found : NULL;
}

static void say_unknown(struct tutor *tutor, const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (const struct command *command = commands; command->name != NULL; command++)
        nearest_try(&nearest, command->name);
    screen_say(&tutor->screen, STYLE_ADVICE, "There is no command :%s.%s%s%s :help lists them.", name,
               nearest.name ? " Did you mean :" : "", nearest.name ? nearest.name : "",
               nearest.name ? "?" : "");
}

void commands_run(struct tutor *tutor, const char *line)
{
    size_t length = strcspn(line, " \t");
    const char *rest = line + length + strspn(line + length, " \t");
    size_t rest_length = strlen(rest);
    while (rest_length > 0 && isspace((unsigned char)rest[rest_length - 1]))
        rest_length--;
    char *argument = memory_copy_bytes(rest, rest_length), *name = memory_copy_bytes(line, length);
    const struct command *command = find(line, length);
    screen_measure(&tutor->screen);
    if (command != NULL)
        command->run(tutor, argument);
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
    if (length < 2 || line[length - 1] != '?')
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
