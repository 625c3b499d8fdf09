/*
 * call_text.h: a system call as C would write it.  Floor: views.
 *
 *     connect(3, {AF_INET, 127.0.0.1:80}, 16) = -1 EINPROGRESS
 */
#ifndef SOCKRATES_VIEWS_CALL_TEXT_H
#define SOCKRATES_VIEWS_CALL_TEXT_H

#include "base/text.h"
#include "trace/address.h"
#include "trace/call.h"

/*
 * The call with its arguments; at most `most` bytes of data.  Normal texts are the same in every run: without the
 * ports and names that the kernel chose, process numbers, and times that were computed.
 */
void call_text(struct text *out, const struct event *event, size_t most, bool normal);

/* The address as people write it, visible: "127.0.0.1:80"; normal: "127.0.0.1:port" for a port that was chosen. */
void call_text_address(struct text *out, const struct address *address, bool normal);

/* What it returned: " = 5", " = -1 ECONNREFUSED", " = ..." while it has not returned. */
void call_text_result(struct text *out, const struct event *event);

/*
 * The data between quotes, with escapes; "..." when there was more than `most` bytes or more than was kept.  Normal: of
 * a packet of IP only what stands before its number, which the kernel chose.
 */
void call_text_data(struct text *out, const struct event *event, size_t most, bool normal);
void call_text_bytes(struct text *out, const char *bytes, size_t kept, int64_t all, size_t most);

/* One of its arguments. */
void call_text_argument(struct text *out, const struct event *event, enum call_argument argument, bool normal);

/* "ECONNREFUSED", or the number. */
void call_text_error(struct text *out, int error);

/* "SIGALRM", or the number. */
/* True for a name of AF_UNIX that the kernel chose: it says nothing to people. */
bool call_text_chosen(const struct address *address);
void call_text_signal(struct text *out, int64_t number);

/* The name of an option: "SO_REUSEADDR"; and of its level: "SOL_SOCKET". */
void call_text_option(struct text *out, int64_t level, int64_t option);
void call_text_level(struct text *out, int64_t level);

/* The flags of a call by name: "MSG_PEEK|MSG_DONTWAIT", "0". */
void call_text_flags(struct text *out, const char *prefix, int64_t flags);

/* The name of a constant with this prefix, or the number. */
void call_text_constant(struct text *out, const char *prefix, int64_t value);

/* "SOCK_STREAM|SOCK_NONBLOCK" */
void call_text_type(struct text *out, int64_t type);

/* "SHUT_WR" */
void call_text_how(struct text *out, int64_t how);

/* "POLLIN|POLLOUT"; "EPOLLIN|EPOLLET" */
void call_text_events(struct text *out, int64_t events);
void call_text_epoll_events(struct text *out, int64_t events);

/* A number with its thousands apart: "9,998". */
void call_text_count(struct text *out, uint64_t count);

#endif
