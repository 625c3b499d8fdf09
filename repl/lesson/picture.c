#include "lesson/picture.h"

#include "views/ladder_text.h"

bool picture_is_whole(const struct block *block, const struct outcome *outcome)
{
    bool any = (block->show & PANE_PACKETS) == 0;
    for (size_t i = 0; i < outcome->event_count && !any; i++)
        any = outcome->events[i].kind == EVENT_PACKET;
    return any;
}

char *picture_of(const struct block *block, const struct outcome *outcome)
{
    if (!picture_is_whole(block, outcome))
        return NULL;
    struct ladder_options options = ladder_normal_options();
    options.states = block->show & PANE_STATE;
    options.packets = block->show & PANE_PACKETS;
    struct findings *findings = outcome_findings(outcome);
    struct ladder *ladder = ladder_new(findings, &options);
    struct text out = TEXT_EMPTY;
    ladder_text(&out, ladder, &(struct ladder_paper){.width = PICTURE_WIDTH, .unicode = true, .normal = true});
    ladder_free(ladder);
    findings_free(findings);
    return text_steal(&out);
}
