#include "terminal/commands.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "terminal/doctor.h"
#include "terminal/editor.h"
#include "terminal/help.h"
#include "terminal/looking.h"
#include "terminal/report.h"
#include "terminal/stepper.h"
#include "terminal/task.h"
#include "terminal/views.h"

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
    struct text out = TEXT_EMPTY;
    screen_say(&tutor->screen, STYLE_ADVICE, "Say a step from 1 to %zu, or a section:", lesson->step_count);
    for (size_t i = 0; i < lesson->section_count; i++)
        text_format(&out, "%4zu  %s\n", lesson->sections[i].first_step + 1, lesson->sections[i].slug);
    screen_add(&tutor->screen, &out);
    text_free(&out);
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
    screen_add(&tutor->screen, &out);
    screen_say(&tutor->screen, STYLE_QUIET, ":lesson NUMBER opens one.");
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

/* clang-format off */
const struct command commands[] = {
    {.name = "next", .arguments = "", .brief = "past a question, too", .run = next,
     .help = "Goes on with the lesson, also past a question or an exercise."},
    {.name = "back", .arguments = "", .brief = "a step back, replayed", .run = back,
     .help = "Goes back one step, in a fresh session that replays the lesson up to there. After free play it restores the lesson's state."},
    {.name = "goto", .arguments = "STEP", .brief = "to a step or a section", .takes = TAKES_PLACE, .run = go_to,
     .help = "Goes to a step by its number, or to a section or a block by its name, after a replay."},
    {.name = "lessons", .arguments = "", .brief = "the whole course", .run = lessons,
     .help = "Lists the lessons and how far you are."},
    {.name = "lesson", .arguments = "NAME", .brief = "opens one", .takes = TAKES_LESSON, .run = open_lesson,
     .help = "Opens a lesson by its number or name."},
    {.name = "progress", .arguments = "", .brief = "how far you are", .run = report_show,
     .help = "Shows steps, answers and exercises of every lesson you began."},
    {.name = "reset", .arguments = "[NAME|all]", .brief = "forgets progress", .takes = TAKES_LESSON, .run = reset,
     .help = "Forgets your progress in this lesson, in another one, or in all."},
    {.name = "hint", .arguments = "", .brief = "the next one", .begins_group = true, .run = hint,
     .help = "In an exercise: shows the next hint."},
    {.name = "check", .arguments = "", .brief = "checks what ran last", .run = check,
     .help = "In an exercise: checks what you ran last. What you enter at its code is checked by itself."},
    {.name = "starter", .arguments = "", .brief = "the code once more", .run = starter,
     .help = "In an exercise: offers its code again."},
    {.name = "solution", .arguments = "", .brief = "after an honest try", .run = solution,
     .help = "In an exercise: shows one way to do it, once you have tried."},
    {.name = "edit", .arguments = "", .brief = "in your own editor", .run = edit,
     .help = "Opens the exercise, or what ran last, in $VISUAL or $EDITOR; what you save stands at the prompt."},
    {.name = "why", .arguments = "", .brief = "who decided, and why", .begins_group = true, .run = looking_why,
     .help = "Says more about the last result: who decided, what to try, and every call to the kernel."},
    {.name = "calls", .arguments = "[all]", .brief = "the system calls", .run = views_calls,
     .help = "Shows every system call of the last step; with all, the peers' too."},
    {.name = "ladder", .arguments = "", .brief = "who said what to whom", .run = views_ladder,
     .help = "Draws what happened between you and your peers in the last step."},
    {.name = "c", .arguments = "[all]", .brief = "the last step in C", .run = views_c,
     .help = "Shows the last step in C, made from the calls that really happened; with all, the lesson so far."},
    {.name = "python", .arguments = "[all]", .brief = "the same in Python", .run = views_python,
     .help = "Shows the last step in Python, made from the calls that really happened; with all, the lesson so far."},
    {.name = "sockets", .arguments = "", .brief = "as the kernel sees them", .run = looking_sockets,
     .help = "Lists your sockets with state, addresses, queues and timers, from the kernel."},
    {.name = "peers", .arguments = "", .brief = "the other ends", .run = looking_peers,
     .help = "Lists the processes at the other ends."},
    {.name = "vars", .arguments = "", .brief = "what you have defined", .run = looking_vars,
     .help = "Lists your variables and their values."},
    {.name = "save", .arguments = "FILE", .brief = "a script, or FILE.md", .takes = TAKES_FILE, .run = looking_save,
     .help = "Saves the session as a script; in a file whose name ends in .md, as a lesson with its outputs."},
    {.name = "doctor", .arguments = "", .brief = "what works here", .begins_group = true, .run = doctor_show,
     .help = "Says what works here, and what to do about the rest."},
    {.name = "help", .arguments = "[NAME]", .brief = "this, or about a name", .takes = TAKES_NAME, .run = help,
     .help = "Explains a command, a function, a constant or an error: :help connect, :help AF_INET, s.connect?"},
    {.name = "quit", .arguments = "", .brief = "your place is kept", .run = quit,
     .help = "Leaves. Your place is kept, and the next start resumes there."},
    {.name = NULL},
};
/* clang-format on */

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
