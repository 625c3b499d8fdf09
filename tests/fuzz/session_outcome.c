/* Any bytes as an outcome's JSON: refused, or an outcome that writes the same document again and again. */
#include "session/outcome.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = json_loadb((const char *)data, size, 0, NULL);
    struct outcome *first = json ? outcome_from_json(json) : NULL;
    json_decref(json);
    if (first == NULL)
        return 0;
    json_t *written = outcome_to_json(first);
    struct outcome *second = outcome_from_json(written);
    if (second == NULL)
        abort();
    json_t *again = outcome_to_json(second);
    if (!json_equal(written, again))
        abort();
    free(outcome_text(first));
    outcome_has_peers(first);
    outcome_error_is(first, "OSError");
    json_decref(written);
    json_decref(again);
    outcome_free(first);
    outcome_free(second);
    return 0;
}
