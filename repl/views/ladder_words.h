/*
 * ladder_words.h: what stands in a ladder.  Floor: views.
 *
 * The texts of lanes, cells and arrows, for every way to draw them.  Normal words are the same in every run:
 * no descriptors, no ports that the kernel chose.
 */
#ifndef SOCKRATES_VIEWS_LADDER_WORDS_H
#define SOCKRATES_VIEWS_LADDER_WORDS_H

#include "base/text.h"
#include "views/ladder.h"

/* The lane's name, "you", and below it where it listens, "127.0.0.1:4000", or nothing. */
void ladder_lane_name(struct text *out, const struct ladder *ladder, size_t lane, bool normal);
void ladder_lane_place(struct text *out, const struct ladder *ladder, size_t lane, bool normal);

/* A call in few words: "recv() = 5", "ECONNREFUSED", "says: ready". */
void ladder_cell_words(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell, bool normal);

/* Of a peer that failed why alone, as a lesson's file may keep it; nothing and false for any other cell. */
bool ladder_cell_reason(struct text *out, const struct ladder *ladder, const struct ladder_cell *cell);

/* What a cell is, for its looks. */
enum ladder_look { LADDER_CALL, LADDER_FAILED, LADDER_NOTED, LADDER_STATE };
enum ladder_look ladder_cell_look(const struct ladder *ladder, const struct ladder_cell *cell);

/* What an arrow carries: "hello" in quotes, end, reset, refused; shortened to so many columns. */
void ladder_arrow_words(struct text *out, const struct ladder *ladder, const struct ladder_arrow *arrow,
                        size_t columns);

/* What a row of another kind says: "0.50 s", "9,997 more times: send, recv". */
void ladder_row_words(struct text *out, const struct ladder *ladder, size_t row);

/*
 * The whole picture in sentences, one a line, for those who cannot see it:
 * "you: connect() = 0, to echo.  echo: accept() = 4."
 */
void ladder_sentences(struct text *out, const struct ladder *ladder, bool normal);

#endif
