/*
 * chain.h: entries, each joined to the one before by a hash.  Floor: lesson.
 *
 * An entry is a JSON object; its text is that object in one line, keys sorted, without spaces.  Its digest is the
 * SHA-256 of the text.  Its link is the SHA-256 of the link before it, of which the first entry has none, and the
 * digest, both in hexadecimal.  So a chain can be followed also where only the digest of an entry is known.
 *
 * A chain shows what was changed by somebody who did not compute it anew.  Anybody can: it is no signature.
 */
#ifndef SOCKRATES_LESSON_CHAIN_H
#define SOCKRATES_LESSON_CHAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Digits of a digest and of a link, and the zero byte. */
#define CHAIN_ROOM 65

/* The text of an entry; yours to free. */
char *chain_text(const json_t *entry);

void chain_digest(const char *bytes, size_t length, char digest[CHAIN_ROOM]);

/* `before` is "" for the first entry; it may be the same room as `link`. */
void chain_link(const char *before, const char *digest, char link[CHAIN_ROOM]);

/* Text from outside as an entry may hold it: valid UTF-8, other control characters than line ends and tabs spelt out.
 */
json_t *chain_string(const char *text);

/*
 * Follows a list of {"entry": {...}, "link": "..."}, or {"digest": "...", "link": "..."} where the entry was left out.
 * The index of the first that does not fit to those before it; the length of the list when all do.
 */
size_t chain_broken(const json_t *list);

#endif
