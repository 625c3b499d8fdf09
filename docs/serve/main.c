/*
 * sockrates-docs-serve: shows the site to its author and follows every change.
 */
#include "../arguments.h"
#include "../build.h"
#include "server.h"

#include "base/scratch.h"
#include "base/outlet.h"
#include "base/place.h"
#include "base/watcher.h"
#include "render/command_line.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Editors save in several steps; what comes within this time is one change. */
enum { SETTLE_MILLISECONDS = 30 };

struct serving {
    struct site_options options;
    struct server *server;
    struct watcher *watcher;
    bool changed; /* again, while the last change was being built */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static void on_change(void *self, const char *path)
{
    struct serving *serving = self;
    (void)path;
    serving->changed = true;
}

static bool wait_for_change(struct serving *serving, int milliseconds)
{
    struct pollfd poll_set = {watcher_descriptor(serving->watcher), POLLIN, 0};
    if (poll(&poll_set, 1, milliseconds) > 0)
        watcher_take(serving->watcher, on_change, serving);
    return serving->changed;
}

/* A build that is overtaken by the next change need not end. */
static bool is_stale(void *self)
{
    return interrupted || wait_for_change(self, 0);
}

static char *words_of(const struct complaints *complaints)
{
    struct text words = TEXT_EMPTY;
    for (size_t i = 0; i < complaints->count; i++)
        text_format(&words, "%s:%d: %s\n", complaints->list[i].path, complaints->list[i].line,
                    complaints->list[i].message);
    return text_steal(&words);
}

/* True when every result that the pages show is known. */
static bool build(struct serving *serving, bool run)
{
    struct complaints complaints = {0}, notes = {0};
    struct build_watcher watcher = {.self = serving, .stopping = is_stale};
    serving->options.only_known = !run;
    struct build_report report = build_site(&serving->options, &watcher, &complaints, &notes);
    bool over = run || report.waiting == 0;
    if (report.written || complaints.count > 0) {
        char *trouble = words_of(&complaints);
        server_changed(serving->server, trouble);
        free(trouble);
    }
    if (over) {
        arguments_print(&notes, "note: ");
        arguments_print(&complaints, "");
    }
    if (report.written && over)
        fprintf(stderr, "%zu %s changed.\n", report.changed, report.changed == 1 ? "file" : "files");
    complaints_free(&complaints);
    complaints_free(&notes);
    return over;
}

/* Prose at once, and results as soon as they are there. */
static void follow(struct serving *serving)
{
    while (!interrupted) {
        /* A change that came while lessons ran ended that, and is not told again. */
        while (!interrupted && !serving->changed)
            wait_for_change(serving, -1);
        do
            serving->changed = false;
        while (!interrupted && wait_for_change(serving, SETTLE_MILLISECONDS));
        if (!build(serving, false) && !serving->changed && !interrupted)
            build(serving, true);
    }
}

static bool watch_all(struct serving *serving)
{
    char *theme = place_theme();
    serving->watcher = watcher_new();
    bool fine = serving->watcher != NULL && watcher_folders(serving->watcher, serving->options.source);
    if (fine && serving->options.theme != NULL)
        fine = watcher_folders(serving->watcher, serving->options.theme);
    if (fine && theme != NULL)
        watcher_folders(serving->watcher, theme);
    free(theme);
    return fine;
}

static int serve(const struct command_line *line, const struct visit *visit, const char *folder)
{
    char *site = text_make("%s/site", folder);
    struct serving serving = {.options = arguments_site(line, visit_path(visit))};
    int status = EXIT_FAILED;
    serving.options.output = site;
    serving.options.keep_going = true;
    serving.options.served = true;
    serving.server = server_new(site, (unsigned)line->said[SETTING_PORT].number);
    if (serving.server == NULL) {
        command_line_tell(SUBCOMMAND_DOCS_SERVE, "no port to listen on: %s. Name another with --port.",
                          strerror(errno));
    } else if (!watch_all(&serving)) {
        fprintf(stderr, "%s: Cannot watch this folder: %s.\n", serving.options.source, strerror(errno));
    } else {
        if (!build(&serving, false))
            build(&serving, true);
        printf("http://localhost:%u/\n", server_port(serving.server));
        fflush(stdout);
        fputs("Save a lesson and its page follows. Ctrl-C ends.\n", stderr);
        follow(&serving);
        status = EXIT_FINE;
    }
    watcher_free(serving.watcher);
    server_free(serving.server);
    free(site);
    return status;
}

int main(int argc, char **argv)
{
    outlet_guard(&stderr);
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_DOCS_SERVE, argc, argv, &status))
        return status;
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    struct scratch *scratch = scratch_new(getenv("TMPDIR"));
    if (scratch == NULL) {
        fprintf(stderr, "A folder for the site cannot be made: %s.\n", strerror(errno));
        return EXIT_FAILED;
    }
    struct visit *visit = arguments_visit(&line, SUBCOMMAND_DOCS_SERVE);
    status = visit != NULL ? serve(&line, visit, scratch_path(scratch)) : EXIT_WRONG;
    visit_free(visit);
    scratch_free(scratch);
    return status;
}
