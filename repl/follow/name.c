#include "follow/name.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS_MOST 16

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

bool name_is_interpreter(const char *path)
{
    const char *name = file_of(path);
    static const char *const names[] = {"python", "perl", "ruby", "node", "lua", "luajit", "php", "sh", "bash", "dash"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(name, names[i], length) == 0 && (name[length] == '\0' || isdigit((unsigned char)name[length])))
            return true;
    }
    return false;
}

char *name_of_arguments(char *const *arguments)
{
    const char *name = arguments[0] != NULL ? file_of(arguments[0]) : "?";
    if (arguments[0] == NULL || !name_is_interpreter(name))
        return memory_copy(name);
    for (size_t i = 1; arguments[i] != NULL; i++) {
        if (strcmp(arguments[i], "-m") == 0 && arguments[i + 1] != NULL)
            return memory_copy(arguments[i + 1]);
        if (strcmp(arguments[i], "-c") == 0)
            break;
        if (arguments[i][0] != '-')
            return memory_copy(file_of(arguments[i]));
    }
    return memory_copy(name);
}

char *name_of_process(pid_t process)
{
    char path[64], bytes[1024], *arguments[ARGUMENTS_MOST + 1];
    size_t count = 0;
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)process);
    FILE *file = fopen(path, "re");
    size_t length = file != NULL ? fread(bytes, 1, sizeof bytes - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    bytes[length] = '\0';
    for (size_t at = 0; at < length && count < ARGUMENTS_MOST; at += strlen(bytes + at) + 1)
        arguments[count++] = bytes + at;
    arguments[count] = NULL;
    return name_of_arguments(arguments);
}
