#include "session/code_language.h"

#include "follow/executable.h"

#include <string.h>

const struct code_language_row code_languages[CODE_LANGUAGES] = {
    [CODE_LUA] = {"lua", "Lua", "lua", NULL},
    [CODE_PYTHON] = {"python", "Python", "py", "python3"},
    [CODE_C] = {"c", "C", "c", "cc"},
};

bool code_language_of(const char *word, size_t length, enum code_language *language)
{
    for (size_t i = 0; i < CODE_LANGUAGES; i++) {
        if (strlen(code_languages[i].word) != length || strncmp(code_languages[i].word, word, length) != 0)
            continue;
        *language = (enum code_language)i;
        return true;
    }
    return false;
}

bool code_language_here(enum code_language language)
{
    if (code_languages[language].tool == NULL)
        return true;
    struct executable tool = executable_find(code_languages[language].tool);
    bool found = tool.path != NULL;
    executable_free(&tool);
    return found;
}
