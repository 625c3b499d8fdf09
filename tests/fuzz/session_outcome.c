/* Any bytes as the record of an outcome: refused, or an outcome whose record is the same again and again. */
#include "session/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t numbers[2];
    outcome_free(record_read((const char *)data, size, &numbers[0], &numbers[1]));
    struct outcome *first = record_read_whole((const char *)data, size);
    if (first == NULL)
        return 0;
    struct text written = TEXT_EMPTY, again = TEXT_EMPTY;
    record_write_whole(&written, first);
    struct outcome *second = record_read_whole(written.bytes, written.length);
    if (second == NULL)
        abort();
    record_write_whole(&again, second);
    if (written.length != again.length || memcmp(written.bytes, again.bytes, written.length) != 0)
        abort();
    json_decref(outcome_to_json(first));
    free(outcome_text(first));
    outcome_has_peers(first);
    outcome_error_is(first, "OSError");
    text_free(&written);
    text_free(&again);
    outcome_free(first);
    outcome_free(second);
    return 0;
}
