#include "terminal/prompt.h"

#include "base/memory.h"
#include "terminal/entry_view.h"
#include "terminal/history.h"
#include "terminal/interrupts.h"
#include "terminal/keys.h"
#include "terminal/line.h"
#include "terminal/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <readline/readline.h>

/* Readline divides by the width. */
#define COLUMNS_LEAST 10

struct prompt {
    struct screen *screen;
    prompt_completer *complete;
    void *self;
    struct keys *keys;
    struct entry_view *view; /* NULL: the cursor cannot be moved, readline shows what it can */
    struct history *history; /* NULL before the first key */
    struct recall *recall;
    char *sign; /* with its colour; of the first line of an entry */
    char *searching;
    char *prefill, *offer;
    char *above; /* of the entry, NULL: nothing or taken */
    bool took_above;
    bool prefilled;
    bool begun;       /* readline was set up */
    bool arrived;     /* the key before brought an entry from the history */
    bool walking;     /* the arrow keys are in the history */
    bool interrupted; /* Ctrl-C was pressed: whatever readline makes of it, it comes again until the line is dropped */
    size_t answers;   /* given to what readline asked */
    enum { DROPPED_NOT, DROPPED_NOTHING, DROPPED_TEXT } dropped; /* Ctrl-C ended the line */
    bool hushed;
    struct termios loud, quiet;
    struct completions completions;
};

/* Readline's hooks take no argument of ours. */
static struct prompt *current;

/* --- the screen ----------------------------------------------------------------------------------------- */

static struct winsize window_size(void)
{
    struct winsize size = {.ws_row = 0};
    int rows, columns;
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    rl_get_screen_size(&rows, &columns);
    if (size.ws_col == 0)
        size.ws_col = (unsigned short)columns;
    if (size.ws_row == 0)
        size.ws_row = (unsigned short)rows;
    return size;
}

typedef void view_action(struct entry_view *view, struct text *out, const struct entry_scene *scene);

static void show(view_action *action)
{
    struct winsize size = window_size();
    const char *sign = current->searching ? current->searching : rl_display_prompt;
    struct entry_scene scene = {.sign = sign ? sign : "",
                                .entry = rl_line_buffer,
                                .length = (size_t)rl_end,
                                .cursor = (size_t)rl_point,
                                .width = size.ws_col,
                                .height = size.ws_row,
                                .unicode = current->screen->look.unicode};
    struct text out = TEXT_EMPTY;
    action(current->view, &out, &scene);
    fwrite(text_string(&out), 1, out.length, rl_outstream);
    fflush(rl_outstream);
    text_free(&out);
}

static void redraw(void)
{
    if (current->view != NULL)
        show(entry_view_draw);
    else
        rl_redisplay();
}

/* To a new line below the entry, where something else may be written; redraw_below() shows the entry again. */
static void leave_entry(void)
{
    if (current->view != NULL) {
        show(entry_view_leave);
        return;
    }
    rl_point = rl_end;
    rl_redisplay();
    rl_crlf();
}

static void redraw_below(void)
{
    rl_on_new_line();
    redraw();
}

/* Readline needs the size for its lists only. */
static void tell_size(void)
{
    struct winsize size = window_size();
    rl_set_screen_size(size.ws_row, size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col);
}

static int clear_screen(int count, int key)
{
    if (current->view == NULL)
        return rl_clear_screen(count, key);
    fputs("\033[H\033[2J", rl_outstream);
    entry_view_forget(current->view);
    redraw();
    return 0;
}

/* --- completion ----------------------------------------------------------------------------------------- */

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
    return completions_matches(&prompt->completions);
}

/* A name is completed as one word; after a colon at the start of the line, words are parted by spaces. */
static char *breaks(void)
{
    static char of_commands[] = " ", of_lua[] = " \t\n\"\\'`@$><=;|&{(}),.:[]+-*/%^#~!?";
    return rl_line_buffer[0] == ':' ? of_commands : of_lua;
}

static void show_matches(char **matches, int count, int longest)
{
    struct text out = TEXT_EMPTY;
    int point = rl_point;
    completions_show(&out, &current->completions, longest, &current->screen->look);
    leave_entry();
    rl_point = point;
    if (out.length > 0)
        fwrite(text_string(&out), 1, out.length, rl_outstream);
    else
        rl_display_match_list(matches, count, longest);
    text_free(&out);
    redraw_below();
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static void prepare_terminal(int meta)
{
    rl_prep_terminal(meta);
    keys_begin(current->keys);
}

/* Also when the line is done, whichever of readline's commands ended it. */
static void restore_terminal(void)
{
    if (current->view != NULL && rl_done && entry_view_is_shown(current->view))
        show(entry_view_leave);
    keys_end(current->keys);
    rl_deprep_terminal();
}

/* The program goes on after it was stopped: a shell has had the terminal since. */
static void resume(void)
{
    prepare_terminal(1);
    if (current->view != NULL)
        entry_view_forget(current->view);
    redraw_below();
}

static int stop(int count, int key)
{
    (void)count, (void)key;
    int point = rl_point;
    leave_entry();
    rl_point = point;
    restore_terminal();
    keys_stop(current->keys);
    resume();
    return 0;
}

/*
 * When readline has asked something it is answered first; Ctrl-C itself comes with the next key.  A paste that it
 * reads itself, for the name of a character say, takes any answer for text but its end.
 */
static int answer(void)
{
    static const char keys[] = "\007\033[201~";
    if (RL_ISSTATE(RL_STATE_COMPLETING))
        return 'n';
    return keys[current->answers++ % strlen(keys)];
}

/* Readline looks at the terminal for more keys; those that were read before it does not see. */
static int more_is_there(void)
{
    return 1;
}

static int next_key(FILE *stream)
{
    (void)stream;
    for (;;) {
        bool asked = RL_ISSTATE(RL_STATE_MOREINPUT);
        if (current->interrupted && !asked)
            return KEY_CTRL_C;
        int key = current->interrupted ? KEY_CTRL_C : keys_next(current->keys);
        if (key == EOF && rl_end > 0 && RL_ISSTATE(RL_STATE_READCMD))
            key = KEY_CTRL_C; /* the end comes after it: what was typed is not lost */
        if (key == KEYS_RESUMED) {
            restore_terminal();
            resume();
        } else if (key == KEYS_RESIZED) {
            tell_size();
            if (current->view != NULL)
                show(entry_view_resized);
        } else if (key == KEY_CTRL_C && asked) {
            current->interrupted = true;
            return answer();
        } else if ((key == KEY_CTRL_G || key == EOF) && asked && RL_ISSTATE(RL_STATE_COMPLETING)) {
            return 'n'; /* readline leaves a list without freeing it otherwise */
        } else {
            if (current->history == NULL && key != KEY_CTRL_D && key != EOF) {
                current->history = history_load(); /* at the first key: the prompt did not wait for this */
                recall_use(current->recall, current->history);
            }
            rl_input_available_hook = keys_ahead(current->keys) ? more_is_there : NULL;
            if (RL_ISSTATE(RL_STATE_READCMD))
                current->arrived = recall_moved(current->recall);
            current->interrupted = key == KEY_CTRL_C;
            return key;
        }
    }
}

static int drop_line(int count, int key)
{
    (void)count, (void)key;
    current->dropped = rl_end > 0 ? DROPPED_TEXT : DROPPED_NOTHING;
    if (current->view == NULL)
        leave_entry();
    rl_done = 1;
    return 0;
}

static int enter(void)
{
    return rl_newline(1, '\n');
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
    return enter();
}

/* Enter in the midst of an entry of several lines parts a line; on its last line it enters them all, and so it does
 * with what has just come from the history. */
static int press_enter(int count, int key)
{
    return line_is_last() || current->arrived ? enter() : line_part(count, key);
}

static int paste(int count, int key)
{
    (void)count, (void)key;
    struct text pasted = TEXT_EMPTY;
    keys_paste(current->keys, &pasted);
    if (pasted.length > 0)
        rl_insert_text(text_string(&pasted));
    text_free(&pasted);
    return 0;
}

/* --- the history ---------------------------------------------------------------------------------------- */

/* From the first line of an entry up into those that were entered before. */
static bool take_above(void)
{
    if (current->above == NULL)
        return false;
    line_put_above(current->above);
    free(current->above);
    current->above = NULL;
    current->took_above = true;
    rl_set_prompt(current->sign);
    return true;
}

static int press_up(int count, int key);
static int press_down(int count, int key);

/* Up and down: through the lines of the entry, and from its first and last into the history. */
static void walk(bool back)
{
    if (rl_last_func != press_up && rl_last_func != press_down)
        current->walking = false;
    if (back ? line_up() || take_above() : line_down())
        return;
    recall_go_like(current->recall, back, current->walking);
    current->walking = true;
}

static int press_up(int count, int key)
{
    (void)count, (void)key;
    walk(true);
    return 0;
}

static int press_down(int count, int key)
{
    (void)count, (void)key;
    walk(false);
    return 0;
}

static int go_like_back(int count, int key)
{
    (void)count, (void)key;
    recall_go_like(current->recall, true, rl_last_func == go_like_back);
    return 0;
}

static int go_like_forth(int count, int key)
{
    (void)count, (void)key;
    recall_go_like(current->recall, false, rl_last_func == go_like_forth);
    return 0;
}

static int go_back(int count, int key)
{
    (void)key;
    if (count < 0 || (!line_up() && !take_above()))
        recall_go(current->recall, count);
    return 0;
}

static int go_forth(int count, int key)
{
    (void)key;
    if (count < 0 || !line_down())
        recall_go(current->recall, -count);
    return 0;
}

static int go_first(int count, int key)
{
    (void)count, (void)key;
    recall_go_first(current->recall);
    return 0;
}

static int go_last(int count, int key)
{
    (void)count, (void)key;
    recall_go_last(current->recall);
    return 0;
}

/* By a screen, within the entry. */
static int page(bool (*move)(void))
{
    for (int i = window_size().ws_row; i > 2 && move(); i--)
        continue;
    return 0;
}

static int page_up(int count, int key)
{
    (void)count, (void)key;
    return page(line_up);
}

static int page_down(int count, int key)
{
    (void)count, (void)key;
    return page(line_down);
}

static void show_sought(const char *text)
{
    free(current->searching);
    current->searching = memory_copy(text);
    if (text != NULL)
        redraw();
}

static bool more_keys(void)
{
    return keys_more(current->keys);
}

static int search_back(int count, int key)
{
    (void)count, (void)key;
    return recall_search(current->recall, true, show_sought, more_keys) ? enter() : 0;
}

static int search_forth(int count, int key)
{
    (void)count, (void)key;
    return recall_search(current->recall, false, show_sought, more_keys) ? enter() : 0;
}

/* --- setting readline up -------------------------------------------------------------------------------- */

/* Whatever a person binds in ~/.inputrc: these are ours. */
static const struct {
    rl_command_func_t *readlines, *ours;
} replaced[] = {
    {rl_newline, press_enter},
    {rl_operate_and_get_next, press_enter},
    {rl_bracketed_paste_begin, paste},
    {rl_beg_of_line, line_go_begin},
    {rl_end_of_line, line_go_end},
    {rl_kill_line, line_cut_end},
    {rl_unix_line_discard, line_cut_begin},
    {rl_clear_screen, clear_screen},
    {rl_clear_display, clear_screen},
    {rl_refresh_line, clear_screen},
    {rl_get_previous_history, go_back},
    {rl_get_next_history, go_forth},
    {rl_beginning_of_history, go_first},
    {rl_end_of_history, go_last},
    {rl_history_search_backward, go_like_back},
    {rl_history_search_forward, go_like_forth},
    {rl_history_substr_search_backward, search_back},
    {rl_history_substr_search_forward, search_forth},
    {rl_reverse_search_history, search_back},
    {rl_forward_search_history, search_forth},
    {rl_noninc_reverse_search, search_back},
    {rl_noninc_forward_search, search_forth},
    {rl_vi_search, search_back},
    {rl_vi_search_again, search_back},
    {rl_vi_fetch_history, go_first},
};

static void replace_commands(Keymap map, int depth)
{
    for (int key = 0; key < KEYMAP_SIZE; key++) {
        if (map[key].type == ISKMAP && depth > 0)
            replace_commands((Keymap)(void *)map[key].function, depth - 1);
        if (map[key].type != ISFUNC || map[key].function == NULL)
            continue;
        for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
            if (map[key].function == replaced[i].readlines)
                map[key].function = replaced[i].ours;
    }
}

static const char *const keymaps[] = {"emacs", "vi-insert", "vi-command"};

#define ANY       3
#define INSERTING 2 /* so many of them, the first ones */

static const struct {
    const char *keys;
    rl_command_func_t *function;
    size_t maps; /* of the keymaps, so many */
} bindings[] = {
    {"\003", drop_line, ANY},          {"\032", stop, ANY},
    {"\t", press_tab, INSERTING},      {"\r", press_enter, INSERTING},
    {"\033\r", line_part, INSERTING},  {"\033\n", line_part, INSERTING},
    {"\033[A", press_up, INSERTING},   {"\033OA", press_up, INSERTING},
    {"\033[B", press_down, INSERTING}, {"\033OB", press_down, INSERTING},
    {"\033[5~", page_up, INSERTING},   {"\033[6~", page_down, INSERTING},
};

/* The keymaps are whole only now: readline has read ~/.inputrc and asked the terminal for its keys. */
static int begin_line(void)
{
    for (size_t i = 0; i < sizeof keymaps / sizeof *keymaps; i++)
        replace_commands(rl_get_keymap_by_name(keymaps[i]), 8);
    current->prefilled = current->prefill != NULL;
    if (current->prefilled)
        rl_insert_text(current->prefill);
    free(current->prefill);
    current->prefill = NULL;
    return 0;
}

/* Before ~/.inputrc is read, which may bind everything otherwise. */
static void begin(struct prompt *prompt)
{
    rl_readline_name = "sockrates";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_getc_function = next_key;
    rl_startup_hook = begin_line;
    rl_prep_term_function = prepare_terminal;
    rl_deprep_term_function = restore_terminal;
    rl_attempted_completion_function = attempt;
    rl_completion_word_break_hook = breaks;
    rl_completion_display_matches_hook = show_matches;
    rl_basic_quote_characters = "";
    rl_completer_quote_characters = "";
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        for (size_t k = 0; k < bindings[i].maps; k++)
            rl_bind_keyseq_in_map(bindings[i].keys, bindings[i].function, rl_get_keymap_by_name(keymaps[k]));
    rl_variable_bind("comment-begin", "--");
    prompt->keys = keys_new();
    rl_initialize();
    if (prompt->screen->clever) { /* only now: readline asks what a terminal can do when it shows entries itself */
        prompt->view = entry_view_new();
        rl_redisplay_function = redraw;
    }
    prompt->begun = true;
}

struct prompt *prompt_new(struct screen *screen, prompt_completer *complete, void *self)
{
    struct prompt *prompt = memory_new(1, sizeof *prompt);
    *prompt = (struct prompt){.screen = screen, .complete = complete, .self = self, .recall = recall_new()};
    current = prompt;
    return prompt;
}

void prompt_free(struct prompt *prompt)
{
    if (prompt == NULL)
        return;
    keys_free(prompt->keys);
    entry_view_free(prompt->view);
    recall_free(prompt->recall);
    history_free(prompt->history);
    completions_free(&prompt->completions);
    free(prompt->sign);
    free(prompt->searching);
    free(prompt->prefill);
    free(prompt->offer);
    free(prompt->above);
    free(prompt);
    current = NULL;
}

/* --- what others ask for -------------------------------------------------------------------------------- */

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

bool prompt_took_above(const struct prompt *prompt)
{
    return prompt->took_above;
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

static void begin_entry(struct prompt *prompt, const char *above)
{
    if (!prompt->begun)
        begin(prompt);
    tell_size();
    prompt->dropped = DROPPED_NOT;
    prompt->took_above = prompt->interrupted = prompt->walking = false;
    prompt->answers = 0;
    free(prompt->above);
    prompt->above = memory_copy(above);
    recall_begin(prompt->recall);
    if (interrupts_take())
        keys_interrupted(prompt->keys);
    interrupts_resized();
    interrupts_resumed();
    if (prompt->view != NULL)
        entry_view_forget(prompt->view);
}

enum prompt_result prompt_read(struct prompt *prompt, const char *sign, const char *above, char **line)
{
    screen_fresh_line(prompt->screen);
    screen_measure(prompt->screen);
    begin_entry(prompt, above);
    char *decorated_sign = decorated(&prompt->screen->look, sign);
    if (above == NULL) {
        free(prompt->sign);
        prompt->sign = memory_copy(decorated_sign);
    }
    *line = readline(decorated_sign);
    free(decorated_sign);
    prompt->screen->column = 0;
    if (prompt->dropped != DROPPED_NOT)
        return prompt->dropped == DROPPED_TEXT ? PROMPT_DROPPED : PROMPT_STOPPED;
    /* Readline gives what was half typed when the terminal goes away; nobody has entered that. */
    return *line == NULL || keys_gone(prompt->keys) || interrupts_ended() ? PROMPT_END : PROMPT_LINE;
}

void prompt_keep(struct prompt *prompt, const char *entry)
{
    if (prompt->history != NULL)
        history_keep(prompt->history, entry);
}

void prompt_keep_dropped(struct prompt *prompt, const char *entry)
{
    if (prompt->history != NULL && !history_has(prompt->history, entry))
        history_keep(prompt->history, entry);
}

void prompt_hush(struct prompt *prompt)
{
    if (prompt->keys != NULL)
        keys_look_ahead(prompt->keys);
    if (prompt->hushed || tcgetattr(STDIN_FILENO, &prompt->loud) != 0)
        return;
    prompt->quiet = prompt->loud;
    prompt->quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
    prompt->quiet.c_iflag &= ~(tcflag_t)(ICRNL | INLCR);
    prompt->hushed = tcsetattr(STDIN_FILENO, TCSANOW, &prompt->quiet) == 0;
    interrupts_keep_modes(prompt->hushed ? &prompt->quiet : NULL);
}

void prompt_unhush(struct prompt *prompt)
{
    interrupts_keep_modes(NULL);
    if (prompt->hushed)
        tcsetattr(STDIN_FILENO, TCSANOW, &prompt->loud);
    prompt->hushed = false;
    if (interrupts_take() && prompt->keys != NULL)
        keys_interrupted(prompt->keys);
}

struct keys *prompt_keys(struct prompt *prompt)
{
    if (!prompt->begun)
        begin(prompt);
    return prompt->keys;
}
