/*
 * words.h: the words of one page, each once.  Part of the site generator.
 *
 * A word is letters, digits, marks and underscores in small letters without accents, as theme/search.js reads a
 * question; a name with underscores counts as a whole and in its parts, and a run of Chinese or Japanese signs sign by
 * sign and in pairs.
 */
#ifndef SOCKRATES_DOCS_WORDS_H
#define SOCKRATES_DOCS_WORDS_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* In bytes; longer ones are no words. */
enum { WORD_LONGEST = 48 };

struct word {
    uint64_t head; /* its first eight bytes: most words are told apart by them */
    uint32_t hash;
    uint32_t begin;    /* in the words' text */
    uint32_t sections; /* in which it stands, bit by bit: 1 before the first, 2 in the first... */
    uint32_t times;
    uint8_t length; /* bytes; 6 bits are enough */
    uint8_t weight; /* the highest it was given */
};

struct words_of_page {
    struct text text;
    struct word *list; /* in the order they came */
    size_t count, room;
    uint32_t section; /* the number of the one that is being read, 0 before the first */
    uint32_t *table;  /* index into the list, plus one, by hash */
    size_t size;
};

void words_add(struct words_of_page *words, const char *text, size_t length, int weight);

/* The number of the word in the list, which it is added to when it is not there yet. */
size_t words_find(struct words_of_page *words, const char *word, size_t length);

/* What comes is in the next section of the page. */
void words_section(struct words_of_page *words);

void words_clear(struct words_of_page *words);
void words_free(struct words_of_page *words);

#endif
