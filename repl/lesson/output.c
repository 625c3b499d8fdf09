#include "lesson/output.h"

struct block *output_owner(cmark_node *fence)
{
    cmark_node *before = fence;
    for (int i = 0; i < 2; i++) {
        before = cmark_node_previous(before);
        if (before == NULL || cmark_node_get_type(before) != CMARK_NODE_CODE_BLOCK)
            return NULL;
        struct block *block = cmark_node_get_user_data(before);
        cmark_node *between = cmark_node_next(before);
        if (block != NULL)
            return between == fence || between == block->expected || between == block->ladder ? block : NULL;
    }
    return NULL;
}
