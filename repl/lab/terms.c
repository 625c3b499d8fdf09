#include "lab/terms.h"

#include "base/rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct term_flag term_flags[] = {
    {"syn", TCP_FLAG_SYN}, {"ack", TCP_FLAG_ACK}, {"fin", TCP_FLAG_FIN},
    {"rst", TCP_FLAG_RST}, {"psh", TCP_FLAG_PSH}, {NULL, 0},
};

const char *const term_hosts[NETWORK_HOSTS] = {[NETWORK_ME] = "me", [NETWORK_PEER] = "peer"};

static const char *const kinds[] = {
    [PACKET_OTHER] = "other", [PACKET_ARP] = "arp", [PACKET_ICMP] = "icmp",
    [PACKET_ICMPV6] = "icmp", [PACKET_UDP] = "udp", [PACKET_TCP] = "tcp",
};

int term_host(const char *name)
{
    for (int host = 0; host < NETWORK_HOSTS; host++)
        if (strcmp(name, term_hosts[host]) == 0)
            return host;
    return -1;
}

const char *term_kind(enum packet_kind kind)
{
    return kinds[kind];
}

uint8_t term_kinds(const char *name)
{
    unsigned bits = 0;
    for (size_t i = 0; i < ROW_COUNT(kinds); i++)
        if (strcmp(name, kinds[i]) == 0)
            bits |= 1U << i;
    return (uint8_t)bits;
}

double term_rate(const char *text)
{
    static const struct {
        const char *unit;
        double bits;
    } units[] = {{"bit", 1}, {"kbit", 1e3}, {"Mbit", 1e6}, {"Gbit", 1e9}};
    char *end;
    double value = strtod(text, &end);
    end += strspn(end, " ");
    for (size_t i = 0; i < ROW_COUNT(units); i++)
        if (strcasecmp(end, units[i].unit) == 0)
            return value * units[i].bits;
    return 0;
}

double term_share(const char *text)
{
    char *end;
    double value = isdigit((unsigned char)*text) || *text == '.' ? strtod(text, &end) : -1;
    if (value < 0)
        return -1;
    if (strcmp(end, "%") == 0)
        return value <= 100 ? value / 100 : -1;
    return *end == '\0' && value <= 1 ? value : -1;
}

/* --- rules ---------------------------------------------------------------------------------------------- */

/* One word of a rule, which is not said twice. */
static bool add_word(struct rule *rule, const char *word)
{
    int host = term_host(word);
    for (const struct term_flag *flag = term_flags; flag->name != NULL; flag++)
        if (strcmp(flag->name, word) == 0)
            return rule->with |= flag->flag, true;
    if (strcmp(word, "data") == 0)
        return rule->data = RULE_WITH, true;
    if (host >= 0 && rule->from == 0)
        return rule->from = (uint8_t)(1 + host), true;
    uint8_t bits = host < 0 && rule->kinds == 0 ? term_kinds(word) : 0;
    rule->kinds |= bits;
    return bits != 0;
}

static bool read_number(const char *text, uint32_t *number)
{
    char *end;
    unsigned long value = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
    *number = (uint32_t)value;
    return value >= 1 && value <= UINT32_MAX && *end == '\0';
}

bool term_rule_possible(const struct rule *rule)
{
    return rule->with == 0 || rule->kinds == 0 || (rule->kinds >> PACKET_TCP & 1) != 0;
}

bool term_rule(const char *text, struct rule *rule)
{
    char words[64];
    size_t length = strcspn(text, ":");
    *rule = (struct rule){.fate = PACKET_DROPPED};
    if (length == 0 || length >= sizeof words || (text[length] == ':' && !read_number(text + length + 1, &rule->nth)))
        return false;
    memcpy(words, text, length);
    words[length] = '\0';
    for (char *word = words, *next; word != NULL; word = next) {
        next = strchr(word, '+');
        if (next != NULL)
            *next++ = '\0';
        if (!add_word(rule, word))
            return false;
    }
    return term_rule_possible(rule);
}
