#include "terminal/run.h"

#include "base/text.h"
#include "session/evaluate.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] = "usage: sockrates run FILE|- [ARGUMENT ...]\n"
                            "\n"
                            "Runs a Lua script with the modules socket, lab, time and errno, in its own process and\n"
                            "with all of Lua. `-` reads the script from standard input. The arguments stand in `arg`.\n"
                            "Exit status: 0 fine, 1 the script failed, 2 wrong usage.\n";

/* The one thing a signal handler must find. */
static struct runtime *volatile running;

static void on_interrupt(int number)
{
    (void)number;
    int error = errno;
    if (running != NULL && !handlers_take_interrupt(&running->handlers))
        runtime_stop(running);
    errno = error;
}

static void catch_interrupt(struct runtime *runtime)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    running = runtime;
    sigaction(SIGINT, &action, NULL);
}

static int report(const struct outcome *outcome)
{
    const struct outcome_error *error = &outcome->error;
    fflush(stdout);
    if (outcome->kind == OUTCOME_FINE)
        return 0;
    fputs("sockrates: ", stderr);
    if (error->chunk != NULL && error->line > 0)
        fprintf(stderr, "%s:%d: ", error->chunk, error->line);
    fprintf(stderr, "%s%s%s\n", error->class, *error->message ? ": " : "", error->message);
    if (*error->traceback != '\0')
        fprintf(stderr, "%s\n", error->traceback);
    return outcome->kind == OUTCOME_INTERRUPTED ? 130 : 1;
}

int run_command(int argc, char **argv)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(usage, stdout), 0;
    if (argc < 2 || (argv[1][0] == '-' && argv[1][1] != '\0'))
        return fputs(usage, stderr), 2;
    struct text source = TEXT_EMPTY;
    if (!text_read_file(&source, argv[1])) {
        fprintf(stderr, "sockrates: cannot read %s: %s\n", argv[1], strerror(errno));
        return 2;
    }
    struct ring *ring = ring_new(RING_CAPACITY);
    struct evaluator evaluator = {.runtime = runtime_new(ring, false, NULL, NULL), .width = 80};
    if (evaluator.runtime == NULL)
        return fputs("sockrates: not enough memory to start Lua\n", stderr), 1;
    catch_interrupt(evaluator.runtime);
    struct chunk script = {.name = strcmp(argv[1], "-") == 0 ? "stdin" : argv[1],
                           .first_line = 1,
                           .text = text_string(&source),
                           .length = source.length};
    struct outcome *outcome = evaluate_script(&evaluator, &script, argc - 2, argv + 2);
    int status = report(outcome);
    outcome_free(outcome);
    running = NULL;
    runtime_free(evaluator.runtime);
    text_free(&evaluator.output);
    text_free(&source);
    ring_free(ring);
    return status;
}
