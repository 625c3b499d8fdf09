/*
 * sockrates-docs: the site generator's front.
 */
#include "arguments.h"
#include "build.h"
#include "mdoc.h"
#include "page.h"

#include "base/outlet.h"
#include "base/place.h"
#include "base/rows.h"
#include "base/utf8.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static bool is_interrupted(void *self)
{
    (void)self;
    return interrupted;
}

static void show_progress(void *self, size_t done, size_t total, const char *name)
{
    (void)self;
    char *shown = utf8_name(name);
    fprintf(stderr, "\r\033[K%zu of %zu lessons ran: %s%s", done, total, shown, done == total ? "\n" : "");
    free(shown);
}

static void print_report(const struct site_options *options, const struct build_report *report)
{
    outlet_guard(&stdout);
    printf("%s/index.html: %zu %s, ", options->output, report->pages, report->pages == 1 ? "page" : "pages");
    if (report->made < report->pages)
        printf("%zu made anew, ", report->made);
    printf("%zu %s ran", report->ran, report->ran == 1 ? "block" : "blocks");
    if (report->known > 0)
        printf(", %zu known", report->known);
    if (report->skipped > 0)
        printf(", %zu skipped", report->skipped);
    printf(", %zu %s changed.\n", report->changed, report->changed == 1 ? "file" : "files");
}

static int build_command(const struct arguments *arguments)
{
    if (arguments->site.output == NULL) {
        fputs("sockrates docs build: say where to write with -o FOLDER.\n", stderr);
        return EXIT_USAGE;
    }
    struct complaints complaints = {0}, notes = {0};
    struct build_watcher watcher = {
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
        .stopping = is_interrupted,
    };
    struct build_report report = build_site(&arguments->site, &watcher, &complaints, &notes);
    arguments_print(&notes, "note: ");
    arguments_print(&complaints, "");
    if (report.written)
        print_report(&arguments->site, &report);
    else
        fprintf(stderr, "%s stays as it was.\n", arguments->site.output);
    int status = report.written && (complaints.count == 0 || arguments->site.keep_going) ? EXIT_FINE : EXIT_FAILED;
    complaints_free(&complaints);
    complaints_free(&notes);
    return status;
}

static int render_command(const struct arguments *arguments)
{
    struct complaints complaints = {0};
    struct lesson *lesson = lesson_read(arguments->site.source, &complaints);
    arguments_print(&complaints, "");
    complaints_free(&complaints);
    if (lesson == NULL)
        return EXIT_FAILED;
    struct page_result result = {TEXT_EMPTY, TEXT_EMPTY};
    page_render(&result, lesson, &(struct page_options){.unsafe = arguments->site.unsafe});
    fwrite(text_string(&result.body), 1, result.body.length, stdout);
    page_result_free(&result);
    lesson_free(lesson);
    return fflush(stdout) == 0 ? EXIT_FINE : EXIT_FAILED;
}

/* The manual page from its text: the build of the program itself asks for it. */
static int manual_command(const struct arguments *arguments)
{
    struct text page = TEXT_EMPTY, out = TEXT_EMPTY;
    bool fine = text_read_file(&page, arguments->site.source);
    if (fine)
        mdoc_fill(&out, text_string(&page));
    else
        fprintf(stderr, "%s: %s\n", arguments->site.source, strerror(errno));
    fwrite(text_string(&out), 1, out.length, stdout);
    text_free(&page);
    text_free(&out);
    return fine && fflush(stdout) == 0 ? EXIT_FINE : EXIT_FAILED;
}

/* Serving needs a library that the others should not have to load. */
static int serve_command(int argc, char **argv)
{
    char *program = place_helper("sockrates-docs-serve");
    (void)argc;
    if (program != NULL)
        execv(program, argv);
    fputs("sockrates docs serve: sockrates-docs-serve is not installed beside this program.\n", stderr);
    return EXIT_FAILED;
}

static const struct command {
    const char *name;
    int (*run)(const struct arguments *arguments);
} commands[] = {
    {"build", build_command},
    {"render", render_command},
    {"serve", NULL},
    {"manual", manual_command},
};

static int unknown_command(const char *word)
{
    const char *nearest = row_nearest(ROWS(commands), word);
    if (nearest != NULL)
        fprintf(stderr, "sockrates docs: there is no `%s`. Did you mean `%s`?\n", word, nearest);
    else
        fprintf(stderr, "sockrates docs: there is no `%s`. See `sockrates docs --help`.\n", word);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    outlet_guard(&stderr);
    if (argc < 2) {
        fputs(arguments_usage, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(arguments_usage, stdout);
        return EXIT_FINE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        if (commands[i].run == NULL)
            return serve_command(argc - 1, argv + 1);
        struct sigaction action = {.sa_handler = on_interrupt};
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        struct arguments arguments = arguments_read(argc - 1, argv + 1);
        if (arguments.help || arguments.status != EXIT_FINE) {
            fputs(arguments_usage, arguments.help ? stdout : stderr);
            return arguments.status;
        }
        return commands[i].run(&arguments);
    }
    return unknown_command(argv[1]);
}
