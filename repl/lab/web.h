/*
 * web.h: a small web server.  Floor: lab.
 *
 * HTTP/1.1 as RFC 9112 has it, for GET and HEAD: two pages, one connection for many requests unless the client or its
 * version wants otherwise, and an honest answer to what is no request.
 */
#ifndef SOCKRATES_LAB_WEB_H
#define SOCKRATES_LAB_WEB_H

#include "lab/bodies.h"

peer_body peer_web;

#endif
