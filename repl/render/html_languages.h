/*
 * html_languages.h: a step's code in Lua, in Python and in C.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_HTML_LANGUAGES_H
#define SOCKRATES_RENDER_HTML_LANGUAGES_H

#include "base/text.h"
#include "lesson/lesson.h"
#include "session/outcome.h"

struct html_languages {
    const char *id; /* unique in the page */
    const struct block *block;
    bool made; /* also programs that are made of the calls */
    /* Where the other languages' programs are to stand instead, as sections of another page; NULL: in their tabs. */
    struct text *aside;
    const char *address; /* of that page, which the tabs link to */
};

/*
 * <fieldset class="tabs"> with a radio button for each language, which a style sheet makes tabs of.  In a tab stands
 * what the lesson's author wrote, and folded what the calls became.  Nothing and false when there is neither: the step
 * made no calls of the learner's, or is no program that comes out the same everywhere.  `findings` may be NULL.
 */
bool html_languages(struct text *out, const struct findings *findings, const struct html_languages *wanted);

#endif
