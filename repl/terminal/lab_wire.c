#include "terminal/lab_wire.h"

#include "base/duration.h"
#include "base/rows.h"
#include "lab/terms.h"
#include "lab/wire.h"

#include <string.h>

/* --- values --------------------------------------------------------------------------------------------- */

/* Zero is a time, too. */
static bool read_time(const char *word, void *value)
{
    int64_t *time = value;
    const char *rest;
    return duration_read(word, time, &rest) && *rest == '\0' && *time <= WIRE_LONGEST;
}

static bool read_share(const char *word, void *value)
{
    double *share = value;
    *share = term_share(word);
    return *share >= 0;
}

static bool read_rate(const char *word, void *value)
{
    int64_t *rate = value;
    double bits = term_rate(word);
    bool fine = bits >= 1 && bits <= TERM_RATE_MOST;
    *rate = fine ? (int64_t)bits : 0;
    return fine;
}

static const struct {
    enum setting setting;
    const char *name;
    bool (*read)(const char *word, void *value);
    size_t place;
    const char *is;    /* what is wrong with another value */
    const char *words; /* how the value is described */
} values[] = {
    {SETTING_DELAY, "delay", read_time, offsetof(struct manner, delay), "a time such as 50ms or 0.2s, at most 1 h",
     "%s each way"},
    {SETTING_JITTER, "jitter", read_time, offsetof(struct manner, jitter), "a time such as 10ms, at most 1 h",
     "up to %s more"},
    {SETTING_LOSS, "loss", read_share, offsetof(struct manner, loss), "a share such as 5% or 0.05", "%s lost"},
    {SETTING_DUP, "dup", read_share, offsetof(struct manner, duplicate), "a share such as 5% or 0.05", "%s twice"},
    {SETTING_RATE, "rate", read_rate, offsetof(struct manner, rate), "a rate such as 1mbit or 64kbit", "%s"},
    {SETTING_QUEUE, "queue", NULL, 0, NULL, "at most %s waiting"},
};

bool lab_wire_read(struct wire_wish *wish, const struct command_line *line, int *status)
{
    *wish = (struct wire_wish){
        .manner = {.queue = line->said[SETTING_QUEUE].number, .seed = (uint64_t)line->said[SETTING_SEED].number}};
    for (size_t i = 0; i < ROW_COUNT(values); i++) {
        const char *word = line->said[values[i].setting].word;
        if (word != NULL && values[i].read != NULL && !values[i].read(word, (char *)&wish->manner + values[i].place)) {
            *status = command_line_wrong(SUBCOMMAND_LAB, "--%s is %s, not '%s'", values[i].name, values[i].is, word);
            return false;
        }
    }
    int from = 0;
    for (const char *word; (word = command_line_next(line, SETTING_DROP, &from)) != NULL;) {
        if (wish->rule_count == SCHEDULE_RULES || !term_rule(word, &wish->rules[wish->rule_count++])) {
            *status = command_line_wrong(
                SUBCOMMAND_LAB, "--drop is packets such as syn:1, fin, data:2, peer+rst or udp, not '%s'", word);
            return false;
        }
    }
    return true;
}

/* --- orders --------------------------------------------------------------------------------------------- */

bool lab_wire_tell(const struct wire_wish *wish, int orders)
{
    int64_t answer;
    bool fine = true;
    for (uint32_t host = 0; host < NETWORK_HOSTS && fine; host++)
        fine = status_fine(wire_tell(orders,
                                     (struct wire_order){.kind = WIRE_MANNER, .number = host, .manner = wish->manner},
                                     NULL, 0, &answer));
    for (size_t i = 0; i < wish->rule_count && fine; i++)
        fine = status_fine(
            wire_tell(orders, (struct wire_order){.kind = WIRE_RULE, .rule = wish->rules[i]}, NULL, 0, &answer));
    return fine;
}

void lab_wire_describe(struct text *out, const struct command_line *line)
{
    size_t begin = out->length;
    int from = 0;
    const char *word;
    for (size_t i = 0; i < ROW_COUNT(values); i++)
        if ((word = line->said[values[i].setting].word) != NULL) {
            const char *rest = strstr(values[i].words, "%s");
            text_format(out, "%s%.*s%s%s", out->length > begin ? ", " : "", (int)(rest - values[i].words),
                        values[i].words, word, rest + 2);
        }
    while ((word = command_line_next(line, SETTING_DROP, &from)) != NULL)
        text_format(out, "%swithout %s", out->length > begin ? ", " : "", word);
    if (out->length == begin)
        text_add(out, "a perfect wire");
}
