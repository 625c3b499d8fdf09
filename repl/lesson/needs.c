#include "lesson/needs.h"

#include "lab/network.h"
#include "lesson/lesson.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* True when the loopback interface has ::1. */
static bool has_ipv6(void)
{
    FILE *file = fopen("/proc/net/if_inet6", "r");
    char line[128];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        found = strncmp(line, "00000000000000000000000000000001 ", 33) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

/* Making one takes some milliseconds, so it is tried once; the site's threads ask too. */
static pthread_once_t looked = PTHREAD_ONCE_INIT;
static struct status lab_here;

static void look_for_it(void)
{
    lab_here = network_look();
}

static struct status look_for_lab(void)
{
    pthread_once(&looked, look_for_it);
    return lab_here;
}

static bool has_lab(void)
{
    return status_fine(look_for_lab());
}

static const struct {
    enum block_need need;
    bool (*here)(void);
    const char *explanation;
} rows[] = {
    {NEED_LAB, has_lab, "Needs the lab, a private network of its own, which is not available here."},
    /* Whoever starts the program: a session has no rights of root outside of a lab (session/room.h). */
    {NEED_RAW, has_lab, "Needs raw sockets, which a session may open in a lab only."},
    {NEED_IPV6, has_ipv6, "Needs IPv6, and this machine has no ::1."},
};

#define ROWS (sizeof rows / sizeof *rows)

unsigned needs_missing(unsigned needs)
{
    unsigned missing = 0;
    for (size_t i = 0; i < ROWS; i++)
        if ((needs & rows[i].need) != 0 && !rows[i].here())
            missing |= rows[i].need;
    return missing;
}

void needs_explain(struct text *text, unsigned missing)
{
    for (size_t i = 0; i < ROWS; i++)
        if ((missing & rows[i].need) != 0)
            text_format(text, "%s%s", text->length > 0 ? " " : "", rows[i].explanation);
    struct status lab = (missing & NEED_LAB) != 0 ? look_for_lab() : STATUS_OK;
    if (!status_fine(lab))
        text_format(text, " %s: %s. %s", lab.call, strerror(lab.error), network_remedy(lab));
}

unsigned needs_of(const struct lesson *lesson)
{
    unsigned needs = lesson->needs;
    for (size_t i = 0; i < lesson->block_count; i++)
        needs |= lesson->blocks[i]->needs;
    return needs;
}

bool needs_want_lab(const struct lesson *lesson)
{
    return lesson->lab || (needs_of(lesson) & (NEED_LAB | NEED_RAW)) != 0;
}

bool needs_use_lab(const struct lesson *lesson)
{
    return needs_want_lab(lesson) && has_lab();
}
