#include "lesson/lesson.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>

void complaints_add(struct complaints *complaints, const char *path, int line, const char *format, ...)
{
    struct text raw = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_format_list(&raw, format, list);
    va_end(list);
    char *message = utf8_visible(text_string(&raw), raw.length); /* it may quote the file */
    text_free(&raw);
    ARRAY_ADD(complaints->list, complaints->count,
              (struct complaint){.path = memory_copy(path), .line = line, .message = message});
}

void complaints_free(struct complaints *complaints)
{
    for (size_t i = 0; i < complaints->count; i++) {
        free(complaints->list[i].path);
        free(complaints->list[i].message);
    }
    free(complaints->list);
    *complaints = (struct complaints){0};
}
