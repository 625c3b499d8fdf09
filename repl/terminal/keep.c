#include "terminal/keep.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool keep_in_file(const char *path, struct text *text)
{
    const char *bytes = text_string(text);
    bool written =
        file_create(path, bytes, text->length) || (errno == EEXIST && file_replace(path, bytes, text->length));
    if (!written)
        fprintf(stderr, "sockrates: cannot write %s: %s\n", path, strerror(errno));
    text_free(text);
    return written;
}
