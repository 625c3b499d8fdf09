#include "render/document.h"

#include "views/ladder_json.h"

json_t *outcome_document(const struct outcome *outcome)
{
    json_t *document = outcome_to_json(outcome);
    struct findings *findings = outcome_findings(outcome);
    if (timeline_has_calls(&findings->timeline)) {
        struct ladder *ladder = ladder_new(findings, &(struct ladder_options){.states = true, .packets = true});
        json_object_set_new(document, "ladder", ladder_to_json(ladder));
        ladder_free(ladder);
    }
    findings_free(findings);
    return document;
}
