#include "kernel/key.h"

#include <sodium.h>
#include <string.h>

bool key_begin(void)
{
    return sodium_init() >= 0;
}

void key_sign(char digits[KEY_DIGITS + 1], const struct key *key, const struct span parts[KEY_PARTS])
{
    crypto_auth_hmacsha256_state state;
    unsigned char sum[crypto_auth_hmacsha256_BYTES];
    digits[0] = '\0';
    if (key->secret.length == 0)
        return;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key->secret.text, key->secret.length);
    for (size_t i = 0; i < KEY_PARTS; i++)
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].text, parts[i].length);
    crypto_auth_hmacsha256_final(&state, sum);
    sodium_bin2hex(digits, KEY_DIGITS + 1, sum, sizeof sum);
}

bool key_accepts(const struct key *key, struct span signature, const struct span parts[KEY_PARTS])
{
    char digits[KEY_DIGITS + 1];
    key_sign(digits, key, parts);
    return digits[0] == '\0' ||
           (signature.length == KEY_DIGITS && sodium_memcmp(signature.text, digits, KEY_DIGITS) == 0);
}

void key_name(char digits[33])
{
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(digits, 33, bytes, sizeof bytes);
}
