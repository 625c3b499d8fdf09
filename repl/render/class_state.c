#include "render/class_table.h"

void class_add_state(struct text *out, const struct class_hand *hand)
{
    size_t before = out->length;
    if (hand->trouble != NULL)
        text_format(out, "no hand-in: %s", hand->trouble);
    if (hand->other != NULL)
        text_format(out, "of another course: %s", hand->other);
    if (hand->broken > 0)
        text_format(out, "%sthe chain breaks at entry %zu", out->length > before ? "; " : "", hand->broken);
    if (hand->edited)
        text_format(out, "%sthe page was edited", out->length > before ? "; " : "");
    if (out->length == before)
        text_add(out, "fine");
}
