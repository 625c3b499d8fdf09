/*
 * html_escape.h: text and addresses that cannot become anything else.  Floor: base.
 */
#ifndef SOCKRATES_BASE_HTML_ESCAPE_H
#define SOCKRATES_BASE_HTML_ESCAPE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The bytes as text: & < > " are escaped. */
void html_escape(struct text *out, const char *bytes, size_t length);
void html_add(struct text *out, const char *string);

/* As text between tags, where a " ends nothing and stays: code and drawings are full of them. */
void html_escape_between(struct text *out, const char *bytes, size_t length);

/* An address as the value of an attribute. */
void html_add_address(struct text *out, const char *url);

/*
 * HTML as it will stand there, where %t is a text that is escaped, %a an address, %s a string of HTML, and %n a
 * size_t:
 *
 *     html_format(out, "<li value=\"%n\"><a href=\"%s%a\">%t</a></li>\n", number, root, address, title);
 */
void html_format(struct text *out, const char *format, ...);

/* True when following or loading the address cannot run anything: no scheme, or a known harmless one. */
bool html_address_safe(const char *url, bool image);

#endif
