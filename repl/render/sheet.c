#include "render/sheet.h"

#include "base/html_escape.h"

#include <time.h>

static const char style[] =
#include "sheet.css.inc"
    ;

const char sheet_mark[] = "<meta name=\"generator\" content=\"Sockrates\">";

void sheet_begin(struct text *out, const char *title, bool wide)
{
    html_format(out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src 'unsafe-inline'\">\n%s\n<title>%t</title>\n<style>\n%s</style>\n</head>\n<body%s>\n"
                "<main>\n<h1>%t</h1>\n",
                sheet_mark, title, style, wide ? " class=\"wide\"" : "", title);
}

void sheet_end(struct text *out)
{
    text_add(out, "</main>\n</body>\n</html>\n");
}

void sheet_begin_wide(struct text *out, const char *label)
{
    html_format(out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"%t\">\n", label);
}

void sheet_end_wide(struct text *out)
{
    text_add(out, "</div>\n");
}

void sheet_begin_table(struct text *out, const char *label, const char *const *headings, size_t count)
{
    sheet_begin_wide(out, label);
    text_add(out, "<table>\n<thead><tr>");
    for (size_t i = 0; i < count; i++)
        html_format(out, "<th scope=\"col\">%t</th>", headings[i]);
    text_add(out, "</tr></thead>\n<tbody>\n");
}

void sheet_end_table(struct text *out)
{
    text_add(out, "</tbody>\n</table>\n");
    sheet_end_wide(out);
}

void sheet_add_time(struct text *out, int64_t seconds, int64_t zone)
{
    bool sane = seconds < INT64_C(1) << 40 && zone < INT64_C(1) << 20 && zone > -(INT64_C(1) << 20);
    time_t moment = sane ? (time_t)(seconds + zone) : 0;
    struct tm parts;
    char room[32];
    if (gmtime_r(&moment, &parts) != NULL && strftime(room, sizeof room, "%Y-%m-%d %H:%M", &parts) > 0)
        text_add(out, room);
}

void sheet_add_spent(struct text *out, int64_t seconds)
{
    long long minutes = (seconds + 59) / 60;
    if (minutes >= 60)
        text_format(out, "%lld h ", minutes / 60);
    text_format(out, "%lld min", minutes % 60);
}
