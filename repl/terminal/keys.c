#include "terminal/keys.h"

#include "base/memory.h"
#include "terminal/interrupts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct keys {
    int fd; /* the terminal, opened anew so as never to block; standard input where that cannot be */
    bool gone;
    struct text ahead; /* bytes that were read but not taken */
    size_t taken;      /* of them */
    bool after;        /* what is there was typed after Ctrl-C */
    struct termios original, reading;
    bool terminal; /* there is one, and it has these modes */
};

/* Takes the terminal; and gives it back, at the end or while somebody else has it. */
static void take_terminal(struct keys *keys)
{
    struct termios modes = keys->original;
    modes.c_lflag &= ~(tcflag_t)IEXTEN; /* Ctrl-V would quote a Ctrl-C while nothing reads */
    if (keys->terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void give_terminal(struct keys *keys)
{
    if (keys->terminal)
        tcsetattr(STDIN_FILENO, TCSANOW, &keys->original);
}

struct keys *keys_new(void)
{
    struct keys *keys = memory_new(1, sizeof *keys);
    keys->fd = isatty(STDIN_FILENO) ? open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    if (keys->fd < 0)
        keys->fd = STDIN_FILENO;
    keys->terminal = tcgetattr(STDIN_FILENO, &keys->original) == 0;
    take_terminal(keys);
    interrupts_watch_screen();
    return keys;
}

void keys_free(struct keys *keys)
{
    if (keys == NULL)
        return;
    give_terminal(keys);
    if (keys->fd != STDIN_FILENO)
        close(keys->fd);
    text_free(&keys->ahead);
    free(keys);
}

void keys_begin(struct keys *keys)
{
    if (tcgetattr(STDIN_FILENO, &keys->reading) != 0)
        return;
    keys->reading.c_lflag &= ~(tcflag_t)ISIG;
    keys->reading.c_iflag &= ~(tcflag_t)IXON; /* Ctrl-S would hold the screen, and no key but Ctrl-Q free it */
    tcsetattr(STDIN_FILENO, TCSANOW, &keys->reading);
    interrupts_keep_modes(&keys->reading);
}

void keys_end(struct keys *keys)
{
    (void)keys;
    interrupts_keep_modes(NULL);
}

bool keys_ahead(const struct keys *keys)
{
    return keys->taken < keys->ahead.length;
}

static int take_ahead(struct keys *keys)
{
    int key = (unsigned char)keys->ahead.bytes[keys->taken++];
    if (!keys_ahead(keys)) {
        text_clear(&keys->ahead);
        keys->taken = 0;
    }
    return key;
}

int keys_next(struct keys *keys)
{
    for (;;) {
        unsigned char key;
        if (keys->gone || interrupts_ended())
            return EOF;
        if (interrupts_resumed())
            return KEYS_RESUMED;
        if (interrupts_resized())
            return KEYS_RESIZED;
        if (interrupts_take()) {
            keys_interrupted(keys);
            return KEY_CTRL_C;
        }
        if (keys_ahead(keys))
            return take_ahead(keys);
        ssize_t count = interrupts_wait(keys->fd, -1) ? read(keys->fd, &key, 1) : -1;
        if (count == 1)
            return key;
        if (count == 0 || (errno != EINTR && errno != EAGAIN))
            keys->gone = true;
    }
}

/* A lone Escape is told from the begin of a sequence by what comes so soon. */
#define SEQUENCE_MS 50

bool keys_more(struct keys *keys)
{
    return keys_ahead(keys) || interrupts_pressed() || interrupts_wait(keys->fd, SEQUENCE_MS);
}

void keys_stop(struct keys *keys)
{
    interrupts_keep_modes(NULL);
    give_terminal(keys);
    interrupts_stop();
    take_terminal(keys);
    interrupts_resumed();
}

bool keys_gone(const struct keys *keys)
{
    return keys->gone;
}

/* Takes all that is there now. */
static void read_ahead(struct keys *keys)
{
    int count = 0;
    while (ioctl(keys->fd, FIONREAD, &count) == 0 && count > 0) {
        char bytes[4096];
        ssize_t got = read(keys->fd, bytes, (size_t)count < sizeof bytes ? (size_t)count : sizeof bytes);
        if (got <= 0)
            break;
        text_add_bytes(&keys->ahead, bytes, (size_t)got);
    }
}

static const char paste_end[] = "\033[201~";

/* Ctrl-C within a paste: the person's, unless the rest of the paste is there. */
static bool is_pasted(struct keys *keys)
{
    read_ahead(keys);
    return keys_ahead(keys) && memmem(keys->ahead.bytes + keys->taken, keys->ahead.length - keys->taken, paste_end,
                                      sizeof paste_end - 1) != NULL;
}

bool keys_paste(struct keys *keys, struct text *pasted)
{
    size_t mark = sizeof paste_end - 1;
    for (;;) {
        int key = keys_next(keys);
        if (key == EOF)
            return false;
        if (key == KEY_CTRL_C && !is_pasted(keys)) {
            keys->after = true;
            interrupts_press();
            return false;
        }
        if (key <= 0 || key == KEY_CTRL_C)
            continue;
        text_add_char(pasted, key == '\r' ? '\n' : (char)key);
        if (key == '~' && pasted->length >= mark &&
            memcmp(pasted->bytes + pasted->length - mark, paste_end, mark) == 0) {
            text_cut(pasted, pasted->length - mark);
            return true;
        }
    }
}

void keys_interrupted(struct keys *keys)
{
    if (!keys->after)
        keys->taken = keys->ahead.length;
    keys->after = false;
}

void keys_look_ahead(struct keys *keys)
{
    read_ahead(keys);
    keys->after = false;
    for (size_t i = keys->ahead.length; i > keys->taken; i--)
        if (keys->ahead.bytes[i - 1] == KEY_CTRL_C) {
            keys->taken = i;
            keys->after = true;
            interrupts_press();
            break;
        }
}

/* --- keys without a line -------------------------------------------------------------------------------- */

void keys_alone(struct keys *keys)
{
    if (!keys->terminal)
        return;
    if (interrupts_take())
        keys_interrupted(keys);
    keys->reading = keys->original;
    keys->reading.c_lflag &= ~(tcflag_t)(ISIG | ICANON | ECHO | ECHONL | IEXTEN);
    keys->reading.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR);
    tcsetattr(STDIN_FILENO, TCSANOW, &keys->reading);
    interrupts_keep_modes(&keys->reading);
}

void keys_give_back(struct keys *keys)
{
    interrupts_keep_modes(NULL);
    take_terminal(keys);
}

void keys_drop(struct keys *keys)
{
    read_ahead(keys);
    keys->taken = keys->ahead.length;
    keys->after = false;
}

/* What terminals send for keys that are no characters, behind Escape and [ or O. */
static const struct {
    const char *sequence;
    enum key key;
} sequences[] = {
    {"A", KEY_UP},   {"B", KEY_DOWN}, {"C", KEY_RIGHT}, {"D", KEY_LEFT}, {"5~", KEY_PAGE_UP}, {"6~", KEY_PAGE_DOWN},
    {"H", KEY_HOME}, {"F", KEY_END},  {"1~", KEY_HOME}, {"4~", KEY_END}, {"7~", KEY_HOME},    {"8~", KEY_END},
};

static int key_of(const char *sequence)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (strcmp(sequence, sequences[i].sequence) == 0)
            return sequences[i].key;
    return KEY_OTHER;
}

/* Behind an Escape: the rest of its sequence, up to the letter or ~ that ends it. */
static int read_sequence(struct keys *keys)
{
    char sequence[16];
    size_t length = 0;
    if (!keys_more(keys))
        return KEY_ESCAPE;
    int key = keys_next(keys);
    if (key != '[' && key != 'O')
        return key < 0 ? key : KEY_OTHER;
    while (length + 1 < sizeof sequence && keys_more(keys)) {
        key = keys_next(keys);
        if (key < 0)
            return key;
        sequence[length++] = (char)key;
        if (key >= '@' && key <= '~')
            break;
    }
    sequence[length] = '\0';
    return key_of(sequence);
}

int keys_press(struct keys *keys)
{
    int key = keys_next(keys);
    if (key == KEYS_RESUMED)
        keys_alone(keys);
    return key == KEY_ESCAPE ? read_sequence(keys) : key;
}
