/*
 * html.h: Markdown as HTML.  Floor: render.
 *
 * What comes out is what cmark makes of the same tree, plus ids for headings, alerts, folded parts and
 * highlighted code.  Text is escaped always; raw HTML and links that could run something pass only when the
 * options say so.  The tags that fold (details, summary) are understood, not passed through.
 */
#ifndef SOCKRATES_RENDER_HTML_H
#define SOCKRATES_RENDER_HTML_H

#include "base/html_escape.h"

#include <cmark.h>
#include <stdbool.h>
#include <stddef.h>

/* A page in the making: it knows which ids are taken. */
struct html;

/* What somebody who makes more of a page than its prose is told and asked; any function may be NULL. */
struct html_options {
    bool unsafe;  /* raw HTML and every link pass through */
    bool anchors; /* a heading is a link to itself */
    void *self;
    /* Asked before each code block and list: true when it was rendered, or left out, by the one asked. */
    bool (*replace)(void *self, struct text *out, cmark_node *node);
    /* Where a link or an image leads; NULL: where it says.  Borrowed until the next question. */
    const char *(*address)(void *self, cmark_node *node, const char *url);
    /* The id that a heading has already, reserved before; NULL: one is made from its words. */
    const char *(*id)(void *self, cmark_node *node);
    /* Told of every heading, with its id. */
    void (*heading)(void *self, cmark_node *node, const char *id);
    /* Told of every piece of text that a reader sees, `heading` when it stands in one. */
    void (*words)(void *self, const char *text, size_t length, bool heading);
    /* Told of raw HTML that was left out. */
    void (*dropped)(void *self, cmark_node *node);
};

/* The options are borrowed for as long as the page lives. */
struct html *html_new(const struct html_options *options);
void html_free(struct html *html);

/* Renders the sibling nodes first..last with all below them; both NULL: nothing. */
void html_nodes(struct html *html, struct text *out, cmark_node *first, cmark_node *last);

/* Keeps an id from being given to a heading: something else has it. */
void html_reserve_id(struct html *html, const char *id);

/* <pre><code> with the code highlighted as the fence's first word says; `info` may be "". */
void html_code(struct text *out, const char *info, const char *code);

#endif
