#include "terminal/screen.h"

#include "base/outlet.h"
#include "base/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT  80
#define WIDTH_LEAST    20
#define WIDTH_MOST     1000
#define HEIGHT_DEFAULT 24

/* COLORFGBG is "15;0" or "0;default;15": the last number is the background's colour. */
static bool background_is_light(void)
{
    const char *colours = getenv("COLORFGBG");
    const char *last = colours ? strrchr(colours, ';') : NULL;
    if (last == NULL)
        return false;
    int colour = atoi(last + 1);
    return colour == 7 || (colour > 8 && colour <= 15);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

void screen_init(struct screen *screen, bool plain, enum look_theme theme)
{
    *screen = (struct screen){.cursor = false};
    setlocale(LC_CTYPE, "");
    const char *kind = getenv("TERM");
    screen->clever = isatty(STDOUT_FILENO) && kind != NULL && *kind != '\0' && strcmp(kind, "dumb") != 0;
    screen->cursor = screen->clever && !plain;
    screen->look.colour = screen->clever && !plain && !is_set("NO_COLOR");
    screen->look.unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen->look.light = theme == THEME_LIGHT || (theme == THEME_UNKNOWN && background_is_light());
    screen->look.plain = plain;
    screen_measure(screen);
}

void screen_measure(struct screen *screen)
{
    struct winsize size;
    int width = 0;
    screen->height = HEIGHT_DEFAULT;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
        screen->height = size.ws_row > 0 ? size.ws_row : HEIGHT_DEFAULT;
    }
    const char *columns = getenv("COLUMNS");
    if (width <= 0 && columns != NULL)
        width = atoi(columns);
    width = (width > 0 ? width : WIDTH_DEFAULT) - 2 * screen->inset;
    screen->look.width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

void screen_write(struct screen *screen, const char *text, size_t length)
{
    if (screen->muted || length == 0)
        return;
    if (screen->into != NULL) {
        text_add_bytes(screen->into, text, length);
    } else {
        fwrite(text, 1, length, stdout);
        fflush(stdout);
    }
    const char *line = text + length;
    while (line > text && line[-1] != '\n')
        line--;
    size_t columns = utf8_columns(line, (size_t)(text + length - line));
    screen->column = (line > text ? 0 : screen->column) + columns;
}

void screen_add(struct screen *screen, const struct text *text)
{
    struct text shown = TEXT_EMPTY;
    outlet_add(&shown, text_string(text), text->length);
    screen_write(screen, text_string(&shown), shown.length);
    text_free(&shown);
}

void screen_take(struct screen *screen, struct text *text)
{
    screen_add(screen, text);
    text_free(text);
}

void screen_say(struct screen *screen, enum style style, const char *format, ...)
{
    struct text words = TEXT_EMPTY, line = TEXT_EMPTY, out = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_format_list(&words, format, list);
    va_end(list);
    text_add(&line, look_on(&screen->look, style));
    look_add_visible(&line, &screen->look, text_string(&words), words.length);
    text_add(&line, look_off(&screen->look, style));
    look_wrap(&out, &screen->look, "", "", text_string(&line));
    screen_add(screen, &out);
    text_free(&words);
    text_free(&line);
    text_free(&out);
}

void screen_fresh_line(struct screen *screen)
{
    if (screen->column > 0)
        screen_write(screen, "\n", 1);
}
