#include "lesson/output.h"

bool output_is_of(const struct block *block, cmark_node *fence)
{
    bool is = fence == block->expected || fence == block->ladder;
    for (size_t i = 0; i < CODE_LANGUAGES; i++)
        is = is || fence == block->twins[i].node;
    return is;
}

struct block *output_owner(cmark_node *fence)
{
    cmark_node *before = fence;
    struct block *block = NULL;
    while (block == NULL) {
        before = cmark_node_previous(before);
        if (before == NULL || cmark_node_get_type(before) != CMARK_NODE_CODE_BLOCK)
            return NULL;
        block = cmark_node_get_user_data(before);
    }
    for (cmark_node *node = cmark_node_next(before); node != fence; node = cmark_node_next(node))
        if (!output_is_of(block, node))
            return NULL;
    return block;
}
