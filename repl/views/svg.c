#include "views/svg.h"

#include "base/html_escape.h"
#include "base/utf8.h"

double svg_width(const char *bytes, size_t length)
{
    return (double)utf8_columns(bytes, length) * SVG_LETTER;
}

static void add_words(struct text *out, const struct svg *svg, const char *id)
{
    text_format(out, "<title id=\"%s-title\">", id);
    html_escape(out, text_string(svg->title), svg->title->length);
    text_format(out, "</title>\n<desc id=\"%s-text\">", id);
    html_escape(out, text_string(svg->sentences), svg->sentences->length);
    text_add(out, "</desc>\n");
}

static void add_style(struct text *out, const struct svg *svg)
{
    text_format(out,
                "<style>\nsvg{color:#1f2328;background:#fff;max-width:100%%;height:auto}\n%s\n"
                "@media (prefers-color-scheme:dark){svg{color:#e3e6ea;background:#16181d}\n%s}\n</style>\n",
                svg->light, svg->dark);
}

void svg_begin(struct text *out, const struct svg *svg, const struct svg_options *options)
{
    text_format(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"%s\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
                "height=\"%.0f\" role=\"img\" aria-labelledby=\"%s-title\" aria-describedby=\"%s-text\" "
                "font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" "
                "font-size=\"%d\" fill=\"currentColor\">\n",
                svg->class, svg->width, svg->height, svg->width, svg->height, options->id, options->id, SVG_FONT_SIZE);
    add_words(out, svg, options->id);
    if (options->alone)
        add_style(out, svg);
}
