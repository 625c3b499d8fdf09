/*
 * web.h: a small web server.  Floor: lab.
 *
 * HTTP/1.1 as RFC 9112 has it, for GET and HEAD: two pages, one connection for many requests unless the client or its
 * version wants otherwise, and an honest answer to what is no request.
 */
#ifndef SOCKRATES_LAB_WEB_H
#define SOCKRATES_LAB_WEB_H

#include "base/text.h"
#include "lab/bodies.h"

peer_body peer_web;

/*
 * The answer to the first request among these bytes, added to `out`; how many of them that was.  0: more must come.
 * `stays` is false when the connection is to be closed behind it.  Pure.
 */
size_t web_answer(struct text *out, const char *bytes, size_t length, bool *stays);

#endif
