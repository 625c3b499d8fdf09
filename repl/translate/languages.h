/*
 * languages.h: the languages, once.  Floor: translate.
 *
 * A row is a symbol, the word for commands, options and fences, and the name.  Its struct language is called language_
 * and the word; commands, options, help, completion and the tabs of pages are made from these rows, in this order.
 */
#ifndef SOCKRATES_TRANSLATE_LANGUAGES_H
#define SOCKRATES_TRANSLATE_LANGUAGES_H

#define LANGUAGES(row) row(PYTHON, python, "Python") row(C, c, "C")

#endif
