/* What :why says of the packets of a call that failed, from made frames. */
#include "base/memory.h"
#include "render/advice.h"
#include "support/made_events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SYN(at, fate) at " " at " me packet from=10.0.0.1:50001 to=10.0.0.2:99 tcp=SYN seq=1 fate=" fate "\n"
#define REFUSED       "0 9 you connect fd=3 address=10.0.0.2:99 = -1 ECONNREFUSED\n"
#define TIMED_OUT     "0 3100 you connect fd=3 address=10.0.0.2:99 = -1 ETIMEDOUT\n"

#define TALK                                                                                                  \
    "0 1 you socket family=2 type=1 = 3\n1 2 you connect fd=3 address=10.0.0.2:77 local=10.0.0.1:50001 = 0\n" \
    "1.1 1.1 me packet from=10.0.0.1:50001 to=10.0.0.2:77 tcp=SYN seq=1\n"                                    \
    "1.2 1.2 peer packet from=10.0.0.2:77 to=10.0.0.1:50001 tcp=SYN+ACK seq=499 ack=2\n"
#define HELLO(at, fate) \
    at " " at " me packet from=10.0.0.1:50001 to=10.0.0.2:77 tcp=PSH+ACK seq=2 ack=500 data=hello fate=" fate "\n"
#define OTHER(at, rest) at " " at " peer packet from=10.0.0.2:77 to=10.0.0.1:50001 " rest "\n"

static const struct row {
    const char *events, *symbol;
    int code;
    const char *wire; /* NULL: no word of it */
} rows[] = {
    {REFUSED SYN("1", "0") "1.25 1.25 peer packet from=10.0.0.2:99 to=10.0.0.1:50001 tcp=RST+ACK ack=2\n",
     "ECONNREFUSED", 111, "On the wire: a SYN, and RST after 0.25 ms."},
    {TIMED_OUT SYN("1", "0") SYN("1001", "0") SYN("2061", "0"), "ETIMEDOUT", 110,
     "On the wire: 3 SYNs within 2.06 s, and no answer."},
    {TIMED_OUT SYN("1", "3") SYN("1001", "4") SYN("2061", "6"), "ETIMEDOUT", 110,
     "On the wire: 3 SYNs within 2.06 s, and no answer. All of them were lost on the way."},
    {TIMED_OUT SYN("1", "0") SYN("1001", "4"), "ETIMEDOUT", 110,
     "On the wire: 2 SYNs within 1.00 s, and no answer. 1 of them was lost on the way by chance."},
    {TIMED_OUT SYN("1", "6") SYN("1001", "6"), "ETIMEDOUT", 110,
     "On the wire: 2 SYNs within 1.00 s, and no answer. All of them were lost on the way: the cable was out."},
    {TIMED_OUT SYN("1", "3"), "ETIMEDOUT", 110,
     "On the wire: a SYN, and no answer. It was lost on the way, dropped by a rule."},
    /* The wire's copy is not a second one; an answer that is lost is none. */
    {TIMED_OUT SYN("1", "0")
         SYN("1", "2") "2 2 peer packet from=10.0.0.2:99 to=10.0.0.1:50001 tcp=SYN+ACK seq=7 ack=2 fate=4\n",
     "ETIMEDOUT", 110, "On the wire: a SYN, and the answer was lost on the way."},
    /* Somebody else's packets, and those before the call, do not count. */
    {"0 1 you connect fd=3 address=10.0.0.2:99 = -1 ECONNREFUSED\n" SYN(
         "0.5",
         "0") "3 9 you connect fd=4 address=10.0.0.2:99 = -1 ECONNREFUSED\n" SYN("4",
                                                                                 "0") "4.1 4.1 me packet from=10.0.0.1:50001 to=10.0.0.2:98 tcp=SYN\n",
     "ECONNREFUSED", 111, "On the wire: a SYN, and no answer."},
    {"0 1 you socket family=2 type=2 = 3\n1 2 you connect fd=3 address=10.0.0.2:77 local=10.0.0.1:50001 = 0\n"
     "2 3 you send fd=3 length=2 data=hi = 2\n2.5 2.5 me packet from=10.0.0.1:50001 to=10.0.0.2:77 data=hi\n"
     "4 4 peer packet from=10.0.0.2:77 to=10.0.0.1:50001 icmp=3,3\n3 5 you recv fd=3 length=9 = -1 ECONNREFUSED\n",
     "ECONNREFUSED", 111, "On the wire: a datagram, and ICMP port unreachable after 1.5 ms."},
    /* What was sent after the call had ended is said apart. */
    {"0 300 you connect fd=3 address=10.0.0.2:99 = -1 ETIMEDOUT\n" SYN("1", "0") SYN("1001", "0") SYN("2061", "0"),
     "ETIMEDOUT", 110, "On the wire: a SYN, and no answer. Since then the kernel has asked 2 times more."},
    {TALK "3 900 you recv fd=3 length=9 = -1 ETIMEDOUT\n" HELLO("3", "6") HELLO("203", "6") HELLO("603", "6"),
     "ETIMEDOUT", 110,
     "On the wire: the same data 3 times within 600 ms, never acknowledged, and no data came back. All of them were "
     "lost on the way: the cable was out."},
    {TALK "3 900 you recv fd=3 length=9 = -1 ETIMEDOUT\n" HELLO("3", "0") OTHER("4", "tcp=ACK seq=500 ack=7"),
     "ETIMEDOUT", 110, "On the wire: your data in one packet, acknowledged, and no data came back."},
    {TALK "3 900 you recv fd=3 length=9 = -1 ECONNRESET\n" HELLO("3", "0") OTHER("4", "tcp=ACK seq=500 ack=7")
         OTHER("5", "tcp=RST+ACK seq=500 ack=7"),
     "ECONNRESET", 104, "On the wire: your data in one packet, acknowledged, and RST after 2.0 ms."},
    {TALK "9 9.1 you send fd=3 length=2 = -1 EPIPE\n" OTHER("2.5", "tcp=FIN+ACK seq=500 ack=2") HELLO("3", "0")
         OTHER("5", "tcp=RST seq=501"),
     "EPIPE", 32,
     "On the wire: FIN, the end of the other side, then your data in one packet, not acknowledged, and RST after "
     "2.0 ms."},
    {TALK "9 900 you send fd=3 length=2 = -1 ETIMEDOUT\n" HELLO("3", "0") OTHER("4", "tcp=ACK seq=500 ack=7 win=0"),
     "ETIMEDOUT", 110,
     "On the wire: your data in one packet, acknowledged, and the other side says that it has no room."},
    {"0 1 you socket family=2 type=1 = 3\n1 2 you connect fd=3 address=10.0.0.2:77 local=10.0.0.1:50001 = 0\n" HELLO(
         "1", "0") "step\n3 900 you recv fd=3 length=9 = -1 ETIMEDOUT\n",
     "ETIMEDOUT", 110, "On the wire: nothing, in this step."},
    {REFUSED, "ECONNREFUSED", 111, NULL},
};

static void failures_tell_their_packets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome *outcome = made_events(rows[i].events);
        struct advice advice;
        outcome->kind = OUTCOME_ERROR;
        outcome->error.class = memory_copy("OSError");
        outcome->error.symbol = memory_copy(rows[i].symbol);
        outcome->error.code = rows[i].code;
        assert_true(advice_of(&advice, outcome, NULL));
        if (rows[i].wire != NULL) {
            assert_non_null(advice.wire);
            assert_string_equal(advice.wire, rows[i].wire);
        } else {
            assert_null(advice.wire);
        }
        advice_free(&advice);
        outcome_free(outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(failures_tell_their_packets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
