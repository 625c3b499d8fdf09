#include "terminal/run.h"

#include "base/child.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lab/network.h"
#include "lua/lab_judge.h"
#include "lua/calling.h"
#include "lua/restrict.h"
#include "lua/state.h"
#include "render/command_line.h"
#include "render/document.h"
#include "render/terminal_views.h"
#include "session/evaluate.h"
#include "terminal/hosts.h"
#include "terminal/keep.h"
#include "terminal/trace.h"
#include "translate/translate.h"
#include "lab/pcapng.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
    /* At once: the calls' lines are written there by another process. */
    struct text out = TEXT_EMPTY;
    text_add(&out, "sockrates: ");
    if (error->chunk != NULL && error->line > 0)
        text_format(&out, "%s:%d: ", error->chunk, error->line);
    text_format(&out, "%s%s%s\n", error->class, *error->message ? ": " : "", error->message);
    if (*error->traceback != '\0')
        text_format(&out, "%s\n", error->traceback);
    fwrite(text_string(&out), 1, out.length, stderr);
    text_free(&out);
}

/* Standard output while it goes into a file of our own. */
struct capture {
    int file, before; /* -1: nothing is captured */
};

/* Its descriptors are out of the way: the script's own shall be those that it has without us. */
static struct capture capture_begin(void)
{
    int file = memfd_create("output", MFD_CLOEXEC);
    struct capture capture = {fcntl(file, F_DUPFD_CLOEXEC, CHILD_HOUSE_DESCRIPTORS),
                              fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, CHILD_HOUSE_DESCRIPTORS)};
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
    terminal_ladder(&out, findings, &(struct ladder_options){.states = true, .packets = true}, &look);
    fwrite(text_string(&out), 1, out.length, stderr);
    text_free(&out);
    findings_free(findings);
}

static void write_chart(const struct outcome *outcome, enum chart_kind kind)
{
    struct look look = trace_look();
    struct findings *findings = outcome_findings(outcome);
    struct text out = TEXT_EMPTY;
    terminal_chart(&out, findings, kind, &look);
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

static void take_events(struct outcome *outcome, struct past *past, const struct evaluator *evaluator)
{
    const struct ring *ring = evaluator->runtime->net.ring;
    uint64_t first = evaluator->first_event, last = ring_next(ring);
    outcome_take_events(outcome, past, ring, &(struct outcome_span){first, first, last, last});
}

static void show(struct outcome *outcome, struct evaluator *evaluator, int view)
{
    struct past *past = past_new();
    if (view > VIEW_TRACE_ALL)
        take_events(outcome, past, evaluator);
    past_free(past);
    if (view == VIEW_LADDER)
        write_ladder(outcome);
    if (view >= VIEW_CHART && view < VIEW_JSON)
        write_chart(outcome, (enum chart_kind)(view - VIEW_CHART));
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

/* The script's process becomes a host of a private network: false, and said why, where none can be made. */
static bool enter_lab(struct runtime *runtime, struct network *network)
{
    struct status status = network_enter(network, runtime->net.ring, &lab_judge_aloud);
    if (status_fine(status))
        runtime_join(runtime, network);
    else
        hosts_tell_refused(SUBCOMMAND_RUN, status);
    return status_fine(status);
}

/* The packets, in a file; 0 when it could be written. */
static int write_capture(struct outcome *outcome, const struct evaluator *evaluator, const char *path)
{
    struct text capture = TEXT_EMPTY;
    struct past *past = past_new();
    if (outcome->event_count == 0)
        take_events(outcome, past, evaluator);
    struct findings *findings = outcome_findings(outcome);
    pcapng_write(&capture, &findings->timeline);
    bool written = keep_in_file(SUBCOMMAND_RUN, path, &capture);
    findings_free(findings);
    past_free(past);
    return written ? 0 : 1;
}

static int run_source(const struct text *source, const struct command_line *line)
{
    int view = line->said[SETTING_VIEW].number;
    const char *pcapng = line->said[SETTING_PCAPNG].word;
    struct network network;
    bool read = view != VIEW_NONE || pcapng != NULL || line->said[SETTING_LAB].number;
    struct ring *ring = ring_new(read ? RING_CAPACITY : UNREAD_CAPACITY);
    bool traced = view == VIEW_TRACE || view == VIEW_TRACE_ALL;
    struct tracer *tracer = traced ? tracer_start(ring, view == VIEW_TRACE_ALL) : NULL;
    struct evaluator evaluator = {.runtime = state_new(ring, false, NULL, NULL), .width = 80};
    if (evaluator.runtime == NULL)
        return fputs("sockrates: not enough memory to start Lua\n", stderr), 1;
    if (view != VIEW_NONE)
        calling_begin(evaluator.runtime);
    if (line->said[SETTING_LAB].number && !enter_lab(evaluator.runtime, &network)) {
        runtime_free(evaluator.runtime);
        tracer_stop(tracer);
        ring_free(ring);
        return 1;
    }
    catch_interrupt(evaluator.runtime);
    if (view >= VIEW_PROGRAM)
        keep_prints(evaluator.runtime);
    struct capture capture = {-1, -1};
    bool captures = view >= VIEW_JSON;
    if (captures)
        capture = capture_begin();
    struct outcome *outcome = run(&evaluator, source, line->count, line->arguments);
    if (captures)
        capture_end(&capture, &evaluator.attempt.output);
    show(outcome, &evaluator, view);
    int status = status_of(outcome);
    if (pcapng != NULL && write_capture(outcome, &evaluator, pcapng) != 0)
        status = 1;
    outcome_free(outcome);
    running = NULL;
    runtime_free(evaluator.runtime);
    tracer_stop(tracer);
    text_free(&evaluator.attempt.output);
    ring_free(ring);
    return status;
}

int run_command(int argc, char **argv)
{
    struct command_line line;
    struct text source = TEXT_EMPTY;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_RUN, argc, argv, &status))
        return status;
    if (line.said[SETTING_LAB].number && hosts_around(SUBCOMMAND_RUN))
        return 1;
    if (!text_read_file(&source, line.arguments[0]))
        return command_line_unreadable(SUBCOMMAND_RUN, line.arguments[0]);
    status = run_source(&source, &line);
    text_free(&source);
    return status;
}
