#include "terminal/board.h"

#include "base/array.h"
#include "base/span.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A screen with fewer lines has none to spare above the heading. */
#define ROOMY 16

/* One column in so many is left free, on either side. */
#define MARGIN_SHARE 16

int board_margin(const struct screen *screen)
{
    int width = screen->look.width + 2 * screen->inset, margin = width / MARGIN_SHARE;
    int spare = (width - LOOK_MEASURE) / 2;
    return screen->look.plain ? 0 : spare > margin ? spare : margin;
}

/* --- lines ---------------------------------------------------------------------------------------------- */

/* The text as lines that fit, without empty ones at its ends. */
static struct text fitted(const struct board *board, const struct text *text)
{
    struct text out = TEXT_EMPTY;
    const char *bytes = text_string(text);
    look_break(&out, &board->screen->look, "", "", bytes + strspn(bytes, "\n"));
    while (out.length > 0 && out.bytes[out.length - 1] == '\n')
        text_cut(&out, out.length - 1);
    return out;
}

static struct span *lines_of(const struct text *text, size_t *count)
{
    struct span *lines = NULL;
    const char *at = text_string(text);
    *count = 0;
    for (struct span line; span_next_line(&at, &line);)
        ARRAY_ADD(lines, *count, line);
    return lines;
}

size_t board_lines(const struct board *board, const struct text *text)
{
    size_t count;
    struct text whole = fitted(board, text);
    free(lines_of(&whole, &count));
    text_free(&whole);
    return count;
}

/* Where the page that begins with this line ends: better between paragraphs than within one. */
static size_t end_of_page(const struct span *lines, size_t count, size_t from, size_t room)
{
    if (count - from <= room)
        return count;
    for (size_t end = from + room; end > from + room * 2 / 3; end--)
        if (lines[end].length == 0)
            return end;
    return from + room;
}

/* The lines of the board's page; the page is one that there is then. */
static void choose_page(struct board *board, const struct span *lines, size_t count, size_t *from, size_t *to)
{
    size_t room = board_room(board), wanted = board->page, begin = 0, end;
    board->pages = 0;
    *from = *to = 0;
    do {
        while (board->pages > 0 && begin < count && lines[begin].length == 0)
            begin++;
        end = end_of_page(lines, count, begin, room);
        if (board->pages <= wanted) {
            board->page = board->pages;
            *from = begin;
            *to = end;
        }
        board->pages++;
        begin = end;
    } while (end < count);
}

void board_measure(struct board *board, const struct text *text)
{
    size_t count, from, to;
    struct text whole = fitted(board, text);
    struct span *lines = lines_of(&whole, &count);
    choose_page(board, lines, count, &from, &to);
    free(lines);
    text_free(&whole);
}

/* --- what stands around the text ------------------------------------------------------------------------ */

static size_t top_lines(const struct board *board)
{
    return board->screen->height >= ROOMY;
}

static void add_head(struct text *out, const struct board *board)
{
    struct text title = TEXT_EMPTY, position = TEXT_EMPTY;
    const struct look *look = &board->screen->look;
    look_add(&position, look, STYLE_QUIET, board->position);
    text_add(&title, look_on(look, STYLE_TITLE));
    look_add_name(&title, look, board->title);
    text_add(&title, look_off(look, STYLE_TITLE));
    size_t taken = look_columns(text_string(&title)) + look_columns(board->position);
    if (!look->plain && taken + 2 <= (size_t)look->width) {
        text_add(out, text_string(&title));
        text_add_repeat(out, " ", (size_t)look->width - taken);
    } else {
        look_wrap(out, look, "", "", text_string(&title));
    }
    text_format(out, "%s\n", text_string(&position));
    text_free(&title);
    text_free(&position);
}

static size_t head_lines(const struct board *board)
{
    struct text head = TEXT_EMPTY;
    size_t lines = 0;
    add_head(&head, board);
    for (size_t i = 0; i < head.length; i++)
        lines += head.bytes[i] == '\n';
    text_free(&head);
    return lines;
}

size_t board_room(const struct board *board)
{
    if (!board->screen->cursor)
        return SIZE_MAX;
    size_t around = top_lines(board) + head_lines(board) + 3, height = (size_t)board->screen->height;
    return height > around ? height - around : 1;
}

static void add_foot(struct text *out, const struct board *board, const char *const *hints)
{
    struct text foot = TEXT_EMPTY;
    const struct look *look = &board->screen->look;
    for (; *hints != NULL; hints++) {
        size_t more = (foot.length > 0 ? 3 : 0) + look_columns(*hints);
        if (foot.length > 0 && look_columns(text_string(&foot)) + more >= (size_t)look->width)
            continue;
        text_format(&foot, "%s%s", foot.length > 0 ? "   " : "", *hints);
    }
    look_add(out, look, STYLE_QUIET, text_string(&foot));
    text_free(&foot);
}

/* --- drawing -------------------------------------------------------------------------------------------- */

static void add_inset(struct text *out, const struct board *board, const char *text, size_t length)
{
    if (length > 0)
        text_add_repeat(out, " ", (size_t)board->screen->inset);
    text_add_bytes(out, text, length);
    text_add_char(out, '\n');
}

static void add_inset_lines(struct text *out, const struct board *board, const struct text *text)
{
    const char *at = text_string(text);
    for (struct span line; span_next_line(&at, &line);)
        add_inset(out, board, line.text, line.length);
}

void board_show(struct board *board, const struct text *text, const char *const *hints)
{
    size_t count, from, to;
    struct text out = TEXT_EMPTY, head = TEXT_EMPTY, foot = TEXT_EMPTY, whole = fitted(board, text);
    struct span *lines = lines_of(&whole, &count);
    choose_page(board, lines, count, &from, &to);
    text_add(&out, board->screen->cursor ? "\033[H\033[2J" : "\n");
    text_add_repeat(&out, "\n", board->screen->cursor ? top_lines(board) : 0);
    add_head(&head, board);
    add_inset_lines(&out, board, &head);
    text_add_char(&out, '\n');
    for (size_t i = from; i < to; i++)
        add_inset(&out, board, lines[i].text, lines[i].length);
    add_foot(&foot, board, hints);
    if (board->screen->cursor)
        text_format(&out, "\033[%d;%dH%s", board->screen->height, board->screen->inset + 1, text_string(&foot));
    else
        text_format(&out, "\n%*s%s\n", board->screen->inset, "", text_string(&foot));
    screen_write(board->screen, text_string(&out), out.length);
    board->screen->column = 0;
    free(lines);
    text_free(&head);
    text_free(&foot);
    text_free(&whole);
    text_free(&out);
}

void board_go_to_foot(struct board *board)
{
    struct text out = TEXT_EMPTY;
    if (board->screen->cursor)
        text_format(&out, "\033[%d;1H\033[K", board->screen->height);
    screen_write(board->screen, text_string(&out), out.length);
    board->screen->column = 0;
    text_free(&out);
}

static void write_mode(struct board *board, const char *mode)
{
    if (board->screen->cursor)
        screen_write(board->screen, mode, strlen(mode));
    board->screen->column = 0;
}

void board_open(struct board *board)
{
    write_mode(board, "\033[?1049h\033[?25l");
}

void board_close(struct board *board)
{
    write_mode(board, "\033[H\033[2J\033[?25h\033[?1049l"); /* a terminal without a second screen is left clean, too */
}
