#include "lesson/recorded.h"

struct recorded recorded_of(const struct block *block)
{
    return (struct recorded){
        .text = block->expected != NULL ? cmark_node_get_literal(block->expected) : NULL,
        .ladder = block->ladder != NULL ? cmark_node_get_literal(block->ladder) : NULL,
    };
}

static void add_label(struct text *out, const struct lesson *lesson, const char *here)
{
    if (lesson->recorded != NULL)
        text_format(out, "Recorded on %s; %s.", lesson->recorded, here);
    else
        text_format(out, "Recorded by the lesson's author; %s.", here);
}

void recorded_label(struct text *out, const struct lesson *lesson)
{
    add_label(out, lesson, "not run here");
}

void recorded_packets_label(struct text *out, const struct lesson *lesson)
{
    add_label(out, lesson, "here no packets can be seen");
}
