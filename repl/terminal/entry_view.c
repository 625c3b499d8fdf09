#include "terminal/entry_view.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TAB 8

/* A line of the screen: its bytes in `cells`, the columns they take. */
struct row {
    size_t begin, end, columns;
    bool wraps; /* the next one goes on with the same line */
};

struct layout {
    struct text cells;
    struct row *rows;
    size_t count;
    size_t width;
    size_t cursor_row, cursor_column;
};

struct entry_view {
    struct layout shown;
    size_t first, rows; /* the part of it that is on the screen; no rows: nothing is shown */
    size_t at, column;  /* the terminal's cursor: its row on the screen, counted from the first */
};

struct entry_view *entry_view_new(void)
{
    return memory_new(1, sizeof(struct entry_view));
}

static void layout_free(struct layout *layout)
{
    text_free(&layout->cells);
    free(layout->rows);
    *layout = (struct layout){.rows = NULL};
}

void entry_view_free(struct entry_view *view)
{
    if (view != NULL)
        layout_free(&view->shown);
    free(view);
}

void entry_view_forget(struct entry_view *view)
{
    layout_free(&view->shown);
    view->rows = view->at = view->column = 0;
}

bool entry_view_is_shown(const struct entry_view *view)
{
    return view->rows > 0;
}

/* --- the layout ----------------------------------------------------------------------------------------- */

static struct row *last_row(struct layout *layout)
{
    return &layout->rows[layout->count - 1];
}

static void begin_row(struct layout *layout, bool wraps)
{
    if (layout->count > 0)
        last_row(layout)->wraps = wraps;
    ARRAY_ADD(layout->rows, layout->count, (struct row){.begin = layout->cells.length, .end = layout->cells.length});
}

static void add_cell(struct layout *layout, const char *bytes, size_t length, size_t columns)
{
    size_t before = last_row(layout)->columns;
    if (before + columns > layout->width)
        begin_row(layout, before == layout->width);
    text_add_bytes(&layout->cells, bytes, length);
    last_row(layout)->end = layout->cells.length;
    last_row(layout)->columns += columns;
}

/* Characters that a terminal would obey stand as what they are. */
static void add_visible(struct layout *layout, const char *bytes, size_t length, bool unicode)
{
    struct text visible = TEXT_EMPTY;
    unsigned char byte = (unsigned char)*bytes;
    if (length == 1 && (byte < 0x20 || byte == 0x7f))
        text_format(&visible, "^%c", byte ^ 0x40);
    else if (unicode || byte < 0x80)
        utf8_add_visible(&visible, bytes, length);
    else
        for (size_t i = 0; i < length; i++)
            text_format(&visible, "\\x%02x", (unsigned char)bytes[i]);
    if (visible.length == length && memcmp(visible.bytes, bytes, length) == 0)
        add_cell(layout, bytes, length, utf8_columns(bytes, length));
    else
        for (size_t i = 0; i < visible.length; i++)
            add_cell(layout, &visible.bytes[i], 1, 1);
    text_free(&visible);
}

static void add_tab(struct layout *layout)
{
    size_t column = last_row(layout)->columns, columns = TAB - column % TAB;
    if (column + columns > layout->width)
        columns = layout->width > column ? layout->width - column : 1;
    for (size_t i = 0; i < columns; i++)
        add_cell(layout, " ", 1, 1);
}

static void add_sign(struct layout *layout, const struct entry_scene *scene)
{
    for (const char *at = scene->sign; *at != '\0';) {
        if (*at == '\001') {
            size_t length = strcspn(at + 1, "\002");
            add_cell(layout, at + 1, length, 0);
            at += 1 + length + (at[1 + length] == '\002');
            continue;
        }
        int32_t point;
        size_t length = utf8_decode(at, strlen(at), &point);
        add_visible(layout, at, length, scene->unicode);
        at += length;
    }
}

/* The cursor stands where the next character goes: behind a full row at the begin of the next one. */
static void put_cursor(struct layout *layout)
{
    if (last_row(layout)->columns >= layout->width)
        begin_row(layout, true);
    layout->cursor_row = layout->count - 1;
    layout->cursor_column = last_row(layout)->columns;
}

static struct layout lay_out(const struct entry_scene *scene)
{
    struct layout layout = {.width = scene->width > 0 ? scene->width : 1};
    begin_row(&layout, false);
    add_sign(&layout, scene);
    for (size_t i = 0; i < scene->length;) {
        if (i == scene->cursor)
            put_cursor(&layout);
        int32_t point;
        size_t length = utf8_decode(scene->entry + i, scene->length - i, &point);
        if (point == '\n')
            begin_row(&layout, false);
        else if (point == '\t')
            add_tab(&layout);
        else
            add_visible(&layout, scene->entry + i, length, scene->unicode);
        if (scene->cursor > i && scene->cursor < i + length)
            put_cursor(&layout); /* within a character: behind it */
        i += length;
    }
    if (scene->cursor >= scene->length)
        put_cursor(&layout);
    return layout;
}

/* --- the screen ----------------------------------------------------------------------------------------- */

static void go_to(struct entry_view *view, struct text *out, size_t row, size_t column)
{
    bool hangs = view->column >= view->shown.width; /* behind a full row the cursor is at a place of its own */
    if ((row != view->at || hangs) && view->column > 0) {
        text_add_char(out, '\r');
        view->column = 0;
    }
    if (row < view->at)
        text_format(out, "\033[%zuA", view->at - row);
    for (; view->at < row; view->at++)
        text_add(out, "\n"); /* moves down, or makes the row when there is none */
    view->at = row;
    if (column < view->column && column > 0)
        text_format(out, "\033[%zuD", view->column - column);
    else if (column < view->column)
        text_add_char(out, '\r');
    else if (column > view->column)
        text_format(out, "\033[%zuC", column - view->column);
    view->column = column;
}

static const char *bytes_of(const struct layout *layout, const struct row *row)
{
    return text_string(&layout->cells) + row->begin;
}

/* How many bytes two rows begin with alike; characters stay whole, with their marks. */
static size_t common_length(const struct layout *a, const struct row *x, const struct layout *b, const struct row *y)
{
    const char *left = bytes_of(a, x), *right = bytes_of(b, y);
    size_t length = 0, most = x->end - x->begin, others = y->end - y->begin;
    while (length < most && length < others && left[length] == right[length])
        length++;
    if (length == most && length == others)
        return length;
    const char *escape = memrchr(left, '\033', length);
    if (escape != NULL && memchr(escape, 'm', length - (size_t)(escape - left)) == NULL)
        return (size_t)(escape - left);
    for (; length > 0; length--) {
        int32_t point;
        bool whole =
            (length == most || (left[length] & 0xc0) != 0x80) && (length == others || (right[length] & 0xc0) != 0x80);
        if (!whole)
            continue;
        if (length < most && utf8_decode(left + length, most - length, &point) && point > 0x7f && utf8_width(point) < 1)
            continue;
        if (length < others && utf8_decode(right + length, others - length, &point) && point > 0x7f &&
            utf8_width(point) < 1)
            continue;
        break;
    }
    return length;
}

/* Writes one row of the screen, as far as it differs from what stands there. */
static void draw_row(struct entry_view *view, struct text *out, const struct layout *layout, size_t index,
                     size_t screen_row)
{
    static const struct row none = {0};
    const struct row *row = &layout->rows[index];
    bool fresh = screen_row >= view->rows;
    const struct row *old = fresh ? &none : &view->shown.rows[view->first + screen_row];
    size_t same = common_length(&view->shown, old, layout, row);
    size_t length = row->end - row->begin;
    if (!fresh && same == length && same == old->end - old->begin)
        return;
    size_t column = utf8_columns(bytes_of(layout, row), same);
    bool flows = same == 0 && index > 0 && layout->rows[index - 1].wraps && view->at + 1 == screen_row &&
                 view->column == layout->width && length > 0;
    if (flows) /* the terminal itself goes on in the next row, and so knows that they are one line */
        view->at = screen_row, view->column = 0;
    else
        go_to(view, out, screen_row, column);
    text_add_bytes(out, bytes_of(layout, row) + same, length - same);
    view->column = row->columns;
    if (row->columns < layout->width && old->columns > row->columns)
        text_add(out, "\033[K");
}

/* The first row to show, so that the cursor is seen and little moves. */
static size_t choose_first(const struct entry_view *view, const struct layout *layout, size_t height)
{
    size_t first = view->first;
    if (layout->cursor_row < first)
        first = layout->cursor_row;
    if (layout->cursor_row >= first + height)
        first = layout->cursor_row + 1 - height;
    if (layout->count < first + height)
        first = layout->count > height ? layout->count - height : 0;
    return first;
}

static size_t height_of(const struct entry_scene *scene)
{
    return scene->height > 0 ? scene->height : 1;
}

/* `layout` becomes what is shown, from its row `first` on. */
static void show(struct entry_view *view, struct text *out, struct layout *layout, size_t first, size_t height)
{
    size_t rows = layout->count - first < height ? layout->count - first : height;
    if (view->rows == 0)
        view->shown.width = layout->width;
    for (size_t i = 0; i < rows; i++)
        draw_row(view, out, layout, first + i, i);
    if (rows < view->rows) {
        go_to(view, out, rows, 0);
        text_add(out, "\033[J");
    }
    layout_free(&view->shown);
    view->shown = *layout;
    view->first = first;
    view->rows = rows;
}

void entry_view_draw(struct entry_view *view, struct text *out, const struct entry_scene *scene)
{
    struct layout layout = lay_out(scene);
    size_t height = height_of(scene), row = layout.cursor_row, column = layout.cursor_column;
    size_t first = choose_first(view, &layout, height);
    if (view->rows == 0)
        text_add(out, "\r\033[K"); /* the terminal itself may have shown keys that came before we did */
    show(view, out, &layout, first, height);
    go_to(view, out, row - first, column);
}

void entry_view_resized(struct entry_view *view, struct text *out, const struct entry_scene *scene)
{
    /* Some terminals break lines anew and some do not: never so far up that something else is lost. */
    struct layout layout = lay_out(scene);
    size_t first = choose_first(view, &layout, height_of(scene));
    size_t up = layout.cursor_row - first < view->at ? layout.cursor_row - first : view->at;
    layout_free(&layout);
    text_add_char(out, '\r');
    if (up > 0)
        text_format(out, "\033[%zuA", up);
    text_add(out, "\033[J");
    entry_view_forget(view);
    entry_view_draw(view, out, scene);
}

void entry_view_leave(struct entry_view *view, struct text *out, const struct entry_scene *scene)
{
    struct entry_scene end = *scene;
    end.cursor = end.length;
    struct layout layout = lay_out(&end);
    if (layout.count > height_of(scene)) {
        go_to(view, out, 0, 0);
        text_add(out, "\033[J");
        entry_view_forget(view);
        show(view, out, &layout, 0, SIZE_MAX);
    } else {
        show(view, out, &layout, 0, layout.count);
    }
    if (view->rows > 0)
        go_to(view, out, view->rows - 1, view->shown.rows[view->rows - 1].columns);
    text_add(out, "\r\n");
    entry_view_forget(view);
}
