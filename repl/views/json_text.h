/*
 * json_text.h: text from outside, in JSON.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_JSON_TEXT_H
#define SOCKRATES_VIEWS_JSON_TEXT_H

#include <jansson.h>

/* Names, messages and titles as a person can read them (base/utf8.h), as JSON is always UTF-8; a new reference. */
json_t *json_text(const char *bytes);
json_t *json_text_bytes(const char *bytes, size_t length);

#endif
