/*
 * site.h: what one site is made of.  Part of the site generator.
 *
 * Made once from the options and the course, then only read, by several threads at once; each page belongs
 * to the one thread that renders it.
 */
#ifndef SOCKRATES_DOCS_SITE_H
#define SOCKRATES_DOCS_SITE_H

#include "base/text.h"
#include "lesson/course.h"
#include "render/command_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct site_options {
    const char *source, *output;
    const char *theme;             /* a folder whose files come before the theme's own; NULL without */
    const char *url;               /* where the site will be, "https://example.org/sockets"; NULL unknown */
    const char *repository;        /* where the sources can be edited, see edit.h; NULL without */
    bool served;                   /* by ourselves, so that its root is known */
    bool unsafe;                   /* raw HTML and every link pass through */
    bool keep_going;               /* what is wrong is said but does not fail the build */
    bool run;                      /* run the lessons */
    bool only_known;               /* run nothing: show what is known, and what lessons recorded */
    bool fresh;                    /* run them although their outcomes are known */
    enum reference_wish reference; /* pages about the modules; fitting where lessons run Lua */
    int jobs;                      /* threads, and lessons at once; 0 for a good default */
};

/* A place that a page can be linked at, and a link of a page to another page. */
struct site_link {
    size_t page;    /* where it leads */
    char *fragment; /* without '#' */
    int line;
};

struct site_page {
    const struct course_entry *entry;
    const char *source; /* below the source folder: "04-connect.md"; of the reference's as if they lay in reference/ */
    char *file;         /* below the output folder: "04-connect.html" */
    char *address;      /* the same as an address */
    const char *title;  /* the entry's */
    char *summary;      /* one plain sentence or two; NULL unknown, and on long courses */
    int minutes;        /* 0 unknown */
    bool programs;      /* a page of programs stands beside it */
    unsigned id_count;
    uint32_t *ids; /* hashes of the page's ids */
    struct site_link *links;
    size_t link_count;
    char **files; /* below the source folder: what the page wants copied */
    size_t file_count;
    struct complaints complaints, notes; /* what is wrong; what the author should know */
};

struct site {
    const struct site_options *options;
    struct course *course;
    struct course *manual; /* the reference's; NULL: the site has none */
    char *folder;          /* the real name of the source folder, or of the folder of the one lesson */
    char *title;
    char *edit; /* what stands before a source that can be edited; NULL unknown */
    struct site_page *pages;
    struct course_entry summary; /* SUMMARY.md, as if it were a lesson */
    struct site_page front;      /* what SUMMARY.md says besides the lessons: its links, files and complaints */
    size_t count;                /* the lessons, then the reference's pages */
    size_t lessons;              /* of them */
    size_t *by_source;           /* indices of the pages, in the order of their sources */
};

/* NULL with complaints when there is nothing to make a site of.  `known` titles: see course_read_known(). */
struct site *site_new(const struct site_options *options, course_titles *known, void *self,
                      struct complaints *complaints);
void site_free(struct site *site);

/* Adds the manual's pages as if they lay in the folder reference/. The manual is the site's from now on. */
void site_add_manual(struct site *site, struct course *manual);

/* Long courses are told of in parts, so that no page grows with the course. */
bool site_is_long(const struct site *site);

/* The part of its course that the page stands in; NULL for none. */
const char *site_part(const struct site *site, size_t page);

/* The page made from the source below the source folder; -1 when there is none. */
int site_find(const struct site *site, const char *source);

/* The way from a page up to the site's front page: "", "../", "../../"... */
void site_add_root(struct text *out, const char *address);

uint64_t site_hash(const char *bytes, size_t length);

#endif
