#include "kernel/run.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"
#include "kernel/cell.h"
#include "kernel/cell_commands.h"
#include "lesson/judge.h"
#include "lesson/needs.h"
#include "lesson/verdict.h"
#include "render/bundle.h"

#include <stdlib.h>
#include <string.h>

/* A check that takes longer is stopped. */
#define LONGEST_CHECK (10 * CLOCK_SECOND)

/* How long and how often is tried to ask for input. */
#define ASK_PATIENCE (5 * CLOCK_SECOND)
#define ASK_AGAIN    (20 * CLOCK_MILLISECOND)

struct run {
    struct kernel *kernel;
    struct letter *request;
    bool silent, stores, stops;
    char *name; /* of the cell, as errors show it: "In[3]" */
    struct cell cell;
    size_t piece;        /* of the cell, under way */
    json_t *expressions; /* what came of the user's expressions; they run behind the cell */
    void *expression;    /* under way, of those asked for; NULL: none */
    bool evaluates;      /* Lua runs */
    struct judge *judge; /* a hidden check runs, in a session of its own; NULL: none */
    bool interrupted;
    bool asked;                  /* for input: somebody knows */
    int64_t ask_until, ask_next; /* it wants input, and nobody listens yet: moments; 0: it does not */
    struct text shown;           /* its values, for the history */
    json_t *fault;               /* what went wrong */
    bool over;
};

/* --- saying --------------------------------------------------------------------------------------------- */

static void publish(struct run *run, const char *type, json_t *content)
{
    if (run->silent)
        json_decref(content);
    else
        post_publish(run->kernel->post, run->request, type, content);
}

static void flush(struct run *run)
{
    stream_send(&run->kernel->stream, run->kernel->post, run->request, true);
}

static void display(struct run *run, json_t *bundle)
{
    flush(run);
    if (bundle != NULL)
        publish(run, "display_data", json_pack("{s:o, s:{}, s:{}}", "data", bundle, "metadata", "transient"));
}

/* A bundle, or a list of them. */
static void display_all(struct run *run, json_t *shown)
{
    size_t index;
    json_t *bundle;
    json_array_foreach(shown, index, bundle) display(run, json_incref(bundle));
    if (json_is_array(shown))
        json_decref(shown);
    else
        display(run, shown);
}

static void show_values(struct run *run, json_t *bundle)
{
    const char *plain = json_string_value(json_object_get(bundle, "text/plain"));
    if (bundle == NULL)
        return;
    text_clear(&run->shown);
    text_add(&run->shown, plain ? plain : "");
    publish(run, "execute_result",
            json_pack("{s:i, s:o, s:{}}", "execution_count", run->kernel->count, "data", bundle, "metadata"));
}

static void take_output(void *self, const char *text, size_t length)
{
    struct run *run = self;
    if (!run->silent)
        stream_add(&run->kernel->stream, text, length);
}

static void say(struct run *run, const char *words)
{
    take_output(run, words, strlen(words));
}

static void say_notes(struct run *run, const struct outcome *outcome)
{
    struct text words = TEXT_EMPTY;
    bundle_add_notes(&words, outcome);
    say(run, text_string(&words));
    text_free(&words);
}

/* --- the end -------------------------------------------------------------------------------------------- */

static json_t *reply_of(struct run *run)
{
    json_t *content =
        json_pack("{s:s, s:i}", "status", run->fault ? "error" : "ok", "execution_count", run->kernel->count);
    if (run->fault != NULL) {
        json_object_update(content, run->fault);
        return content;
    }
    json_object_set_new(content, "payload", json_array());
    json_object_set(content, "user_expressions", run->expressions);
    return content;
}

static void fail(struct run *run, json_t *fault)
{
    run->fault = fault;
}

/* --- pieces --------------------------------------------------------------------------------------------- */

static void begin_lua(struct run *run, struct span code, int line)
{
    const struct chunk chunk = {.name = run->name, .first_line = line, .text = code.text, .length = code.length};
    session_begin(learner_session(&run->kernel->learner), &chunk);
    run->evaluates = true;
}

static bool is_stopping(void *self)
{
    const struct run *run = self;
    return run->interrupted;
}

static bool is_blank(struct span code)
{
    return span_trim_end(code).length == 0;
}

/* Where students get a notebook, their hidden checks are cut out of it. */
static void begin_check(struct run *run, const struct piece *piece)
{
    struct learner *learner = &run->kernel->learner;
    struct session *session = learner_session(learner);
    const struct chunk chunk = {.name = run->name,
                                .first_line = piece->line,
                                .text = piece->text.text,
                                .length = piece->text.length,
                                .time = LONGEST_CHECK,
                                .check = true};
    if (is_blank(piece->text)) {
        say(run, piece->hidden ? "A hidden check stands here when your work is marked.\n"
                               : "There is no check. Its Lua stands below :check, in the same cell.\n");
        return;
    }
    if (learner->last == NULL) {
        fail(run,
             bundle_fault("NothingToCheck", "A check looks at the cell that ran before it. Run your answer first."));
        return;
    }
    if (piece->hidden)
        run->judge = judge_begin(session, &learner->options, &chunk, is_stopping, run);
    else
        session_begin(session, &chunk);
    run->evaluates = true;
}

static void move(struct run *run, bool lab)
{
    struct learner *learner = &run->kernel->learner;
    bool used = learner->used, moves = learner->options.lab != lab;
    if (lab && needs_missing(NEED_LAB) != 0) {
        struct text why = TEXT_EMPTY;
        needs_explain(&why, NEED_LAB);
        fail(run, bundle_fault("NoPrivateNetwork", text_string(&why)));
        text_free(&why);
        return;
    }
    learner_move(learner, lab);
    if (used && moves)
        say(run, "A fresh session: what cells defined before is gone.\n");
}

static void begin_piece(struct run *run, const struct piece *piece)
{
    struct learner *learner = &run->kernel->learner;
    json_t *fault = NULL;
    switch (piece->kind) {
    case PIECE_LUA:
        begin_lua(run, piece->text, piece->line);
        break;
    case PIECE_CHECK:
        begin_check(run, piece);
        break;
    case PIECE_NETWORK:
        move(run, piece->lab);
        break;
    case PIECE_QUESTION:
        display(run, cell_command_question(learner, piece->text));
        break;
    case PIECE_COMMAND:
        display_all(run, cell_command_run(learner, piece->text, &fault));
        if (run->fault == NULL)
            fail(run, fault);
        else
            json_decref(fault);
        break;
    }
}

static void begin_expression(struct run *run)
{
    const char *code = json_string_value(json_object_iter_value(run->expression));
    if (code != NULL)
        begin_lua(run, (struct span){code, strlen(code)}, 1);
    else
        json_object_set_new(run->expressions, json_object_iter_key(run->expression),
                            json_pack("{s:s, s:s, s:s, s:[]}", "status", "error", "ename", "TypeError", "evalue",
                                      "an expression is a text", "traceback"));
}

static void next_expression(struct run *run)
{
    json_t *wanted = json_object_get(run->request->content, "user_expressions");
    run->expression = run->expression ? json_object_iter_next(wanted, run->expression) : json_object_iter(wanted);
}

/* Begins what comes next, until Lua runs or all is done. */
static void advance(struct run *run)
{
    while (!run->evaluates && !run->interrupted && run->piece < run->cell.count) {
        const struct piece *piece = &run->cell.pieces[run->piece++];
        if (run->fault == NULL || piece->kind == PIECE_COMMAND) /* :why is for what went wrong */
            begin_piece(run, piece);
    }
    while (!run->evaluates && run->fault == NULL) {
        next_expression(run);
        if (run->expression == NULL)
            break;
        begin_expression(run);
    }
    run->over = !run->evaluates;
}

/* --- outcomes ------------------------------------------------------------------------------------------- */

static bool went_wrong(const struct outcome *outcome)
{
    return outcome->kind != OUTCOME_FINE;
}

static void take_expression(struct run *run, const struct outcome *outcome)
{
    const char *key = json_object_iter_key(run->expression);
    json_t *came;
    if (went_wrong(outcome)) {
        came = bundle_error(outcome, NULL);
        json_object_set_new(came, "status", json_string("error"));
    } else {
        json_t *data = bundle_values(outcome);
        came = json_pack("{s:s, s:o, s:{}}", "status", "ok", "data",
                         data ? data : json_pack("{s:s}", "text/plain", "nil"), "metadata");
    }
    json_object_set_new(run->expressions, key, came);
}

static void take_piece(struct run *run, struct outcome *outcome)
{
    struct learner *learner = &run->kernel->learner;
    const struct span code = run->cell.pieces[run->piece - 1].text;
    const struct ladder_options options = {.states = true};
    if (outcome->output_cut)
        say(run, "\n(More was printed. Only the beginning is shown.)\n");
    say_notes(run, outcome);
    flush(run);
    learner_keep(learner, outcome, code.text, code.length);
    show_values(run, bundle_values(outcome));
    if (outcome_has_peers(outcome) && !run->silent)
        display(run, bundle_ladder(outcome, &options, ++learner->pictures, false));
    if (went_wrong(outcome))
        fail(run, bundle_error(outcome, learner->source));
}

/* It shows no value: who marks would take a number for points. */
static void take_check(struct run *run, struct outcome *outcome)
{
    char *observed;
    bool passed = verdict_of_check(outcome, &observed);
    if (passed)
        say(run, "The check passes.\n");
    else
        fail(run, bundle_fault("CheckFailed", observed));
    free(observed);
    outcome_free(outcome);
    judge_free(run->judge);
    run->judge = NULL;
}

static bool is_checking(const struct run *run)
{
    return run->expression == NULL && run->cell.pieces[run->piece - 1].kind == PIECE_CHECK;
}

/* Whoever takes input may be on the way to its port; who never comes is not waited for. */
static void ask(struct run *run)
{
    int64_t now = clock_now();
    if (run->ask_until == 0 || now < run->ask_next)
        return;
    run->asked = post_ask(run->kernel->post, run->request, "input_request",
                          json_pack("{s:s, s:b}", "prompt", "", "password", 0));
    if (!run->asked && now >= run->ask_until)
        session_give_input(run->kernel->learner.session, NULL, 0);
    run->ask_next = now + ASK_AGAIN;
    if (run->asked || now >= run->ask_until)
        run->ask_until = 0;
}

/* Behind what was printed: that may be the question. */
static void ask_for_input(void *self)
{
    struct run *run = self;
    flush(run);
    run->ask_next = 0;
    run->asked = false;
    run->ask_until = letter_flag(run->request, "allow_stdin", false) ? clock_after(ASK_PATIENCE) : 0;
    if (run->ask_until != 0)
        ask(run);
    else
        session_give_input(run->kernel->learner.session, NULL, 0);
}

void run_give_input(struct run *run, const struct letter *answer)
{
    const char *line = letter_string(answer, "value", "");
    if (run->asked && post_asked(run->kernel->post, answer))
        session_give_input(run->kernel->learner.session, line, strlen(line));
}

static struct outcome *receive(struct run *run)
{
    const struct session_watcher watcher = {
        .self = run, .output = take_output, .stopping = is_stopping, .wants_input = ask_for_input};
    if (!run->evaluates)
        return NULL;
    return run->judge ? judge_receive(run->judge) : session_receive(run->kernel->learner.session, &watcher);
}

void run_go_on(struct run *run)
{
    struct outcome *outcome = receive(run);
    ask(run);
    stream_send(&run->kernel->stream, run->kernel->post, run->request, false);
    if (outcome == NULL)
        return;
    run->evaluates = false;
    run->ask_until = 0;
    run->asked = false;
    if (run->expression != NULL) {
        take_expression(run, outcome);
        outcome_free(outcome);
    } else if (is_checking(run)) {
        take_check(run, outcome);
    } else {
        take_piece(run, outcome);
    }
    advance(run);
}

/* --- life ----------------------------------------------------------------------------------------------- */

/* A fault of the request itself; NULL: none. */
static json_t *fault_of(const struct run *run)
{
    const json_t *code = json_object_get(run->request->content, "code");
    if (run->request->too_long)
        return bundle_fault("TooLong", "This cell is too long: it may have 16 MiB.");
    if (!json_is_string(code) || strlen(json_string_value(code)) != json_string_length(code))
        return bundle_fault("SyntaxError", "A cell is a text without zero bytes.");
    return run->cell.wrong ? bundle_fault("LessonError", run->cell.wrong) : NULL;
}

struct run *run_new(struct kernel *kernel, struct letter *request)
{
    struct run *run = memory_new(1, sizeof *run);
    const char *code = letter_string(request, "code", "");
    run->kernel = kernel;
    run->request = request;
    run->silent = letter_flag(request, "silent", false);
    run->stores = letter_flag(request, "store_history", true) && !run->silent;
    run->stops = letter_flag(request, "stop_on_error", true);
    run->expressions = json_object();
    kernel->count += run->stores;
    run->name = text_make("In[%d]", kernel->count);
    publish(run, "execute_input", json_pack("{s:s, s:i}", "code", code, "execution_count", kernel->count));
    run->cell = cell_read(code);
    fail(run, fault_of(run));
    advance(run);
    return run;
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    stream_clear(&run->kernel->stream);
    judge_free(run->judge);
    letter_free(run->request);
    cell_free(&run->cell);
    json_decref(run->expressions);
    json_decref(run->fault);
    text_free(&run->shown);
    free(run->name);
    free(run);
}

const struct letter *run_request(const struct run *run)
{
    return run->request;
}

bool run_over(const struct run *run)
{
    return run->over;
}

bool run_stops_others(const struct run *run)
{
    return run->fault != NULL && run->stops;
}

int run_descriptor(const struct run *run)
{
    if (run->judge != NULL)
        return judge_descriptor(run->judge);
    return run->evaluates ? session_descriptor(run->kernel->learner.session) : -1;
}

int64_t run_moment(const struct run *run)
{
    int64_t session = run->judge       ? judge_deadline(run->judge)
                      : run->evaluates ? session_deadline(run->kernel->learner.session)
                                       : CLOCK_NEVER;
    int64_t stream = stream_moment(&run->kernel->stream);
    int64_t first = session < stream ? session : stream;
    return run->ask_until != 0 && run->ask_next < first ? run->ask_next : first;
}

void run_interrupt(struct run *run)
{
    run->interrupted = true;
    run_go_on(run);
}

void run_abandon(struct run *run)
{
    fail(run, bundle_fault("KernelLeaves", "The kernel was told to leave."));
    run->over = true;
}

void run_end(struct run *run)
{
    flush(run);
    if (run->fault != NULL)
        publish(run, "error", json_incref(run->fault));
    if (run->stores)
        past_cells_add(&run->kernel->past, run->kernel->count, letter_string(run->request, "code", ""),
                       run->shown.length > 0 ? text_string(&run->shown) : NULL);
    post_reply(run->kernel->post, PORT_SHELL, run->request, "execute_reply", reply_of(run));
}
