/*
 * fill.h: texts that say what the rows of commands and options say.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_FILL_H
#define SOCKRATES_DOCS_FILL_H

#include "base/text.h"

/*
 * A copy of the text; lines that ask for something, `.\" commands` in the manual page and `# commands` in completions,
 * have it in their place.
 */
void fill(struct text *out, const char *page);

#endif
