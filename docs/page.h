/*
 * page.h: one lesson as the body of a page.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_PAGE_H
#define SOCKRATES_DOCS_PAGE_H

#include "links.h"
#include "names.h"
#include "search.h"
#include "site.h"

#include "lesson/run.h"
#include "render/html.h"
#include "render/html_varying.h"

struct page_options {
    bool unsafe;                  /* raw HTML and every link pass through */
    bool whole;                   /* with what a page of a site has: a title, goals, headings that link to themselves */
    const char *title;            /* for a lesson that has none of its own; NULL: its name */
    size_t number;                /* tells lessons on one page apart */
    const char *where;            /* the badge of a live result: where it was run; NULL without */
    const char *yourself;         /* what a reader gives the tutor to run the lesson; NULL: that is not said */
    struct links *links;          /* looks after links; NULL: they stay as they are */
    struct search_writer *search; /* is told the page's words; NULL: nobody is */
    const struct lesson_run *run; /* NULL: the lesson was not run */
    struct complaints *notes;     /* is told of raw HTML that was left out; NULL: nobody is */
    const struct names *names;    /* explains errors at the end; NULL: they are not explained */
    const char *root;             /* the way up to the site's front page; with names */
    const char *programs;         /* address of a page for programs in other languages; NULL: they stand on this one */
    struct html_varying *varying; /* what its results show that varies; needed with a run */
};

struct page_result {
    struct text body;
    struct text outline;  /* the list of the page's sections; empty when it has none worth a list */
    struct text programs; /* what stands on the page for them; empty when there are none */
};

void page_render(struct page_result *result, const struct lesson *lesson, const struct page_options *options);
void page_result_free(struct page_result *result);

/* What the page is about, in a sentence or two of plain text: the front matter's, or how it begins. */
char *page_summary(const struct lesson *lesson);

/*
 * A fence of Lua with what came of it; `run` is NULL when it did not run, `folded` when the reader was asked.  Programs
 * go to `programs` where the options name a page for them.
 */
void page_block(struct text *out, struct text *programs, const struct lesson *lesson, const struct block *block,
                const struct block_run *run, const struct page_options *options, bool folded);

/* A task list as a quiz that works without script.  `number` tells the page's quizzes apart. */
void page_quiz(struct text *out, struct html *html, const struct quiz *quiz, size_t number);

#endif
