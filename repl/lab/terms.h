/*
 * terms.h: what people call hosts, packets and their properties.  Floor: lab.
 */
#ifndef SOCKRATES_LAB_TERMS_H
#define SOCKRATES_LAB_TERMS_H

#include "lab/network.h"
#include "lab/schedule.h"

#define TERM_RATE_MOST 1e12 /* bits a second */

struct term_flag {
    const char *name; /* "syn" */
    uint8_t flag;     /* enum tcp_flag */
};

/* Those that have names, ended by a NULL name. */
extern const struct term_flag term_flags[];

/* "me", "peer"; the number of the host of that name, or -1. */
extern const char *const term_hosts[NETWORK_HOSTS];
int term_host(const char *name);

/* "tcp"; one bit for each kind of packet that goes by the name, 0 when none does. */
const char *term_kind(enum packet_kind kind);
uint8_t term_kinds(const char *name);

/* "1Mbit", "64 kbit", "9600 bit" as bits a second; 0 when it is none of these. */
double term_rate(const char *text);

/* "5%" or "0.05" as a share from 0 to 1; -1 when it is none. */
double term_share(const char *text);

/*
 * "syn", "fin:2", "peer+data:3": packets with all of these flags, from that host, of that kind, "data" with data, and
 * of those only the one with this number, from 1.  False when it is none of these.
 */
bool term_rule(const char *text, struct rule *rule);

/* False for flags of TCP on packets of another protocol: no packet ever fits. */
bool term_rule_possible(const struct rule *rule);

#endif
