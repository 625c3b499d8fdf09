#include "terminal/editor.h"

#include "base/child.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *editor_name(void)
{
    static const char *const names[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            return value;
    }
    return access("/usr/bin/sensible-editor", X_OK) == 0 ? "sensible-editor" : "vi";
}

/* Runs the editor on the file through the shell, since $EDITOR may hold options.  False when it failed. */
static bool run_editor(const char *editor, const char *path)
{
    char *command = text_make("%s \"$1\"", editor);
    char *arguments[] = {(char[]){"sh"}, (char[]){"-c"}, command, (char[]){"sh"}, memory_copy(path), NULL};
    /* As the shell does: the editor takes Ctrl-C, we do not. */
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child;
    int error = posix_spawnp(&child, "sh", NULL, &attributes, arguments, environ), status = -1;
    posix_spawnattr_destroy(&attributes);
    free(arguments[4]);
    free(command);
    return error == 0 && child_wait(child, &status) && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A file with this text; its name, yours to free, or NULL. */
static char *write_file(const char *code)
{
    const char *place = getenv("TMPDIR");
    char *path = text_make("%s/sockrates-XXXXXX.lua", place && *place ? place : "/tmp");
    int fd = mkstemps(path, 4);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool written = file != NULL && fputs(code, file) >= 0;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (written)
        return path;
    free(path);
    return NULL;
}

bool editor_run(struct tutor *tutor, const char *path)
{
    const char *editor = editor_name();
    bool fine = run_editor(editor, path);
    if (!fine)
        screen_say(&tutor->screen, STYLE_ADVICE,
                   "The editor \"%s\" did not end well, so nothing was taken. Set EDITOR to another.", editor);
    return fine;
}

void editor_open(struct tutor *tutor)
{
    const struct exercise *exercise = tutor->reading.exercise;
    const char *code = prompt_pending(tutor->prompt);
    if (code == NULL)
        code = exercise != NULL && !tutor->reading.attempted ? exercise->starter->code : tutor->last_source;
    char *path = write_file(code ? code : "");
    struct text edited = TEXT_EMPTY;
    if (path == NULL) {
        screen_say(&tutor->screen, STYLE_ADVICE, "No file for the editor could be written: %s.", strerror(errno));
    } else if (editor_run(tutor, path) && text_read_file(&edited, path)) {
        while (edited.length > 0 && edited.bytes[edited.length - 1] == '\n')
            text_cut(&edited, edited.length - 1);
        prompt_prefill(tutor->prompt, text_string(&edited));
    }
    if (path != NULL)
        unlink(path);
    free(path);
    text_free(&edited);
}
