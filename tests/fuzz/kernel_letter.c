/*
 * Any frames as a message, any text as a cell: what is read stays within them, and what is accepted was signed.
 *
 * A zero byte ends a frame. The key is empty for half of the inputs, so that the parts are read as well.
 */
#include "kernel/cell.h"
#include "kernel/letter.h"

#include "base/array.h"
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_cell(const char *code)
{
    struct cell cell = cell_read(code);
    const char *end = code + strlen(code);
    for (size_t i = 0; i < cell.count; i++)
        if (cell.pieces[i].kind != PIECE_NETWORK &&
            (cell.pieces[i].text.text < code || cell.pieces[i].text.text + cell.pieces[i].text.length > end))
            abort();
    cell_free(&cell);
}

static void read_letter(const struct span *frames, size_t count, const char *secret)
{
    const struct key key = {{secret, strlen(secret)}};
    const char *why = NULL;
    struct letter *letter = letter_read(frames, count, &key, &why);
    if ((letter == NULL) != (why != NULL) || (letter != NULL && *secret != '\0'))
        abort();
    if (letter != NULL)
        letter_flag(letter, letter_string(letter, "code", "silent"), false);
    letter_free(letter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    if (!begun && !key_begin())
        abort();
    begun = true;
    char *text = memory_copy_bytes((const char *)data, size);
    struct span *frames = NULL;
    size_t count = 0;
    for (size_t at = 0; at < size; at += strlen(text + at) + 1)
        ARRAY_ADD(frames, count, (struct span){text + at, strlen(text + at)});
    read_letter(frames, count, "");
    read_letter(frames, count, "nobody knows it");
    read_cell(text);
    free(frames);
    free(text);
    return 0;
}
