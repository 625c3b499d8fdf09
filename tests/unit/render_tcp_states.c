/* tcp_states.h: what each packet of made conversations does to the two ends. */
#include "base/text.h"
#include "support/made_events.h"
#include "trace/packets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* From `me`, from the other host; `when` and `done`: milliseconds, - for one that is on its way. */
#define ME(when, done, rest)  when " " done " me packet from=10.0.0.1:50001 to=10.0.0.2:80 " rest "\n"
#define YOU(when, done, rest) when " " done " peer packet from=10.0.0.2:80 to=10.0.0.1:50001 " rest "\n"
#define SYN                   ME("1", "1", "tcp=SYN seq=100")
#define SYN_ACK               YOU("2", "2", "tcp=SYN+ACK seq=500 ack=101")
#define THIRD                 ME("3", "3", "tcp=ACK seq=101 ack=501")
#define SHAKEN                SYN SYN_ACK THIRD

/* A line for each packet that changed anything: the sender's new state > the receiver's. */
static void test_changes(void **state)
{
    (void)state;
    static const struct {
        const char *events, *changes;
    } rows[] = {
        {SHAKEN, "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\n"},
        {SYN YOU("2", "2", "tcp=RST+ACK seq=0 ack=101"), "SYN-SENT > -\n- > CLOSED\n"},
        {SYN ME("1001", "1001", "tcp=SYN seq=100"), "SYN-SENT > -\n"},
        /* The third packet is lost: the other end says yes again, and hears it with the data. */
        {SYN SYN_ACK ME("3", "3", "tcp=ACK seq=101 ack=501 fate=4") ME("4", "4", "tcp=ACK seq=101 ack=501 data=hi"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\n"},
        /* The end of both, one after the other. */
        {SHAKEN ME("4", "4", "tcp=FIN+ACK seq=101 ack=501") YOU("5", "5", "tcp=ACK seq=501 ack=102")
             YOU("6", "6", "tcp=FIN+ACK seq=501 ack=102") ME("7", "7", "tcp=ACK seq=102 ack=502"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\n"
         "FIN-WAIT-1 > CLOSE-WAIT\n- > FIN-WAIT-2\nLAST-ACK > TIME-WAIT\n- > CLOSED\n"},
        /* In one packet: the other end's acknowledges this one's. */
        {SHAKEN ME("4", "4", "tcp=FIN+ACK seq=101 ack=501") YOU("6", "6", "tcp=FIN+ACK seq=501 ack=102"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\n"
         "FIN-WAIT-1 > CLOSE-WAIT\nLAST-ACK > TIME-WAIT\n"},
        /* At the same time: they cross. */
        {SHAKEN ME("4", "14", "tcp=FIN+ACK seq=101 ack=501") YOU("5", "15", "tcp=FIN+ACK seq=501 ack=101")
             YOU("16", "16", "tcp=ACK seq=502 ack=102"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\n"
         "FIN-WAIT-1 > CLOSING\nFIN-WAIT-1 > CLOSING\n- > TIME-WAIT\n"},
        {SHAKEN ME("4", "4", "tcp=FIN+ACK seq=101 ack=501 fate=4") ME("204", "204", "tcp=FIN+ACK seq=101 ack=501"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\nFIN-WAIT-1 > -\n- > CLOSE-WAIT\n"},
        /* What was sent before the end was lost: it has not all come. */
        {SHAKEN ME("4", "4", "tcp=ACK seq=101 ack=501 data=hi fate=4") ME("5", "5", "tcp=FIN+ACK seq=103 ack=501")
             ME("205", "205", "tcp=ACK seq=101 ack=501 data=hi"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\nFIN-WAIT-1 > -\n- > CLOSE-WAIT\n"},
        {SHAKEN YOU("4", "4", "tcp=RST+ACK seq=501 ack=101"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\nCLOSED > CLOSED\n"},
        {SHAKEN ME("4", "-", "tcp=FIN+ACK seq=101 ack=501"),
         "SYN-SENT > -\nSYN-RECV > ESTABLISHED\n- > ESTABLISHED\nFIN-WAIT-1 > -\n"},
        /* Both ask. */
        {ME("1", "5", "tcp=SYN seq=100") YOU("2", "6", "tcp=SYN seq=500") ME("7", "7", "tcp=SYN+ACK seq=100 ack=501")
             YOU("8", "8", "tcp=SYN+ACK seq=500 ack=101"),
         "SYN-SENT > SYN-RECV\nSYN-SENT > SYN-RECV\n- > ESTABLISHED\n- > ESTABLISHED\n"},
        /* First seen in the middle. */
        {ME("4", "4", "tcp=ACK seq=101 ack=501 data=hi") ME("5", "5", "tcp=FIN+ACK seq=103 ack=501"),
         "FIN-WAIT-1 > CLOSE-WAIT\n"},
        /* The same ports once more. */
        {SYN YOU("2", "2", "tcp=RST+ACK seq=0 ack=101") ME("5", "5", "tcp=SYN seq=900")
             YOU("6", "6", "tcp=SYN+ACK seq=50 ack=901"),
         "SYN-SENT > -\n- > CLOSED\nSYN-SENT > -\nSYN-RECV > ESTABLISHED\n"},
    };
    static const char *const names[] = {"-",          "ESTABLISHED", "SYN-SENT",  "SYN-RECV",
                                        "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
                                        "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome *outcome = made_events(rows[i].events);
        struct findings *findings = outcome_findings(outcome);
        struct text changes = TEXT_EMPTY;
        size_t count;
        struct seen_packet *list = packets_of(&findings->timeline, &count);
        for (size_t k = 0; k < count; k++)
            if (list[k].sender_state != 0 || list[k].receiver_state != 0)
                text_format(&changes, "%s > %s\n", names[list[k].sender_state], names[list[k].receiver_state]);
        if (strcmp(text_string(&changes), rows[i].changes) != 0)
            print_error("of row %zu:\n%s", i, rows[i].events);
        assert_string_equal(text_string(&changes), rows[i].changes);
        text_free(&changes);
        free(list);
        findings_free(findings);
        outcome_free(outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
