#include "render/command_rows.h"

#include "base/nearest.h"

#include <string.h>

/* clang-format off */
const struct command commands[COMMAND_COUNT + 1] = {
    [COMMAND_NEXT] = {.name = "next", .arguments = "", .brief = "past a question, too"},
    [COMMAND_BACK] = {.name = "back", .arguments = "", .brief = "a step back, replayed"},
    [COMMAND_GOTO] = {.name = "goto", .arguments = "STEP", .brief = "to a step or a section", .takes = TAKES_PLACE},
    [COMMAND_LESSONS] = {.name = "lessons", .arguments = "", .brief = "the whole course"},
    [COMMAND_LESSON] = {.name = "lesson", .arguments = "NAME", .brief = "opens one", .takes = TAKES_LESSON},
    [COMMAND_PROGRESS] = {.name = "progress", .arguments = "", .brief = "how far you are"},
    [COMMAND_RESET] = {.name = "reset", .arguments = "[NAME|all]", .brief = "forgets progress", .takes = TAKES_LESSON,
                       .whole = true},
    [COMMAND_HINT] = {.name = "hint", .arguments = "", .brief = "the next one", .begins_group = true},
    [COMMAND_CHECK] = {.name = "check", .arguments = "", .brief = "checks what ran last"},
    [COMMAND_STARTER] = {.name = "starter", .arguments = "", .brief = "the code once more"},
    [COMMAND_SOLUTION] = {.name = "solution", .arguments = "", .brief = "after an honest try"},
    [COMMAND_EDIT] = {.name = "edit", .arguments = "", .brief = "in your own editor"},
    [COMMAND_LANGUAGE] = {.name = "language", .arguments = "[c|python|lua]", .brief = "you solve exercises in"},
    [COMMAND_WHY] = {.name = "why", .arguments = "", .brief = "who decided, and why", .begins_group = true},
    [COMMAND_CALLS] = {.name = "calls", .arguments = "[all]", .brief = "the system calls"},
    [COMMAND_LADDER] = {.name = "ladder", .arguments = "[packets] [acks] [seq]", .brief = "who said what to whom"},
    [COMMAND_CHART] = {.name = "chart", .arguments = "[NAME]", .brief = "bytes, time, or ready"},
    [COMMAND_PACKETS] = {.name = "packets", .arguments = "[FILE.pcapng]", .brief = "what crossed the wire", .takes = TAKES_FILE},
#define LANGUAGE(symbol, word, title) [COMMAND_##symbol] = {.name = #word, .arguments = "[all] [FILE]", \
     .brief = "the step in " title, .takes = TAKES_FILE},
    LANGUAGES(LANGUAGE)
    [COMMAND_AGAIN] = {.name = "again", .arguments = "KIND", .brief = "with another peer", .takes = TAKES_KIND},
    [COMMAND_SOCKETS] = {.name = "sockets", .arguments = "", .brief = "as the kernel sees them"},
    [COMMAND_PEERS] = {.name = "peers", .arguments = "", .brief = "the other ends"},
    [COMMAND_VARS] = {.name = "vars", .arguments = "", .brief = "what you have defined"},
    [COMMAND_SAVE] = {.name = "save", .arguments = "FILE", .brief = "a script, or FILE.md", .takes = TAKES_FILE},
    [COMMAND_LAB] = {.name = "lab", .arguments = "[on|off]", .brief = "a network of your own", .begins_group = true},
    [COMMAND_DOCTOR] = {.name = "doctor", .arguments = "", .brief = "what works here"},
    [COMMAND_HELP] = {.name = "help", .arguments = "[NAME]", .brief = "this, or about a name", .takes = TAKES_NAME},
    [COMMAND_QUIT] = {.name = "quit", .also = "exit", .arguments = "", .brief = "your place is kept"},
    [COMMAND_COUNT] = {.name = NULL},
};
/* clang-format on */

static bool is_name(const char *name, const char *word, size_t length)
{
    return name != NULL && strncmp(name, word, length) == 0 && name[length] == '\0';
}

const struct command *command_named(const char *name, size_t length)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (is_name(command->name, name, length) || is_name(command->also, name, length))
            return command;
    return NULL;
}

const struct command *command_begun(const char *name, size_t length)
{
    const struct command *found = command_named(name, length);
    size_t beginnings = 0;
    if (found != NULL)
        return found;
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strncmp(command->name, name, length) != 0)
            continue;
        found = command;
        beginnings++;
    }
    return length > 0 && beginnings == 1 && !found->whole ? found : NULL;
}

/* The word stands in brackets, alone or among others: "[on|off]". */
static bool is_listed(const char *arguments, const char *word, size_t length)
{
    for (const char *at = arguments; (at = strpbrk(at, "[|")) != NULL; at++)
        if (strncmp(at + 1, word, length) == 0 && (at[1 + length] == ']' || at[1 + length] == '|'))
            return true;
    return false;
}

const char *command_surplus(const struct command *command, const char *argument)
{
    if (strpbrk(command->arguments, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL)
        return "";
    while (*argument != '\0') {
        size_t length = strcspn(argument, " \t");
        if (!is_listed(command->arguments, argument, length))
            return argument;
        argument += length + strspn(argument + length, " \t");
    }
    return "";
}

const char *command_nearest(const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (const struct command *command = commands; command->name != NULL; command++)
        nearest_try(&nearest, command->name);
    return nearest.name;
}
