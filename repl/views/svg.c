#include "views/svg.h"

#include "base/html_escape.h"
#include "base/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

double svg_width(const char *bytes, size_t length)
{
    return (double)utf8_columns(bytes, length) * SVG_LETTER;
}

static void add_number(struct text *out, double number)
{
    long tenths = lround(number * 10);
    text_format(out, "%s%ld", tenths < 0 ? "-" : "", labs(tenths) / 10);
    if (tenths % 10 != 0)
        text_format(out, ".%ld", labs(tenths) % 10);
}

void svg_format(struct text *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    for (const char *sign; (sign = strchr(format, '%')) != NULL; format = sign + 2) {
        text_add_bytes(out, format, (size_t)(sign - format));
        if (sign[1] == 'f')
            add_number(out, va_arg(list, double));
        else if (sign[1] == 's')
            text_add(out, va_arg(list, const char *));
        else
            text_add_char(out, sign[1]);
    }
    text_add(out, format);
    va_end(list);
}

static void add_words(struct text *out, const struct svg *svg, const char *id)
{
    text_format(out, "<title id=\"%s-title\">", id);
    html_escape_between(out, text_string(svg->title), svg->title->length);
    text_format(out, "</title>\n<desc id=\"%s-text\">", id);
    html_escape_between(out, text_string(svg->sentences), svg->sentences->length);
    text_add(out, "</desc>\n");
}

static void add_style(struct text *out, const struct svg *svg)
{
    text_format(out,
                "<style>\nsvg{color:#1f2328;background:#fff;max-width:100%%;height:auto}\n%s\n"
                "@media (prefers-color-scheme:dark){svg{color:#e3e6ea;background:#16181d}\n%s}\n</style>\n",
                svg->light, svg->dark);
}

/* A page's stylesheet says its font; a file brings a list of its own. */
static const char own_font[] = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

void svg_begin(struct text *out, const struct svg *svg, const struct svg_options *options)
{
    svg_format(out, "<svg%s class=\"%s\" viewBox=\"0 0 %f %f\" width=\"%f\" height=\"%f\" ",
               options->alone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", svg->class, svg->width, svg->height,
               svg->width, svg->height);
    text_format(out,
                "role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-text\" font-family=\"%s\" "
                "font-size=\"%d\" fill=\"currentColor\">\n",
                options->id, options->id, options->alone ? own_font : "monospace", SVG_FONT_SIZE);
    add_words(out, svg, options->id);
    if (options->alone)
        add_style(out, svg);
}
