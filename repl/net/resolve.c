#include "net/resolve.h"

#include "net/aside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <locale.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <nss.h>
#endif

/* --- parts of an answer --------------------------------------------------------------------------------- */

/* An answer is a row of parts: a length, that many bytes, and a zero byte, so that text can be read in place.
 */
static void add_part(struct text *answer, const void *bytes, size_t length)
{
    text_add_bytes(answer, (const char *)&length, sizeof length);
    text_add_bytes(answer, bytes, length);
    text_add_bytes(answer, "", 1);
}

static const char *next_part(const struct text *answer, size_t *at, size_t *length)
{
    if (answer->length < *at + sizeof *length)
        return NULL;
    memcpy(length, answer->bytes + *at, sizeof *length);
    const char *part = answer->bytes + *at + sizeof *length;
    *at += sizeof *length + *length + 1;
    return part;
}

static void add_address(struct text *answer, const void *bytes, size_t length)
{
    struct address address = {.length = (socklen_t)length};
    memcpy(&address.storage, bytes, length < sizeof address.storage ? length : sizeof address.storage);
    add_part(answer, &address, sizeof address);
}

/* --- through the door ----------------------------------------------------------------------------------- */

static const char confined_hint[] =
    "this session looks names up in /etc/hosts only; start sockrates with --network to ask a name server";

/* What the child is asked, and how to find out without one. */
struct question {
    struct aside aside;
    bool confined;
    /* Tries without asking anybody; false when somebody must be asked. */
    bool (*at_once)(struct question *question);
    const struct net_name *names;
    const struct resolve_query *query;
    const struct address *address;
    const char *name;
    int flags;
};

/* Only the first call of all tries; after EINTR the child is there. */
static ssize_t run_question(struct net_call *call)
{
    struct question *question = call->more;
    struct aside *aside = &question->aside;
    bool asked = aside->child != 0 || question->at_once == NULL || !question->at_once(question);
    if (asked && aside_run(aside) != 0)
        return -1;
    /* What the system said to the child stayed with the child. */
    if (asked || aside->code != EAI_SYSTEM)
        errno = 0;
    return aside->code < 0 ? aside->code : -aside->code;
}

/* `kind` is STATUS_NAME or STATUS_HOST: whose codes they are. */
static struct status put_question(struct net *net, struct net_call *call, struct question *question,
                                  enum status_kind kind, struct text *found)
{
    struct net_deadline forever = NET_DEADLINE(NET_FOREVER);
    struct aside *aside = &question->aside;
    question->confined = net->confined;
    question->names = net->names;
    call->run = run_question;
    call->more = question;
    aside->otherwise = kind == STATUS_NAME ? EAI_FAIL : NO_RECOVERY;
    struct status status = net_call(net, call, &forever, NULL);
    bool started = aside->child != 0;
    aside_end(aside);
    *found = aside->answer;
    if (status_fine(status) || status.kind == STATUS_INTERRUPTED || status.error != 0)
        return status;
    status.kind = kind;
    status.error = aside->code;
    if (started && net->confined)
        status.text = confined_hint;
    return status;
}

/* In the child: nobody outside this machine is asked. */
static bool stay_inside(const struct question *question)
{
    if (!question->confined)
        return true;
#ifdef __GLIBC__
    return __nss_configure_lookup("hosts", "files") == 0;
#else
    return false;
#endif
}

/* --- getaddrinfo ---------------------------------------------------------------------------------------- */

static int ask_addresses(const struct question *question, int more_flags, struct text *answer)
{
    const struct resolve_query *query = question->query;
    struct addrinfo *list = NULL, hints = {.ai_family = query->family,
                                           .ai_socktype = query->type,
                                           .ai_protocol = query->protocol,
                                           .ai_flags = query->flags | more_flags};
    int code = getaddrinfo(query->host, query->service, &hints, &list);
    if (code != 0)
        return code;
    for (const struct addrinfo *info = list; info != NULL; info = info->ai_next) {
        struct resolve_entry entry = {info->ai_family, info->ai_socktype, info->ai_protocol, {0}, NULL};
        add_part(answer, &entry, sizeof entry);
        add_address(answer, info->ai_addr, info->ai_addrlen);
        const char *canonical = info->ai_canonname ? info->ai_canonname : "";
        add_part(answer, canonical, strlen(canonical));
    }
    freeaddrinfo(list);
    return 0;
}

/* Names beyond ASCII are encoded as domain names are; that needs a locale that knows UTF-8. */
static int international(const char *host)
{
    for (; *host != '\0'; host++)
        if ((unsigned char)*host >= 0x80)
            return setlocale(LC_ALL, "C.UTF-8") ? AI_IDN : 0;
    return 0;
}

static int ask_for_list(void *self, struct text *answer)
{
    const struct question *question = self;
    if (!stay_inside(question))
        return EAI_NONAME;
    return ask_addresses(question, international(question->query->host), answer);
}

static const struct net_name *find_name(const struct net_name *names, const char *host)
{
    for (; names != NULL && names->name != NULL; names++)
        if (host != NULL && strcasecmp(names->name, host) == 0)
            return names;
    return NULL;
}

/* A host of the network itself: all of its addresses that are of the family. */
static int list_name(struct question *question, const struct net_name *name)
{
    int code = EAI_NONAME;
    struct resolve_query query = *question->query;
    struct question numeric = *question;
    numeric.query = &query;
    for (size_t i = 0; name->addresses[i] != NULL; i++) {
        query.host = name->addresses[i];
        int one = ask_addresses(&numeric, AI_NUMERICHOST, &question->aside.answer);
        code = one == 0 || code == 0 ? 0 : one;
    }
    return code;
}

static bool list_at_once(struct question *question)
{
    const struct resolve_query *query = question->query;
    const struct net_name *name = find_name(question->names, query->host);
    if (name != NULL && (query->flags & AI_NUMERICHOST) == 0)
        return question->aside.code = list_name(question, name), true;
    question->aside.code = ask_addresses(question, AI_NUMERICHOST, &question->aside.answer);
    return question->aside.code != EAI_NONAME || query->host == NULL || (query->flags & AI_NUMERICHOST);
}

struct status resolve_list(struct net *net, const struct resolve_query *query, struct text *found)
{
    struct question question = {.at_once = list_at_once, .query = query};
    question.aside.ask = ask_for_list;
    question.aside.question = &question;
    struct net_call call = {.call = CALL_GETADDRINFO,
                            .fd = -1,
                            .arg = {query->family, query->type},
                            .data = (void *)query->host,
                            .length = query->host ? strlen(query->host) : 0};
    return put_question(net, &call, &question, STATUS_NAME, found);
}

bool resolve_next(const struct text *found, size_t *at, struct resolve_entry *entry)
{
    size_t length;
    const char *part = next_part(found, at, &length);
    if (part == NULL)
        return false;
    memcpy(entry, part, sizeof *entry);
    memcpy(&entry->address, next_part(found, at, &length), sizeof entry->address);
    entry->canonical = next_part(found, at, &length);
    return true;
}

/* --- numeric hosts ---------------------------------------------------------------------------------------- */

static bool numeric_inet(struct address *address, const char *host)
{
    struct sockaddr_in *in = &address->in;
    address->length = sizeof *in;
    in->sin_family = AF_INET;
    if (*host == '\0')
        return in->sin_addr.s_addr = htonl(INADDR_ANY), true;
    if (strcmp(host, "<broadcast>") == 0)
        return in->sin_addr.s_addr = htonl(INADDR_BROADCAST), true;
    return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

/* fe80::1%eth0 and fe80::1%2 name the interface behind a percent sign; only link-local addresses by name. */
static bool numeric_inet6(struct address *address, const char *host)
{
    struct sockaddr_in6 *in6 = &address->in6;
    address->length = sizeof *in6;
    in6->sin6_family = AF_INET6;
    if (*host == '\0')
        return in6->sin6_addr = in6addr_any, true;
    const char *percent = strchr(host, '%');
    if (percent == NULL)
        return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
    char alone[INET6_ADDRSTRLEN];
    size_t length = (size_t)(percent - host);
    if (length >= sizeof alone)
        return false;
    memcpy(alone, host, length);
    alone[length] = '\0';
    if (inet_pton(AF_INET6, alone, &in6->sin6_addr) != 1)
        return false;
    if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&in6->sin6_addr))
        in6->sin6_scope_id = if_nametoindex(percent + 1);
    char *end = NULL;
    if (in6->sin6_scope_id == 0)
        in6->sin6_scope_id = (uint32_t)strtoul(percent + 1, &end, 10);
    return in6->sin6_scope_id != 0 && (end == NULL || *end == '\0');
}

bool resolve_numeric(struct address *address, int family, const char *host)
{
    memset(&address->storage, 0, sizeof address->in6);
    return family == AF_INET6 ? numeric_inet6(address, host) : numeric_inet(address, host);
}

struct status resolve_host(struct net *net, struct address *address, int family, const char *host)
{
    if (family != AF_UNSPEC && resolve_numeric(address, family, host))
        return STATUS_OK;
    const struct resolve_query query = {.host = *host ? host : "0.0.0.0", .family = family, .type = SOCK_DGRAM};
    struct text found = TEXT_EMPTY;
    struct resolve_entry entry;
    size_t at = 0;
    struct status status = resolve_list(net, &query, &found);
    address->length = 0;
    if (status_fine(status) && resolve_next(&found, &at, &entry))
        *address = entry.address;
    text_free(&found);
    return status;
}

/* --- getnameinfo ---------------------------------------------------------------------------------------- */

static int ask_names(const struct question *question, struct text *answer)
{
    char host[NI_MAXHOST], service[NI_MAXSERV];
    const struct address *address = question->address;
    int code = getnameinfo(&address->any, address->length, host, sizeof host, service, sizeof service, question->flags);
    if (code != 0)
        return code;
    add_part(answer, host, strlen(host));
    add_part(answer, service, strlen(service));
    return 0;
}

static int ask_for_names(void *self, struct text *answer)
{
    return stay_inside(self) ? ask_names(self, answer) : EAI_NONAME;
}

static bool names_at_once(struct question *question)
{
    if (!(question->flags & NI_NUMERICHOST))
        return false;
    question->aside.code = ask_names(question, &question->aside.answer);
    return true;
}

struct status resolve_names(struct net *net, const struct address *address, int flags, struct text *found,
                            const char **host, const char **service)
{
    struct question question = {.at_once = names_at_once, .address = address, .flags = flags};
    question.aside.ask = ask_for_names;
    question.aside.question = &question;
    struct net_call call = {.call = CALL_GETNAMEINFO, .fd = -1, .arg = {flags}, .address = (struct address *)address};
    struct status status = put_question(net, &call, &question, STATUS_NAME, found);
    size_t at = 0, length;
    *host = next_part(found, &at, &length);
    *service = next_part(found, &at, &length);
    return status;
}

/* --- gethostbyname, gethostbyaddr ----------------------------------------------------------------------- */

static void add_host_address(struct text *answer, const struct hostent *host, const char *bytes)
{
    struct address address = {.any.sa_family = (sa_family_t)host->h_addrtype};
    size_t room = host->h_addrtype == AF_INET6 ? sizeof address.in6.sin6_addr : sizeof address.in.sin_addr;
    if ((size_t)host->h_length != room)
        return;
    if (host->h_addrtype == AF_INET6)
        memcpy(&address.in6.sin6_addr, bytes, room);
    else
        memcpy(&address.in.sin_addr, bytes, room);
    add_address(answer, &address.storage, host->h_addrtype == AF_INET6 ? sizeof address.in6 : sizeof address.in);
}

static const struct hostent *ask_host(const struct question *question)
{
    const struct address *address = question->address;
    if (question->name != NULL)
        return gethostbyname(question->name);
    if (address->any.sa_family == AF_INET6)
        return gethostbyaddr(&address->in6.sin6_addr, sizeof address->in6.sin6_addr, AF_INET6);
    return gethostbyaddr(&address->in.sin_addr, sizeof address->in.sin_addr, AF_INET);
}

/* The name, its other names, an empty part, the addresses. */
static int ask_for_entry(void *self, struct text *answer)
{
    const struct question *question = self;
    const struct hostent *host = stay_inside(question) ? ask_host(question) : NULL;
    if (host == NULL)
        return h_errno > 0 ? h_errno : HOST_NOT_FOUND;
    add_part(answer, host->h_name, strlen(host->h_name));
    for (char **alias = host->h_aliases; *alias != NULL; alias++)
        add_part(answer, *alias, strlen(*alias));
    add_part(answer, "", 0);
    for (char **bytes = host->h_addr_list; *bytes != NULL; bytes++)
        add_host_address(answer, host, *bytes);
    return 0;
}

struct status resolve_host_entry(struct net *net, const char *name, const struct address *address, struct text *found,
                                 const char **official)
{
    struct question question = {.name = name, .address = address};
    question.aside.ask = ask_for_entry;
    question.aside.question = &question;
    struct net_call call = {.call = name ? CALL_GETHOSTBYNAME : CALL_GETHOSTBYADDR,
                            .fd = -1,
                            .address = (struct address *)address,
                            .data = (void *)name,
                            .length = name ? strlen(name) : 0};
    struct status status = put_question(net, &call, &question, STATUS_HOST, found);
    size_t at = 0, length;
    *official = next_part(found, &at, &length);
    return status;
}

const char *resolve_alias(const struct text *found, size_t *at)
{
    size_t length;
    if (*at == 0)
        next_part(found, at, &length);
    const char *alias = next_part(found, at, &length);
    return alias != NULL && length > 0 ? alias : NULL;
}

bool resolve_address(const struct text *found, size_t *at, struct address *address)
{
    size_t length;
    const char *part = next_part(found, at, &length);
    if (part != NULL)
        memcpy(address, part, sizeof *address);
    return part != NULL;
}
