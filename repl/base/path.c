#include "base/path.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

char *path_folder(const char *path)
{
    return memory_copy_bytes(path, (size_t)(path_name(path) - path));
}

const char *path_below(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    if (length > 0 && strncmp(path, folder, length) == 0 && (path[length] == '/' || folder[length - 1] == '/'))
        path += length;
    return path + strspn(path, "/");
}

bool path_ends(const char *path, const char *end)
{
    return strlen(path) > strlen(end) && text_ends(path, end);
}

bool path_is_markdown(const char *path)
{
    return path_ends(path, ".md");
}

size_t path_stem(const char *path)
{
    return strlen(path) - (path_is_markdown(path) ? strlen(".md") : 0);
}

char *path_escape(const char *path)
{
    struct text text = TEXT_EMPTY;
    for (const char *c = path; *c != '\0'; c++)
        if (isalnum((unsigned char)*c) || strchr("-._~/", *c) != NULL)
            text_add_char(&text, *c);
        else
            text_format(&text, "%%%02X", (unsigned char)*c);
    return text_steal(&text);
}

char *path_unescape(const char *url, size_t length)
{
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < length; i++) {
        char digits[3] = "";
        if (url[i] == '%' && length - i > 2)
            memcpy(digits, url + i + 1, 2);
        bool coded = isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1]);
        char byte = coded ? (char)strtol(digits, NULL, 16) : '\0';
        text_add_char(&text, byte != '\0' ? byte : url[i]);
        i += byte != '\0' ? 2 : 0;
    }
    return text_steal(&text);
}

char *path_home(const char *path)
{
    const char *home = getenv("HOME");
    bool at_home = path[0] == '~' && (path[1] == '/' || path[1] == '\0');
    return at_home && home != NULL ? text_make("%s%s", home, path + 1) : memory_copy(path);
}

char *path_within(const char *from, const char *path)
{
    struct text whole = TEXT_EMPTY;
    const char *slash = strrchr(from, '/');
    text_add_bytes(&whole, from, slash ? (size_t)(slash - from) : 0);
    bool inside = true;
    for (const char *part = path; inside && *part != '\0';) {
        size_t length = strcspn(part, "/");
        if (length == 2 && strncmp(part, "..", 2) == 0) {
            const char *up = whole.length > 0 ? strrchr(whole.bytes, '/') : NULL;
            inside = whole.length > 0;
            text_cut(&whole, up ? (size_t)(up - whole.bytes) : 0);
        } else if (length > 0 && !(length == 1 && *part == '.')) {
            if (whole.length > 0)
                text_add_char(&whole, '/');
            text_add_bytes(&whole, part, length);
        }
        part += length + (part[length] == '/');
    }
    if (inside)
        return text_steal(&whole);
    text_free(&whole);
    return NULL;
}
