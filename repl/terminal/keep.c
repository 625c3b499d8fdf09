#include "terminal/keep.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool keep_in_file(enum subcommand_name name, const char *path, struct text *text)
{
    const char *bytes = text_string(text);
    bool written = false;
    if (strcmp(path, "-") == 0)
        written = fflush(stdout) == 0 && file_write_all(STDOUT_FILENO, bytes, text->length);
    else
        written =
            file_create(path, bytes, text->length) || (errno == EEXIST && file_replace(path, bytes, text->length));
    if (!written)
        command_line_tell(name, "cannot write %s: %s", path, strerror(errno));
    text_free(text);
    return written;
}
