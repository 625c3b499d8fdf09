#include "lesson/recorded.h"

struct recorded recorded_of(const struct block *block)
{
    if (block->expected == NULL)
        return (struct recorded){0};
    return (struct recorded){cmark_node_get_literal(block->expected), block->expected_ladder};
}

void recorded_label(struct text *out, const struct lesson *lesson)
{
    if (lesson->recorded != NULL)
        text_format(out, "Recorded on %s; not run here.", lesson->recorded);
    else
        text_add(out, "Recorded by the lesson's author; not run here.");
}
