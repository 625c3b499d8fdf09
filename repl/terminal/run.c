#include "terminal/run.h"

#include "base/text.h"
#include "base/utf8.h"
#include "lua/calling.h"
#include "lua/restrict.h"
#include "lua/state.h"
#include "render/document.h"
#include "render/terminal_views.h"
#include "session/evaluate.h"
#include "terminal/trace.h"
#include "translate/languages.h"
#include "translate/translate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORD(symbol, word, name) " " #word
static const char usage[] =
    "usage: sockrates run [OPTION] FILE|- [ARGUMENT ...]\n"
    "\n"
    "Runs a Lua script with the modules socket, lab, time and errno, in its own process and\n"
    "with all of Lua. `-` reads the script from standard input. The arguments stand in `arg`.\n"
    "\n"
    "  --trace         each system call as C would write it, on standard error, while it runs\n"
    "  --trace-all     the same, without folding what repeats\n"
    "  --ladder        the picture of who said what to whom, on standard error, at the end\n"
    "  --to LANGUAGE   a program that makes the same calls, instead of what the script prints:\n"
    "                 " LANGUAGES(
        WORD) "\n"
              "  --json          the outcome and every call as JSON instead of what the script prints\n"
              "\n"
              "Exit status: 0 fine, 1 the script failed, 2 wrong usage.\n";

/* From VIEW_PROGRAM on: a program in a language, one after the other. */
enum view { VIEW_NONE, VIEW_TRACE, VIEW_TRACE_ALL, VIEW_LADDER, VIEW_JSON, VIEW_PROGRAM };

static const struct {
    const char *name;
    enum view view;
} options[] = {
    {"--trace", VIEW_TRACE}, {"--trace-all", VIEW_TRACE_ALL}, {"--ladder", VIEW_LADDER}, {"--json", VIEW_JSON}};

/* --- Ctrl-C --------------------------------------------------------------------------------------------- */

/* The one thing a signal handler must find. */
static struct runtime *volatile running;

static void on_interrupt(int number)
{
    (void)number;
    int error = errno;
    /* A script may have a handler of its own. */
    if (running != NULL && !handlers_take_interrupt(&running->handlers))
        runtime_stop(running);
    errno = error;
}

static void catch_interrupt(struct runtime *runtime)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    running = runtime;
    handlers_arm(&runtime->handlers);
    sigaction(SIGINT, &action, NULL);
}

/* --- what came of it ------------------------------------------------------------------------------------ */

static int status_of(const struct outcome *outcome)
{
    return outcome->kind == OUTCOME_FINE ? 0 : outcome->kind == OUTCOME_INTERRUPTED ? 130 : 1;
}

static void report(const struct outcome *outcome)
{
    const struct outcome_error *error = &outcome->error;
    fflush(stdout);
    if (outcome->kind == OUTCOME_FINE)
        return;
    fputs("sockrates: ", stderr);
    if (error->chunk != NULL && error->line > 0)
        fprintf(stderr, "%s:%d: ", error->chunk, error->line);
    fprintf(stderr, "%s%s%s\n", error->class, *error->message ? ": " : "", error->message);
    if (*error->traceback != '\0')
        fprintf(stderr, "%s\n", error->traceback);
}

/* Standard output while it goes into a file of our own. */
struct capture {
    int file, before; /* -1: nothing is captured */
};

/* Its descriptors are out of the way: the script's own shall be those that it has without us. */
static struct capture capture_begin(void)
{
    int file = memfd_create("output", MFD_CLOEXEC);
    struct capture capture = {fcntl(file, F_DUPFD_CLOEXEC, LAB_HOUSE_DESCRIPTORS),
                              fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, LAB_HOUSE_DESCRIPTORS)};
    close(file);
    if (capture.file >= 0)
        dup2(capture.file, STDOUT_FILENO);
    return capture;
}

static void capture_end(const struct capture *capture, struct text *output)
{
    char bytes[4096];
    ssize_t count;
    off_t at = 0;
    fflush(stdout);
    dup2(capture->before, STDOUT_FILENO);
    while ((count = pread(capture->file, bytes, sizeof bytes, at)) > 0) {
        text_add_bytes(output, bytes, (size_t)count);
        at += count;
    }
    close(capture->before);
    close(capture->file);
}

static void write_json(struct outcome *outcome, const struct text *output)
{
    free(outcome->output);
    outcome->output = utf8_visible(text_string(output), output->length);
    json_t *json = outcome_document(outcome);
    json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputc('\n', stdout);
    json_decref(json);
}

static void write_ladder(const struct outcome *outcome)
{
    struct look look = trace_look();
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    terminal_ladder(&out, findings, &(struct ladder_options){.states = true}, &look);
    fwrite(text_string(&out), 1, out.length, stderr);
    text_free(&out);
    findings_free(findings);
}

static void write_translation(const struct outcome *outcome, const struct language *language)
{
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    translate(&out, language, findings, &(struct translate_options){.all = true});
    fwrite(text_string(&out), 1, out.length, stdout);
    text_free(&out);
    findings_free(findings);
}

static void show(struct outcome *outcome, struct evaluator *evaluator, enum view view)
{
    const struct ring *ring = evaluator->runtime->net.ring;
    struct past *past = past_new();
    if (view > VIEW_TRACE_ALL)
        outcome_take_events(outcome, past, ring, evaluator->first_event, ring_next(ring));
    past_free(past);
    if (view == VIEW_LADDER)
        write_ladder(outcome);
    if (view >= VIEW_PROGRAM)
        write_translation(outcome, languages[view - VIEW_PROGRAM]);
    if (view == VIEW_JSON)
        write_json(outcome, &evaluator->attempt.output);
    else
        report(outcome);
}

/* --- running -------------------------------------------------------------------------------------------- */

static struct outcome *run(struct evaluator *evaluator, const struct text *source, int argc, char **argv)
{
    struct chunk script = {.name = strcmp(argv[0], "-") == 0 ? "stdin" : argv[0],
                           .first_line = 1,
                           .text = text_string(source),
                           .length = source->length};
    return evaluate_script(evaluator, &script, argc - 1, argv + 1);
}

/* What the script prints is told with its calls. */
static void write_script(void *owner, const char *bytes, size_t length)
{
    struct runtime *runtime = owner;
    fwrite(bytes, 1, length, stdout);
    if (runtime->net.actor == 0)
        calling_print(runtime, bytes, length);
}

static void keep_prints(struct runtime *runtime)
{
    runtime->write = write_script;
    runtime->owner = runtime;
    restrict_print(runtime->main);
}

/* When nobody reads the records, a ring that stays in the processor's cache. */
#define UNREAD_CAPACITY 1024

static int run_source(const struct text *source, int argc, char **argv, enum view view)
{
    struct ring *ring = ring_new(view == VIEW_NONE ? UNREAD_CAPACITY : RING_CAPACITY);
    bool traced = view == VIEW_TRACE || view == VIEW_TRACE_ALL;
    struct tracer *tracer = traced ? tracer_start(ring, view == VIEW_TRACE_ALL) : NULL;
    struct evaluator evaluator = {.runtime = state_new(ring, false, NULL, NULL), .width = 80};
    if (evaluator.runtime == NULL)
        return fputs("sockrates: not enough memory to start Lua\n", stderr), 1;
    if (view != VIEW_NONE)
        calling_begin(evaluator.runtime);
    catch_interrupt(evaluator.runtime);
    if (view >= VIEW_PROGRAM)
        keep_prints(evaluator.runtime);
    struct capture capture = {-1, -1};
    bool captures = view >= VIEW_JSON;
    if (captures)
        capture = capture_begin();
    struct outcome *outcome = run(&evaluator, source, argc, argv);
    if (captures)
        capture_end(&capture, &evaluator.attempt.output);
    show(outcome, &evaluator, view);
    int status = status_of(outcome);
    outcome_free(outcome);
    running = NULL;
    runtime_free(evaluator.runtime);
    tracer_stop(tracer);
    text_free(&evaluator.attempt.output);
    ring_free(ring);
    return status;
}

/* Takes an option from the arguments, and its value; how many words, 0 when it is none that we know. */
static int take_option(char *const *arguments, enum view *view)
{
    const char *argument = arguments[0], *value = arguments[1];
    for (int i = 0; languages[i] != NULL; i++)
        if (strcmp(argument, "--to") == 0 && value != NULL && strcmp(languages[i]->word, value) == 0)
            return *view = (enum view)(VIEW_PROGRAM + i), 2;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(argument, options[i].name) == 0)
            return *view = options[i].view, 1;
    return 0;
}

int run_command(int argc, char **argv)
{
    enum view view = VIEW_NONE;
    int at = 1;
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(usage, stdout), 0;
    while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
        int words = take_option(argv + at, &view);
        if (words == 0)
            return fputs(usage, stderr), 2;
        at += words;
    }
    if (at >= argc)
        return fputs(usage, stderr), 2;
    struct text source = TEXT_EMPTY;
    if (!text_read_file(&source, argv[at])) {
        fprintf(stderr, "sockrates: cannot read %s: %s\n", argv[at], strerror(errno));
        return 2;
    }
    int status = run_source(&source, argc - at, argv + at, view);
    text_free(&source);
    return status;
}
