#include "nest.h"

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
