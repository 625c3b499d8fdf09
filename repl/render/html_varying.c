#include "render/html_varying.h"

#include "base/array.h"
#include "base/memory.h"
#include "render/html.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum {
    PICKED_FROM = 32768, /* where Linux begins to pick ports */
    ADDRESS_DIGITS = 6,  /* shorter hexadecimal numbers are flags and the like */
};

struct html_varying {
    int *ports; /* those that were picked */
    size_t count;
    int *named; /* those that were shown, in the order of their names */
    size_t named_count;
};

struct html_varying *html_varying_new(void)
{
    return memory_new(1, sizeof(struct html_varying));
}

void html_varying_free(struct html_varying *varying)
{
    if (varying == NULL)
        return;
    free(varying->ports);
    free(varying->named);
    free(varying);
}

static bool has(const int *list, size_t count, int port, size_t *at)
{
    for (*at = 0; *at < count; ++*at)
        if (list[*at] == port)
            return true;
    return false;
}

/* The port of the event's address; 0 without one. */
static int port_of(const struct event *event)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    size_t length = event->address_length;
    if (length == 0 || length > sizeof address || length > sizeof event->payload)
        return 0;
    memcpy(&address, event->payload, length);
    if (address.ss_family == AF_INET && length >= sizeof(struct sockaddr_in))
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6 && length >= sizeof(struct sockaddr_in6))
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

void html_varying_learn(struct html_varying *varying, const struct outcome *outcome)
{
    size_t at;
    for (size_t i = 0; i < outcome->event_count; i++) {
        int port = port_of(&outcome->events[i]);
        if (port >= PICKED_FROM && !has(varying->ports, varying->count, port, &at))
            ARRAY_ADD(varying->ports, varying->count, port);
    }
}

/* "port a" to "port z", then "port 27". */
static void add_port(struct text *out, struct html_varying *varying, int port)
{
    size_t at;
    if (!has(varying->named, varying->named_count, port, &at))
        ARRAY_ADD(varying->named, varying->named_count, port);
    if (at < 26)
        text_format(out, "<var>port %c</var>", (int)('a' + at));
    else
        text_format(out, "<var>port %zu</var>", at + 1);
}

/* The length of the word of letters and digits. */
static size_t word_length(const char *bytes, size_t length)
{
    size_t count = 0;
    while (count < length && isalnum((unsigned char)bytes[count]))
        count++;
    return count;
}

/* True behind the host of an address: ('127.0.0.1', or {"::1", */
static bool follows_host(const char *begin, const char *word)
{
    return word - begin >= 3 && word[-1] == ' ' && word[-2] == ',' && (word[-3] == '\'' || word[-3] == '"');
}

static bool is_picked_port(const struct html_varying *varying, const char *word, size_t length, bool after_host,
                           int *port)
{
    size_t at;
    if (length != 5 || strspn(word, "0123456789") < length)
        return false;
    *port = atoi(word);
    return has(varying->ports, varying->count, *port, &at) ||
           (after_host && *port >= PICKED_FROM && *port <= UINT16_MAX);
}

static bool is_address(const char *word, size_t length)
{
    if (length < 2 + ADDRESS_DIGITS || word[0] != '0' || word[1] != 'x')
        return false;
    for (size_t i = 2; i < length; i++)
        if (!isxdigit((unsigned char)word[i]))
            return false;
    return true;
}

static void add_word(struct text *out, struct html_varying *varying, const char *bytes, size_t length, bool after_host)
{
    int port;
    char *word = memory_copy_bytes(bytes, length);
    if (is_picked_port(varying, word, length, after_host, &port))
        add_port(out, varying, port);
    else if (is_address(word, length))
        text_add(out, "<var>address</var>");
    else
        html_escape(out, bytes, length);
    free(word);
}

void html_varying_add(struct text *out, struct html_varying *varying, const char *bytes, size_t length)
{
    if (varying == NULL) {
        html_escape(out, bytes, length);
        return;
    }
    for (size_t at = 0; at < length;) {
        size_t begin = at, word;
        while (at < length && !isalnum((unsigned char)bytes[at]))
            at++;
        html_escape(out, bytes + begin, at - begin);
        word = word_length(bytes + at, length - at);
        if (word > 0)
            add_word(out, varying, bytes + at, word, follows_host(bytes, bytes + at));
        at += word;
    }
}
