#include "lesson/complain.h"

#include "base/array.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>

static void add(struct complaints *complaints, const char *path, int line, const char *format, va_list list)
{
    struct text raw = TEXT_EMPTY;
    text_format_list(&raw, format, list);
    char *message = utf8_visible(text_string(&raw), raw.length); /* it may quote the file */
    text_free(&raw);
    ARRAY_ADD(complaints->list, complaints->count,
              (struct complaint){.path = utf8_name(path), .line = line, .message = message});
}

void complaints_add(struct complaints *complaints, const char *path, int line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add(complaints, path, line, format, list);
    va_end(list);
}

void complain_at(const struct place *place, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add(place->complaints, place->path, place->line, format, list);
    va_end(list);
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
