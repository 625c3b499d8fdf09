/*
 * key.h: what proves that a message is from somebody who may send it.  Floor: kernel.
 */
#ifndef SOCKRATES_KERNEL_KEY_H
#define SOCKRATES_KERNEL_KEY_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* The parts of a message that are signed: header, parent, metadata, content. */
#define KEY_PARTS 4

/* HMAC-SHA256 in hexadecimal digits. */
#define KEY_DIGITS 64

/* The secret is borrowed; an empty one signs nothing and believes everybody. */
struct key {
    struct span secret;
};

/* Before anything else of this file; false when this machine has no cryptography. */
bool key_begin(void);

/* "" where nothing is signed. */
void key_sign(char digits[KEY_DIGITS + 1], const struct key *key, const struct span parts[KEY_PARTS]);

/* Takes the same time whatever is wrong. */
bool key_accepts(const struct key *key, struct span signature, const struct span parts[KEY_PARTS]);

/* A name that nobody else has, of 32 digits. */
void key_name(char digits[33]);

#endif
