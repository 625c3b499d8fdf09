/*
 * template.h: pages with holes.  Part of the site generator.
 *
 * The signs are Mustache's, a small part of it:
 *
 *     {{name}}               the value, escaped
 *     {{{name}}}             the value as it is: HTML
 *     {{#name}} ... {{/name}}  only when the value is not empty
 *     {{^name}} ... {{/name}}  only when it is
 *     {{! a note }}
 *
 * A template is read once and written often.
 */
#ifndef SOCKRATES_DOCS_TEMPLATE_H
#define SOCKRATES_DOCS_TEMPLATE_H

#include "base/text.h"
#include "lesson/lesson.h"

#include <stddef.h>

struct template;

/* Values are named by `names`.  NULL with a complaint that names the line when the text is not a template. */
struct template *template_parse(const char *path, const char *text, const char *const *names, size_t count,
                                struct complaints *complaints);
void template_free(struct template *template);

/* `values` in the order of the names; NULL is as good as "". */
void template_write(const struct template *template, struct text *out, const char *const *values);

#endif
