/*
 * html_languages.h: a step's code in Lua, and what it became in Python and in C.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_HTML_LANGUAGES_H
#define SOCKRATES_RENDER_HTML_LANGUAGES_H

#include "base/text.h"
#include "session/outcome.h"

/*
 * <fieldset class="tabs"> with a radio button for each language, which a style sheet makes tabs of; nothing
 * and false when the step made no calls of the learner's, or is no program that comes out the same
 * everywhere.  `id` must be unique in the page; `info` and `code` are the fence's.
 */
bool html_languages(struct text *out, const struct findings *findings, const char *id, const char *info,
                    const char *code);

#endif
