#include "views/json_text.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

json_t *json_text_bytes(const char *bytes, size_t length)
{
    char *visible = utf8_visible(bytes, length);
    json_t *string = json_string(visible);
    free(visible);
    return string;
}

json_t *json_text(const char *bytes)
{
    return json_text_bytes(bytes, strlen(bytes));
}
