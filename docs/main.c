/*
 * sockrates-docs: the site generator's front.
 */
#include "arguments.h"
#include "build.h"
#include "export.h"
#include "fill.h"
#include "page.h"

#include "base/outlet.h"
#include "base/place.h"
#include "base/utf8.h"
#include "lesson/copy.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int build_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_DOCS_BUILD, argc, argv, &status))
        return status;
    if (line.said[SETTING_OUTPUT].word == NULL)
        return command_line_wrong(SUBCOMMAND_DOCS_BUILD, "say where to write with -o SITE");
    struct visit *visit = arguments_visit(&line, SUBCOMMAND_DOCS_BUILD);
    if (visit == NULL)
        return EXIT_WRONG;
    struct site_options options = arguments_site(&line, visit_path(visit));
    struct complaints complaints = {0}, notes = {0};
    struct build_watcher watcher = {
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
        .stopping = is_interrupted,
    };
    struct build_report report = build_site(&options, &watcher, &complaints, &notes);
    visit_show(visit, &notes);
    visit_show(visit, &complaints);
    arguments_print(&notes, "note: ");
    arguments_print(&complaints, "");
    if (report.written)
        print_report(&options, &report);
    else
        fprintf(stderr, "%s stays as it was.\n", options.output);
    if (report.written)
        status = complaints.count == 0 || options.keep_going ? EXIT_FINE : EXIT_FAILED;
    else
        status = arguments_failed(options.source);
    complaints_free(&complaints);
    complaints_free(&notes);
    visit_free(visit);
    return status;
}

static int render_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_DOCS_RENDER, argc, argv, &status))
        return status;
    struct complaints complaints = {0};
    struct stat about;
    if (stat(line.arguments[0], &about) == 0 && S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return command_line_unreadable(SUBCOMMAND_DOCS_RENDER, line.arguments[0]);
    }
    struct lesson *lesson = lesson_read(line.arguments[0], &complaints);
    arguments_print(&complaints, "");
    complaints_free(&complaints);
    if (lesson == NULL)
        return EXIT_FAILED;
    copy_cut(lesson);
    struct page_result result = {TEXT_EMPTY, TEXT_EMPTY, TEXT_EMPTY};
    page_render(&result, lesson, &(struct page_options){.unsafe = line.said[SETTING_UNSAFE].number});
    fwrite(text_string(&result.body), 1, result.body.length, stdout);
    page_result_free(&result);
    lesson_free(lesson);
    return fflush(stdout) == 0 ? EXIT_FINE : EXIT_FAILED;
}

static void print_exported(const struct export_report *report, const struct export_options *options)
{
    outlet_guard(&stdout);
    if (options->copies) {
        printf("%s: %zu %s for learners.\n", options->output, report->files, report->files == 1 ? "lesson" : "lessons");
        return;
    }
    printf("%s: %zu %s, %zu changed, %zu %s ran", options->output, report->files,
           report->files == 1 ? "notebook" : "notebooks", report->changed, report->ran,
           report->ran == 1 ? "block" : "blocks");
    if (report->known > 0)
        printf(", %zu known", report->known);
    if (report->skipped > 0)
        printf(", %zu skipped", report->skipped);
    puts(".");
}

static int export_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_DOCS_EXPORT, argc, argv, &status))
        return status;
    const struct said *said = line.said;
    if (said[SETTING_OUTPUT].word == NULL)
        return command_line_wrong(SUBCOMMAND_DOCS_EXPORT, "say where to write with -o FOLDER");
    if (said[SETTING_FORMAT].number == EXPORT_COURSE && said[SETTING_FOR].number == READER_NBGRADER)
        return command_line_wrong(SUBCOMMAND_DOCS_EXPORT, "nbgrader reads notebooks; leave --for or --to out");
    struct visit *visit = arguments_visit(&line, SUBCOMMAND_DOCS_EXPORT);
    if (visit == NULL)
        return EXIT_WRONG;
    const struct export_options options = {.source = visit_path(visit),
                                           .output = said[SETTING_OUTPUT].word,
                                           .copies = said[SETTING_FORMAT].number == EXPORT_COURSE,
                                           .graded = said[SETTING_FOR].number == READER_NBGRADER,
                                           .keep_going = said[SETTING_KEEP_GOING].number,
                                           .run = !said[SETTING_NO_RUN].number,
                                           .fresh = said[SETTING_FRESH].number,
                                           .jobs = said[SETTING_JOBS].number};
    const struct build_watcher watcher = {.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
                                          .stopping = is_interrupted};
    struct complaints complaints = {0};
    struct export_report report = export_lessons(&options, &watcher, &complaints);
    visit_show(visit, &complaints);
    arguments_print(&complaints, "");
    complaints_free(&complaints);
    if (report.written)
        print_exported(&report, &options);
    else
        fprintf(stderr, "Nothing was written.\n");
    status = report.written ? EXIT_FINE : arguments_failed(options.source);
    visit_free(visit);
    return status;
}

/* Text with what is known of commands filled in: the build of the program itself asks for it. */
static int fill_command(const char *path)
{
    struct text page = TEXT_EMPTY, out = TEXT_EMPTY;
    bool fine = text_read_file(&page, path);
    if (fine)
        fill(&out, text_string(&page));
    else
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
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

static int (*const commands[SUBCOMMAND_COUNT])(int argc, char **argv) = {
    [SUBCOMMAND_DOCS_BUILD] = build_command,
    [SUBCOMMAND_DOCS_RENDER] = render_command,
    [SUBCOMMAND_DOCS_EXPORT] = export_command,
    [SUBCOMMAND_DOCS_SERVE] = serve_command,
};

int main(int argc, char **argv)
{
    char name[] = "docs";
    outlet_guard(&stderr);
    if (argc == 3 && strcmp(argv[1], "fill") == 0)
        return fill_command(argv[2]);
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    argv[0] = name;
    return command_line_run(commands, argc, argv);
}
