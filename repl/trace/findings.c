#include "trace/findings.h"

#include "base/memory.h"

#include <stdlib.h>

struct findings *findings_new(struct timeline timeline)
{
    struct findings *findings = memory_new(1, sizeof *findings);
    findings->timeline = timeline;
    const struct timeline *kept = &findings->timeline;
    findings->moments = timeline_moments(kept, &findings->moment_count);
    findings->operations = operations_new(kept);
    findings->sockets = sockets_new(kept, findings->moments, findings->moment_count);
    findings->messages = messages_new(kept, findings->sockets, findings->moments, findings->moment_count);
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;
    free(findings->moments);
    operations_free(findings->operations);
    sockets_free(findings->sockets);
    messages_free(findings->messages);
    free(findings);
}
