#include "terminal/reference.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "lua/constants.h"
#include "lua/errors.h"
#include "lua/globals.h"
#include "render/advice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the entries ---------------------------------------------------------------------------------------- */

/* Each kind counts its own entries down from *index. */
static bool function_at(size_t *index, struct reference_entry *entry)
{
    for (size_t i = 0; modules[i] != NULL; i++) {
        const struct function_row *row;
        const char *receiver;
        for (size_t k = 0; (row = module_row_at(modules[i], k, &receiver)) != NULL; k++) {
            if ((*index)-- > 0)
                continue;
            snprintf(entry->name, sizeof entry->name, "%s%c%s", receiver ? receiver : modules[i]->name,
                     receiver ? ':' : '.', row->name);
            entry->signature = row->signature;
            entry->help = row->help;
            return true;
        }
    }
    return false;
}

static bool module_at(size_t *index, struct reference_entry *entry)
{
    for (size_t i = 0; modules[i] != NULL; i++)
        if ((*index)-- == 0) {
            snprintf(entry->name, sizeof entry->name, "%s", modules[i]->name);
            entry->signature = "module";
            entry->help = modules[i]->help;
            return true;
        }
    return false;
}

static bool class_at(size_t *index, struct reference_entry *entry)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class ++)
        if ((*index)-- == 0) {
            snprintf(entry->name, sizeof entry->name, "%s", class->name);
            entry->signature = "error";
            entry->help = class->help;
            return true;
        }
    return false;
}

static bool constant_at(size_t *index, struct reference_entry *entry)
{
    if (*index < constant_count()) {
        snprintf(entry->name, sizeof entry->name, "%s", constant_name_at(*index));
        entry->signature = "constant";
        entry->help = NULL;
        return true;
    }
    *index -= constant_count();
    return false;
}

/* EAI_ values lie from -1 to -12, errno values below 134. */
#define ERRNO_MOST 134
#define EAI_MOST   12

static bool errno_at(size_t *index, struct reference_entry *entry)
{
    for (int code = -EAI_MOST; code < ERRNO_MOST; code++)
        if (code > 0 && error_symbol(code) != NULL && (*index)-- == 0) {
            snprintf(entry->name, sizeof entry->name, "%s", error_symbol(code));
            entry->signature = "errno";
            entry->help = NULL;
            return true;
        }
    return false;
}

bool reference_at(size_t index, struct reference_entry *entry)
{
    return function_at(&index, entry) || module_at(&index, entry) || class_at(&index, entry) ||
           constant_at(&index, entry) || errno_at(&index, entry);
}

/* --- finding -------------------------------------------------------------------------------------------- */

/* Without module or receiver. */
static const char *bare(const char *name)
{
    const char *last = name;
    for (const char *at = name; *at != '\0'; at++)
        if (*at == '.' || *at == ':')
            last = at + 1;
    return last;
}

static bool same_word(const char *one, const char *other)
{
    return strcasecmp(one, other) == 0;
}

/* 2: exactly this; 1: this behind another module or receiver; 0: something else. */
static int likeness(const struct reference_entry *entry, const char *name)
{
    if (strcmp(entry->name, name) == 0)
        return 2;
    const char *sign = strpbrk(name, ".:");
    bool named_module =
        sign != NULL && *sign == '.' && strncmp(entry->name, name, (size_t)(sign - name) + 1) == 0;
    bool is_method = strchr(entry->name, ':') != NULL;
    if (sign != NULL && *sign == ':' && !is_method)
        return 0;
    return same_word(bare(entry->name), bare(name)) ? 1 + named_module : 0;
}

static void describe_constant(struct text *markdown, const char *name)
{
    static const struct {
        const char *name, *help;
    } known[] = {
        {"AF_INET", "The family of IPv4: an address is a host such as `127.0.0.1` and a port."},
        {"AF_INET6", "The family of IPv6: an address is a host such as `::1` and a port."},
        {"AF_UNIX", "Sockets within one machine: an address is a path in the file system."},
        {"AF_UNSPEC", "No family in particular: asks `getaddrinfo` for every one."},
        {"AF_PACKET", "Whole packets below IP. Needs privilege, which the lab has."},
        {"AF_NETLINK", "Talks to the kernel itself, about routes, links and sockets."},
        {"SOCK_STREAM",
         "A reliable stream of bytes, in order and without borders: TCP, for the internet families."},
        {"SOCK_DGRAM",
         "Single messages, which may be lost or overtake each other: UDP, for the internet families."},
        {"SOCK_RAW", "Packets as they are, headers and all. Needs privilege, which the lab has."},
        {"SOCK_RDM", "Reliable messages in no particular order. The internet families do not have it."},
        {"SOCK_SEQPACKET", "Reliable messages in order, with their borders kept. `AF_UNIX` has it."},
        {"SOCK_NONBLOCK", "Added to a type: calls come back at once instead of waiting."},
        {"SOCK_CLOEXEC", "Added to a type: programs that are started do not get the socket. Always on here."},
        {"SOL_SOCKET", "The level of options that every socket has; their names begin with `SO_`."},
        {"SO_REUSEADDR", "Lets `bind` take an address that an ended connection still holds."},
        {"SO_ERROR", "The error that waits on the socket. Reading it clears it."},
        {"SO_KEEPALIVE", "The kernel asks now and then whether the other side is still there."},
        {"SO_LINGER", "What `close` does with data that was not sent yet."},
        {"SO_RCVBUF", "The size of the buffer for what comes in. Linux doubles what you ask for."},
        {"SO_SNDBUF", "The size of the buffer for what goes out. Linux doubles what you ask for."},
        {"TCP_NODELAY", "Sends small pieces at once instead of gathering them."},
        {"TCP_USER_TIMEOUT", "After how many milliseconds without an answer the kernel gives up."},
        {"MSG_PEEK", "`recv` shows what is there and leaves it there."},
        {"MSG_DONTWAIT", "This one call does not wait."},
        {"MSG_WAITALL", "`recv` waits until all the bytes are there."},
        {"SHUT_RD", "`shutdown`: no more receiving."},
        {"SHUT_WR", "`shutdown`: no more sending; the other side reads to the end."},
        {"SHUT_RDWR", "`shutdown`: neither receiving nor sending."},
        {"SOMAXCONN", "The longest queue that `listen` may ask for."},
        {"IPPROTO_TCP", "The protocol TCP, and the level of its options."},
        {"IPPROTO_UDP", "The protocol UDP."},
    };
    text_format(markdown, "**socket.%s**", name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            text_format(markdown, "\n\n%s", known[i].help);
    text_format(markdown, "\n\n```lua\nsocket.%s\n```\n", name);
}

static void describe_errno(struct text *markdown, const char *name)
{
    struct advice advice;
    int code = 1;
    while (code < ERRNO_MOST && (error_symbol(code) == NULL || strcmp(error_symbol(code), name) != 0))
        code++;
    text_format(markdown, "**%s** is %d: %s. It is raised as `%s`.\n", name, code, strerror(code),
                error_class_of_errno(code));
    if (advice_about(&advice, name))
        text_format(markdown, "\n%s %s\n", advice.seen, advice.attempt);
    advice_free(&advice);
    text_add(markdown, "\nManual: errno(3)\n");
}

static void describe_class(struct text *markdown, const struct reference_entry *entry)
{
    text_format(markdown, "**%s**\n\n%s\n", entry->name, entry->help);
    for (const struct error_class *class = error_classes; class->name != NULL; class ++)
        if (strcmp(class->name, entry->name) == 0 && class->parent != NULL)
            text_format(markdown, "\nIt is a kind of `%s`: `err:isa(%s)` is true for it too.\n",
                        class->parent, class->parent);
}

static void describe_module(struct text *markdown, const struct reference_entry *entry)
{
    text_format(markdown, "**%s**\n\n%s\n\n", entry->name, entry->help);
    for (size_t i = 0; modules[i] != NULL; i++) {
        if (strcmp(modules[i]->name, entry->name) != 0)
            continue;
        const struct function_row *row;
        const char *receiver, *before = NULL;
        for (size_t k = 0; (row = module_row_at(modules[i], k, &receiver)) != NULL; k++) {
            bool first = k == 0 || (receiver != NULL && before == NULL);
            text_add(markdown, !first ? ", " : receiver == NULL ? "Functions: " : "\n\nMethods: ");
            text_format(markdown, "`%s%s%s`", receiver ? receiver : "", receiver ? ":" : "", row->name);
            before = receiver;
        }
    }
    text_add(markdown, "\n");
}

static void describe(struct text *markdown, const struct reference_entry *entry)
{
    if (strcmp(entry->signature, "constant") == 0) {
        describe_constant(markdown, entry->name);
    } else if (strcmp(entry->signature, "errno") == 0) {
        describe_errno(markdown, entry->name);
    } else if (strcmp(entry->signature, "error") == 0) {
        describe_class(markdown, entry);
    } else if (strcmp(entry->signature, "module") == 0) {
        describe_module(markdown, entry);
    } else {
        size_t before = (size_t)(bare(entry->name) - entry->name);
        text_format(markdown, "**%.*s%s**\n\n%s\n", (int)before, entry->name, entry->signature, entry->help);
    }
}

bool reference_describe(struct text *markdown, const char *name)
{
    struct reference_entry entry, best;
    int most = 0;
    for (size_t i = 0; reference_at(i, &entry); i++) {
        int like = likeness(&entry, name);
        /* Methods are what learners mean: `connect` is s:connect before anything else of that name. */
        bool better =
            like > most || (like == most && like == 1 && strchr(entry.name, ':') && !strchr(best.name, ':'));
        if (like > 0 && better) {
            most = like;
            best = entry;
        }
    }
    if (most > 0)
        describe(markdown, &best);
    return most > 0;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void reference_nearest(struct text *names, const char *name)
{
    enum { MOST = 3 };
    const char *found[MOST];
    struct reference_entry entry;
    char **known = NULL;
    size_t count = 0, taken = 0;
    for (; reference_at(count, &entry); count++) {
        known = memory_resize(known, count + 1, sizeof *known);
        known[count] = memory_copy(bare(entry.name));
    }
    for (; taken < MOST; taken++) {
        struct nearest nearest = nearest_to(bare(name));
        for (size_t i = 0; i < count; i++)
            if (!is_among(found, taken, known[i]))
                nearest_try(&nearest, known[i]);
        if (nearest.name == NULL)
            break;
        found[taken] = nearest.name;
        text_format(names, "%s%s", taken > 0 ? ", " : "", nearest.name);
    }
    for (size_t i = 0; i < count; i++)
        free(known[i]);
    free(known);
}

const char *reference_signature(const char *code, size_t offset, const char *name)
{
    if (offset == 0 || (code[offset - 1] != '.' && code[offset - 1] != ':'))
        return NULL;
    size_t begin = offset - 1;
    while (begin > 0 && (isalnum((unsigned char)code[begin - 1]) || code[begin - 1] == '_'))
        begin--;
    for (size_t i = 0; modules[i] != NULL; i++) {
        bool method = code[offset - 1] == ':';
        size_t length = offset - 1 - begin;
        bool named =
            strlen(modules[i]->name) == length && strncmp(modules[i]->name, code + begin, length) == 0;
        const struct function_row *row;
        const char *receiver;
        for (size_t k = 0; (method || named) && (row = module_row_at(modules[i], k, &receiver)) != NULL; k++)
            if ((receiver != NULL) == method && strcmp(row->name, name) == 0)
                return row->signature;
    }
    return NULL;
}
