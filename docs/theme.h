/*
 * theme.h: how pages look.  Part of the site generator.
 *
 * A theme is a folder: page.html is the template of every page, everything else is copied into the site's
 * assets/.  A folder given with --theme comes first, file by file; what it lacks is taken from ours.
 */
#ifndef SOCKRATES_DOCS_THEME_H
#define SOCKRATES_DOCS_THEME_H

#include "ledger.h"

#include "base/text.h"
#include "lesson/lesson.h"

#include <stdbool.h>

/* One list of what a template can name. */
/* clang-format off */
#define THEME_VALUES(row)                                                     \
    row(TITLE, "title")                   /* of the page */                   \
    row(SITE, "site")                     /* the course's name */             \
    row(DESCRIPTION, "description")       /* a sentence about the page */     \
    row(ROOT, "root")                     /* "" or "../": up to the front */  \
    row(CONTENT, "content")               /* the page itself, HTML */         \
    row(CONTENTS, "contents")             /* the list of lessons, HTML */     \
    row(OUTLINE, "outline")               /* the page's sections, HTML */     \
    row(PART, "part")                     /* of the course, to which the page belongs */ \
    row(PREVIOUS, "previous")             /* address of the page before */    \
    row(PREVIOUS_TITLE, "previous_title")                                     \
    row(NEXT, "next")                     /* address of the page after */     \
    row(NEXT_TITLE, "next_title")                                             \
    row(EDIT, "edit")                     /* where the page's source can be edited */ \
    row(CANONICAL, "canonical")           /* the page's address on the net */ \
    row(HOME, "home")                     /* not empty on the front page */   \
    row(REFERENCE, "reference")           /* not empty when there is reference/index.html */ \
    row(ASTRAY, "astray")                 /* missing.js, on a page shown at any address of a site that knows no root */ \
    row(STYLE, "style")                   /* style.css, on the same page */   \
    row(UNSAFE, "unsafe")                 /* not empty with --unsafe */       \
    row(LANG, "lang")                     /* the page's language, "en" */     \
    row(VERSION, "version")               /* of Sockrates */
/* clang-format on */

enum theme_value {
#define THEME_VALUE_SYMBOL(symbol, name) THEME_##symbol,
    THEME_VALUES(THEME_VALUE_SYMBOL)
#undef THEME_VALUE_SYMBOL
        THEME_COUNT
};

struct theme_file {
    char *name;
    struct text bytes;
};

struct theme {
    struct template *page;
    struct theme_file *files;
    size_t count;
};

/* `folder` may be NULL.  NULL with complaints when something is missing or wrong. */
struct theme *theme_read(const char *folder, struct complaints *complaints);

/* What the file of the theme holds; NULL when there is none. */
const char *theme_text(const struct theme *theme, const char *name);

/* The build depends on every file of the folder. */
void theme_watch(const char *folder, struct ledger *ledger);
void theme_free(struct theme *theme);

#endif
