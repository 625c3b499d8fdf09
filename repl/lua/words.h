/*
 * words.h: what constants and errors mean, in a sentence.  Floor: lua.
 */
#ifndef SOCKRATES_LUA_WORDS_H
#define SOCKRATES_LUA_WORDS_H

/* Of a constant or an errno symbol: "AF_INET", "ECONNREFUSED"; NULL where none is known. */
const char *words_for(const char *name);

#endif
