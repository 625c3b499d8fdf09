#include "terminal/prompt.h"

#include "base/array.h"
#include "base/memory.h"
#include "terminal/history.h"
#include "terminal/interrupts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>

#define CTRL_C 3
#define CTRL_D 4
#define CTRL_G 7

struct prompt {
    struct screen *screen;
    prompt_completer *complete;
    void *self;
    char *history;
    char *prefill, *offer;
    bool prefilled;
    bool searching;                                              /* the arrow keys went into the history */
    bool begun;                                                  /* readline was set up */
    enum { DROPPED_NOT, DROPPED_NOTHING, DROPPED_TEXT } dropped; /* Ctrl-C ended the line */
    bool gone;                                                   /* the terminal is gone */
    bool hushed;
    struct termios loud;
    int width; /* that readline knows */
    int keys;  /* the terminal, opened anew so as never to block; -1: it could not be */
    struct completions completions;
};

/* Readline's hooks take no argument of ours. */
static struct prompt *current;

/* --- completions ---------------------------------------------------------------------------------------- */

void completions_add(struct completions *completions, const char *name, const char *note)
{
    ARRAY_ADD(completions->list, completions->count, (struct completion){memory_copy(name), memory_copy(note)});
}

void completions_free(struct completions *completions)
{
    for (size_t i = 0; i < completions->count; i++) {
        free(completions->list[i].name);
        free(completions->list[i].note);
    }
    free(completions->list);
    *completions = (struct completions){NULL, 0};
}

/* What all the names begin with. */
static size_t common_length(const struct completions *completions)
{
    size_t length = strlen(completions->list[0].name);
    for (size_t i = 1; i < completions->count; i++)
        for (size_t k = 0; k < length; k++)
            if (completions->list[i].name[k] != completions->list[0].name[k])
                length = k;
    return length;
}

/* Readline's form: the common beginning, the names, NULL. */
static char **matches_of(const struct completions *completions)
{
    if (completions->count == 0)
        return NULL;
    char **matches = memory_new(completions->count + 2, sizeof *matches);
    matches[0] = memory_copy_bytes(completions->list[0].name, common_length(completions));
    for (size_t i = 0; completions->count > 1 && i < completions->count; i++)
        matches[i + 1] = memory_copy(completions->list[i].name);
    return matches;
}

static char **attempt(const char *word, int start, int end)
{
    (void)word;
    struct prompt *prompt = current;
    rl_attempted_completion_over = 1; /* never file names */
    rl_completion_suppress_append = 1;
    completions_free(&prompt->completions);
    char *line = memory_copy_bytes(rl_line_buffer, (size_t)end);
    size_t from = (size_t)start;
    prompt->complete(prompt->self, line, &from, &prompt->completions);
    free(line);
    if (from != (size_t)start)
        completions_free(&prompt->completions);
    return matches_of(&prompt->completions);
}

/* A name is completed as one word; after a colon at the start of the line, words are parted by spaces. */
static char *breaks(void)
{
    static char of_commands[] = " ", of_lua[] = " \t\n\"\\'`@$><=;|&{(}),.:[]+-*/%^#~!?";
    return rl_line_buffer[0] == ':' ? of_commands : of_lua;
}

/* The list below the line: names with their notes, one a line while they fit, else readline's columns. */
static void show_matches(char **matches, int count, int longest)
{
    struct prompt *prompt = current;
    const struct look *look = &prompt->screen->look;
    bool noted = false;
    for (size_t i = 0; i < prompt->completions.count; i++)
        noted = noted || prompt->completions.list[i].note != NULL;
    rl_crlf();
    if (!noted || count > 25) {
        rl_display_match_list(matches, count, longest);
        rl_forced_update_display();
        return;
    }
    struct text out = TEXT_EMPTY;
    for (size_t i = 0; i < prompt->completions.count; i++) {
        const struct completion *completion = &prompt->completions.list[i];
        struct text line = TEXT_EMPTY, margin = TEXT_EMPTY;
        text_format(&line, "%-*s", longest, completion->name);
        text_add_repeat(&margin, " ", (size_t)longest + 4);
        char *first = text_make("  %s  ", text_string(&line));
        char *note = text_make("%s%s%s", look_on(look, STYLE_QUIET), completion->note ? completion->note : "",
                               look_off(look, STYLE_QUIET));
        look_wrap(&out, look, first, text_string(&margin), note);
        free(first);
        free(note);
        text_free(&line);
        text_free(&margin);
    }
    fwrite(text_string(&out), 1, out.length, rl_outstream);
    text_free(&out);
    rl_on_new_line();
    rl_redisplay();
}

/* --- keys ----------------------------------------------------------------------------------------------- */

/*
 * Ctrl-C throws away what was typed before it, also between the moment that a key is there and the one that
 * it is read: a read that blocked then would not hear of the signal.
 */
static ssize_t read_key(FILE *stream, unsigned char *key)
{
    return read(current->keys >= 0 ? current->keys : fileno(stream), key, 1);
}

/*
 * Waits for a key.  Ctrl-C is a signal, since the terminal must send one while a chunk runs; here it becomes
 * an ordinary key again, so that readline is in order whatever it was doing.
 */
static int next_key(FILE *stream)
{
    for (;;) {
        if (interrupts_ended())
            return EOF;
        /* A question of readline's is left first, then it comes here again; the one about a list by an
         * answer, since the list would not be freed otherwise. */
        if (interrupts_pressed() && RL_ISSTATE(RL_STATE_MOREINPUT))
            return RL_ISSTATE(RL_STATE_COMPLETING) ? 'n' : CTRL_G;
        if (interrupts_pressed()) {
            interrupts_forget();
            return CTRL_C;
        }
        if (!interrupts_wait(fileno(stream))) {
            if (errno != EINTR)
                return EOF;
            if (rl_pending_signal() != 0)
                rl_check_signals();
            continue;
        }
        unsigned char key;
        ssize_t count = read_key(stream, &key);
        if (count == 1 && current->history == NULL && key != CTRL_D)
            current->history = history_load(); /* at the first key: the prompt did not wait for this */
        if (count == 1)
            return key;
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        current->gone = true;
        return EOF;
    }
}

static int drop_line(int count, int key)
{
    (void)count;
    (void)key;
    current->dropped = rl_end > 0 ? DROPPED_TEXT : DROPPED_NOTHING;
    rl_point = rl_end;
    rl_redisplay();
    rl_crlf();
    rl_done = 1;
    return 0;
}

/* Tab: takes what is offered, else completes; on an empty line everything would be a completion. */
static int press_tab(int count, int key)
{
    if (rl_end > 0) {
        if (rl_last_func == press_tab) /* the second Tab lists: readline asks what the first one was */
            rl_last_func = rl_complete;
        return rl_complete(count, key);
    }
    if (current->offer == NULL)
        return rl_ding();
    rl_insert_text(current->offer);
    prompt_offer(current, NULL);
    rl_redisplay();
    return rl_newline(1, '\n');
}

static int prefill_line(void)
{
    current->prefilled = current->prefill != NULL;
    if (current->prefilled)
        rl_insert_text(current->prefill);
    free(current->prefill);
    current->prefill = NULL;
    return 0;
}

/* The begin of the line of an entry of several in which the offset lies. */
static int line_start(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n')
        at--;
    return at;
}

static int line_end(int at)
{
    while (at < rl_end && rl_line_buffer[at] != '\n')
        at++;
    return at;
}

/* Into the line that begins at `start`, as far from its begin as the cursor is from that of its own line. */
static int move_to_line(int start)
{
    int column = rl_point - line_start(rl_point), end = line_end(start);
    rl_point = start + column < end ? start + column : end;
    while (rl_point > start && (rl_line_buffer[rl_point] & 0xc0) == 0x80)
        rl_point--;
    return 0;
}

static int press_up(int count, int key);
static int press_down(int count, int key);

/* Readline goes on with a search when the key before was one, too. */
static int search(rl_command_func_t *direction, int count, int key)
{
    bool again = current->searching && (rl_last_func == press_up || rl_last_func == press_down);
    if (again)
        rl_last_func = rl_history_search_backward;
    current->searching = true;
    return direction(count, key);
}

/* Up and down: through the lines of the entry, and from its first and last into the history. */
static int press_up(int count, int key)
{
    if (rl_last_func != press_up && rl_last_func != press_down)
        current->searching = false;
    int start = line_start(rl_point);
    return start > 0 ? move_to_line(line_start(start - 1)) : search(rl_history_search_backward, count, key);
}

static int press_down(int count, int key)
{
    if (rl_last_func != press_up && rl_last_func != press_down)
        current->searching = false;
    int end = line_end(rl_point);
    return end < rl_end ? move_to_line(end + 1) : search(rl_history_search_forward, count, key);
}

static int add_line(int count, int key)
{
    (void)count;
    (void)key;
    return rl_insert_text("\n") == 1 ? 0 : 1;
}

/* Enter in the midst of an entry of several lines parts a line; on its last line it enters them all. */
static int press_enter(int count, int key)
{
    return line_end(rl_point) < rl_end ? add_line(count, key) : rl_newline(count, key);
}

static const struct {
    const char *keys;
    rl_command_func_t *function;
} bindings[] = {
    {"\003", drop_line},  {"\t", press_tab},    {"\r", press_enter},    {"\033\r", add_line},   {"\033\n", add_line},
    {"\033[A", press_up}, {"\033OA", press_up}, {"\033[B", press_down}, {"\033OB", press_down},
};

static void bind(Keymap map)
{
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].function, map);
}

/* Before ~/.inputrc is read, which may bind everything otherwise. */
static void begin(struct prompt *prompt)
{
    rl_readline_name = "sockrates";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 1;
    rl_change_environment = 0;
    rl_getc_function = next_key;
    rl_startup_hook = prefill_line;
    rl_attempted_completion_function = attempt;
    rl_completion_word_break_hook = breaks;
    rl_completion_display_matches_hook = show_matches;
    rl_basic_quote_characters = "";
    rl_completer_quote_characters = "";
    prompt->keys = isatty(STDIN_FILENO) ? open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    bind(rl_get_keymap_by_name("emacs"));
    bind(rl_get_keymap_by_name("vi-insert"));
    rl_bind_key_in_map(CTRL_C, drop_line, rl_get_keymap_by_name("vi-command"));
    prompt->begun = true;
}

struct prompt *prompt_new(struct screen *screen, prompt_completer *complete, void *self)
{
    struct prompt *prompt = memory_new(1, sizeof *prompt);
    *prompt = (struct prompt){.screen = screen, .complete = complete, .self = self, .keys = -1};
    current = prompt;
    return prompt;
}

void prompt_free(struct prompt *prompt)
{
    if (prompt == NULL)
        return;
    if (prompt->keys >= 0)
        close(prompt->keys);
    completions_free(&prompt->completions);
    free(prompt->history);
    free(prompt->prefill);
    free(prompt->offer);
    free(prompt);
    current = NULL;
}

void prompt_prefill(struct prompt *prompt, const char *text)
{
    free(prompt->prefill);
    prompt->prefill = memory_copy(text);
}

void prompt_offer(struct prompt *prompt, const char *text)
{
    free(prompt->offer);
    prompt->offer = memory_copy(text);
}

const char *prompt_pending(const struct prompt *prompt)
{
    return prompt->prefill;
}

bool prompt_was_prefilled(const struct prompt *prompt)
{
    return prompt->prefilled;
}

/* The sign with its colour, marked so that readline does not count the escapes. */
static char *decorated(const struct look *look, const char *sign)
{
    if (!look->colour)
        return memory_copy(sign);
    return text_make("\001%s\002%s\001%s\002", look_on(look, STYLE_PROMPT), sign, look_off(look, STYLE_PROMPT));
}

void prompt_forget(struct prompt *prompt)
{
    static const char up[] = "\r\033[A\033[J";
    if (prompt->screen->cursor)
        screen_write(prompt->screen, up, sizeof up - 1);
    prompt->screen->column = 0;
}

enum prompt_result prompt_read(struct prompt *prompt, const char *sign, char **line)
{
    screen_fresh_line(prompt->screen);
    screen_measure(prompt->screen);
    if (!prompt->begun)
        begin(prompt);
    else if (prompt->width != prompt->screen->look.width)
        rl_reset_screen_size();
    prompt->width = prompt->screen->look.width;
    prompt->dropped = DROPPED_NOT;
    interrupts_forget();
    char *decorated_sign = decorated(&prompt->screen->look, sign);
    char *read = readline(decorated_sign);
    free(decorated_sign);
    prompt->screen->column = 0;
    *line = NULL;
    /* Readline gives what was half typed when the terminal goes away; nobody has entered that. */
    bool ended = read == NULL || prompt->gone || interrupts_ended();
    if (prompt->dropped != DROPPED_NOT || ended) {
        free(read);
        return prompt->dropped == DROPPED_TEXT      ? PROMPT_DROPPED
               : prompt->dropped == DROPPED_NOTHING ? PROMPT_STOPPED
                                                    : PROMPT_END;
    }
    *line = read;
    return PROMPT_LINE;
}

void prompt_keep(struct prompt *prompt, const char *entry)
{
    if (prompt->history != NULL)
        history_keep(prompt->history, entry);
}

void prompt_hush(struct prompt *prompt)
{
    if (prompt->hushed || tcgetattr(STDIN_FILENO, &prompt->loud) != 0)
        return;
    struct termios quiet = prompt->loud;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    prompt->hushed = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

void prompt_unhush(struct prompt *prompt)
{
    if (prompt->hushed)
        tcsetattr(STDIN_FILENO, TCSANOW, &prompt->loud);
    prompt->hushed = false;
}
