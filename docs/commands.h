/*
 * commands.h: the commands, for readers of the site and of the manual.  Part of the site generator.
 *
 * Everything comes from the rows of render/command_rows.h.
 */
#ifndef SOCKRATES_DOCS_COMMANDS_H
#define SOCKRATES_DOCS_COMMANDS_H

#include "page.h"

/* The page about them. */
void commands_render(struct page_result *result, struct search_writer *search);

/*
 * The manual page: a copy of the text, with the commands in the place of its line `.\" commands` and the
 * modules in the place of `.\" modules`.
 */
void commands_manual(struct text *out, const char *page);

#endif
