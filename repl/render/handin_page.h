/*
 * handin_page.h: a hand-in for people.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_HANDIN_PAGE_H
#define SOCKRATES_RENDER_HANDIN_PAGE_H

#include "base/text.h"

#include <jansson.h>

/*
 * The page without its end: what was done, the code, what came of it.  Whoever calls adds the document, which makes it
 * a hand-in, and then sheet_end().
 */
void handin_page(struct text *out, const json_t *document);

#endif
