#include "nest.h"

#include "render/html.h"

void nest_to(struct text *out, int *depth, int wanted, const char *open)
{
    if (wanted > *depth) {
        text_add(out, *depth < 0 ? open : "\n<ol>\n");
        ++*depth;
        return;
    }
    if (*depth >= 0)
        text_add(out, "</li>\n");
    for (; *depth > wanted; --*depth)
        text_add(out, *depth > 0 ? "</ol>\n</li>\n" : "</ol>\n");
}

void nest_item(struct text *out, const struct course_item *item)
{
    if (item->url != NULL && html_address_safe(item->url, false)) {
        html_format(out, "<li><a href=\"%a\">%t</a>", item->url, item->title);
        return;
    }
    html_format(out, "<li class=\"%s\"><span>%t</span>", item->draft ? "draft" : "group", item->title);
    if (item->draft)
        text_add(out, " <small>not written yet</small>");
}
