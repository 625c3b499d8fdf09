/*
 * mdoc.h: the manual page in man(1)'s language.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_MDOC_H
#define SOCKRATES_DOCS_MDOC_H

#include "base/text.h"

/*
 * A copy of the text, with the tutor's commands in the place of its line `.\" commands` and the modules in the place of
 * `.\" modules`, in the words of the manual.
 */
void mdoc_fill(struct text *out, const char *page);

#endif
