/* An outcome on its way from the worker: it arrives as it was sent, and nothing else is taken for one. */
#include "session/record.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct outcome *full_outcome(void)
{
    struct outcome *outcome = outcome_new();
    outcome->kind = OUTCOME_ERROR;
    outcome->chunk = 7;
    outcome->begin = 1000;
    outcome->elapsed = 25;
    outcome->error = (struct outcome_error){.class = memory_copy("ConnectionRefusedError"),
                                            .message = memory_copy("[Errno 111] Verbindung abgelehnt: größer"),
                                            .code = 111,
                                            .symbol = memory_copy("ECONNREFUSED"),
                                            .chunk = NULL,
                                            .line = 3,
                                            .traceback = memory_copy("")};
    outcome->value_count = 2;
    outcome->values = memory_new(2, sizeof *outcome->values);
    outcome->values[0].text = memory_copy("\"hello\"");
    outcome->values[1] = (struct outcome_value){.text = memory_copy("{{1, 2}}"), .rows = 2, .columns = 2};
    outcome->values[1].cells = memory_new(4, sizeof(char *));
    for (size_t i = 0; i < 4; i++)
        outcome->values[1].cells[i] = text_make("%zu", i);
    return outcome;
}

static struct text full_record(void)
{
    struct text record = TEXT_EMPTY;
    struct outcome *outcome = full_outcome();
    record_write(&record, outcome, 40, 42);
    outcome_free(outcome);
    return record;
}

static void arrives_whole(void **state)
{
    (void)state;
    uint64_t first, last;
    struct text record = full_record();
    struct outcome *sent = full_outcome(), *read = record_read(record.bytes, record.length, &first, &last);
    assert_non_null(read);
    json_t *before = outcome_to_json(sent), *after = outcome_to_json(read);
    assert_true(json_equal(before, after));
    assert_int_equal(first, 40);
    assert_int_equal(last, 42);
    json_decref(before);
    json_decref(after);
    outcome_free(sent);
    outcome_free(read);
    text_free(&record);
}

/* Who keeps it, keeps all of it. */
static void whole_is_whole(void **state)
{
    (void)state;
    struct outcome *kept = full_outcome();
    struct event event = {.kind = EVENT_CALL, .call = CALL_SEND, .fd = 3, .begin = 5, .end = 9, .data_length = 2};
    memcpy(event.payload, "hi", 2);
    kept->output = memory_copy("printed\n");
    ARRAY_ADD(kept->actors, kept->actor_count, memory_copy("you"));
    ARRAY_ADD(kept->events, kept->event_count, event);
    event.call = CALL_SOCKET;
    earlier_add(&kept->earlier, &event);
    kept->earlier.forgotten = 4;
    struct text record = TEXT_EMPTY, again = TEXT_EMPTY;
    record_write_whole(&record, kept);
    struct outcome *read = record_read_whole(record.bytes, record.length);
    assert_non_null(read);
    assert_int_equal(read->earlier.events[0]->call, CALL_SOCKET);
    record_write_whole(&again, read);
    assert_int_equal(record.length, again.length);
    assert_memory_equal(record.bytes, again.bytes, record.length);
    for (size_t length = 0; length < record.length; length++)
        assert_null(record_read_whole(record.bytes, length));
    outcome_free(kept);
    outcome_free(read);
    text_free(&record);
    text_free(&again);
}

/* Its payload would end behind it. */
static void events_are_checked(void **state)
{
    (void)state;
    struct outcome *kept = full_outcome();
    struct event event = {.kind = EVENT_CALL, .call = CALL_SEND, .address_length = 16, .data_length = EVENT_ROOM - 16};
    ARRAY_ADD(kept->events, kept->event_count, event);
    for (int more = 0; more < 2; more++) {
        struct text record = TEXT_EMPTY;
        kept->events[0].data_length += (uint32_t)more;
        record_write_whole(&record, kept);
        struct outcome *read = record_read_whole(record.bytes, record.length);
        assert_int_equal(read == NULL, more);
        outcome_free(read);
        text_free(&record);
    }
    outcome_free(kept);
}

/* Read from a copy of exactly its length, so that a sanitizer sees what is read behind it. */
static struct outcome *read_exactly(const char *bytes, size_t length)
{
    uint64_t first, last;
    char *copy = memory_new(length, 1);
    memcpy(copy, bytes, length);
    struct outcome *outcome = record_read(copy, length, &first, &last);
    free(copy);
    return outcome;
}

static void parts_are_refused(void **state)
{
    (void)state;
    struct text record = full_record();
    for (size_t length = 0; length < record.length; length++)
        assert_null(read_exactly(record.bytes, length));
    text_add_char(&record, '\0');
    assert_null(read_exactly(record.bytes, record.length));
    text_free(&record);
}

/* Whatever a byte is changed to, there is an outcome that can be shown, or none. */
static void changes_do_no_harm(void **state)
{
    (void)state;
    struct text record = full_record();
    size_t refused = 0;
    for (size_t i = 0; i < record.length; i++)
        for (int bit = 0; bit < 8; bit++) {
            record.bytes[i] ^= (char)(1 << bit);
            struct outcome *outcome = read_exactly(record.bytes, record.length);
            record.bytes[i] ^= (char)(1 << bit);
            refused += outcome == NULL;
            if (outcome == NULL)
                continue;
            json_t *json = outcome_to_json(outcome);
            assert_non_null(json);
            json_decref(json);
            free(outcome_text(outcome));
            outcome_free(outcome);
        }
    assert_true(refused > 0);
    text_free(&record);
}

static void text_is_utf8(void **state)
{
    (void)state;
    struct text record = full_record();
    char *at = memmem(record.bytes, record.length, "hello", 5);
    assert_non_null(at);
    *at = '\xff';
    assert_null(read_exactly(record.bytes, record.length));
    *at = '\0';
    assert_null(read_exactly(record.bytes, record.length));
    *at = 'H';
    struct outcome *outcome = read_exactly(record.bytes, record.length);
    assert_string_equal(outcome->values[0].text, "\"Hello\"");
    outcome_free(outcome);
    text_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrives_whole), cmocka_unit_test(parts_are_refused), cmocka_unit_test(changes_do_no_harm),
        cmocka_unit_test(text_is_utf8),  cmocka_unit_test(whole_is_whole),    cmocka_unit_test(events_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
