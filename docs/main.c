/*
 * sockrates-docs: the site generator's front.
 */
#include "build.h"
#include "page.h"

#include "base/memory.h"
#include "base/nearest.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

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

static void print_complaints(const struct complaints *complaints, const char *kind)
{
    for (size_t i = 0; i < complaints->count; i++) {
        const struct complaint *complaint = &complaints->list[i];
        if (complaint->line > 0)
            fprintf(stderr, "%s:%d: %s%s\n", complaint->path, complaint->line, kind, complaint->message);
        else
            fprintf(stderr, "%s: %s%s\n", complaint->path, kind, complaint->message);
    }
}

static void show_progress(void *self, size_t done, size_t total, const char *name)
{
    (void)self;
    fprintf(stderr, "\r\033[K%zu of %zu lessons ran: %s%s", done, total, name, done == total ? "\n" : "");
}

enum { OPTION_THEME = 256, OPTION_URL, OPTION_REPOSITORY, OPTION_UNSAFE, OPTION_KEEP_GOING, OPTION_NO_RUN, OPTION_FRESH };

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"jobs", required_argument, NULL, 'j'},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"url", required_argument, NULL, OPTION_URL},
    {"repository", required_argument, NULL, OPTION_REPOSITORY},
    {"unsafe", no_argument, NULL, OPTION_UNSAFE},
    {"keep-going", no_argument, NULL, OPTION_KEEP_GOING},
    {"no-run", no_argument, NULL, OPTION_NO_RUN},
    {"fresh", no_argument, NULL, OPTION_FRESH},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "Usage: sockrates docs build SRC -o OUT    make a site of the lessons in SRC\n"
    "       sockrates docs render FILE         print the HTML of one lesson\n"
    "\n"
    "  -o, --output OUT       the folder to write; it is replaced as a whole\n"
    "      --theme DIR        files that come before the theme's own\n"
    "      --url URL          where the site will be, for links that need it\n"
    "      --repository URL   where the lessons can be edited, for a link on each page\n"
    "      --unsafe           let raw HTML and every link pass\n"
    "      --keep-going       write the site although something is wrong\n"
    "      --no-run           do not run the lessons: show what they recorded\n"
    "      --fresh            run every lesson anew, also those that passed before\n"
    "  -j, --jobs N           so many lessons at once\n";

/* What the words after the subcommand said. */
struct arguments {
    struct site_options site;
    int status; /* EXIT_FINE, or why to stop at once */
    bool help;
};

static void take_option(struct arguments *arguments, int option)
{
    switch (option) {
    case 'o':
        arguments->site.output = optarg;
        break;
    case 'j':
        arguments->site.jobs = atoi(optarg);
        break;
    case OPTION_THEME:
        arguments->site.theme = optarg;
        break;
    case OPTION_URL:
        arguments->site.url = optarg;
        break;
    case OPTION_REPOSITORY:
        arguments->site.repository = optarg;
        break;
    case OPTION_UNSAFE:
        arguments->site.unsafe = true;
        break;
    case OPTION_KEEP_GOING:
        arguments->site.keep_going = true;
        break;
    case OPTION_NO_RUN:
        arguments->site.run = false;
        break;
    case OPTION_FRESH:
        arguments->site.fresh = true;
        break;
    case 'h':
        arguments->help = true;
        break;
    default:
        arguments->status = EXIT_USAGE;
    }
}

static struct arguments read_arguments(int argc, char **argv)
{
    struct arguments arguments = {.site = {.run = true}};
    for (int option; (option = getopt_long(argc, argv, "o:j:h", long_options, NULL)) != -1;)
        take_option(&arguments, option);
    if (arguments.help || arguments.status != EXIT_FINE)
        return arguments;
    if (argc - optind == 1)
        arguments.site.source = argv[optind];
    else
        arguments.status = EXIT_USAGE;
    return arguments;
}

static void print_report(const struct site_options *options, const struct build_report *report)
{
    printf("%s/index.html: %zu %s, %zu %s ran", options->output, report->pages,
           report->pages == 1 ? "page" : "pages", report->ran, report->ran == 1 ? "block" : "blocks");
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
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL, .stopping = is_interrupted,
    };
    struct build_report report = build_site(&arguments->site, &watcher, &complaints, &notes);
    print_complaints(&notes, "note: ");
    print_complaints(&complaints, "");
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
    print_complaints(&complaints, "");
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

static const struct command {
    const char *name;
    int (*run)(const struct arguments *arguments);
} commands[] = {
    {"build", build_command},
    {"render", render_command},
};

static int unknown_command(const char *word)
{
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        nearest_try(&nearest, commands[i].name);
    if (nearest.name != NULL)
        fprintf(stderr, "sockrates docs: there is no `%s`. Did you mean `%s`?\n", word, nearest.name);
    else
        fprintf(stderr, "sockrates docs: there is no `%s`. See `sockrates docs --help`.\n", word);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(usage, stdout);
        return EXIT_FINE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        struct sigaction action = {.sa_handler = on_interrupt};
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        struct arguments arguments = read_arguments(argc - 1, argv + 1);
        if (arguments.help || arguments.status != EXIT_FINE) {
            fputs(usage, arguments.help ? stdout : stderr);
            return arguments.status;
        }
        return commands[i].run(&arguments);
    }
    return unknown_command(argv[1]);
}
