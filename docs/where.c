#include "where.h"

#include "base/span.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* NAME=value, or in quotes, of a line of os-release(5); "" when there is none.  Yours to free. */
static char *value_of(const char *file, const char *name)
{
    struct text value = TEXT_EMPTY;
    size_t length = strlen(name);
    for (struct span line; span_next_line(&file, &line);) {
        if (strncmp(line.text, name, length) != 0 || line.text[length] != '=')
            continue;
        const char *begin = line.text + length + 1;
        begin += *begin == '"' || *begin == '\'';
        text_add_bytes(&value, begin, strcspn(begin, "\"'\n"));
    }
    return text_steal(&value);
}

/* "Debian GNU/Linux 12"; "" where nobody says. */
static char *system_name(void)
{
    struct text file = TEXT_EMPTY;
    if (!text_read_file(&file, "/etc/os-release"))
        text_read_file(&file, "/usr/lib/os-release");
    char *name = value_of(text_string(&file), "NAME"), *version = value_of(text_string(&file), "VERSION_ID");
    char *whole = text_make("%s%s%s", name, *name && *version ? " " : "", version);
    free(name);
    free(version);
    text_free(&file);
    return whole;
}

char *where_run(bool lab)
{
    struct utsname name;
    char *system = system_name();
    uname(&name);
    char *where = text_make("ran on %s%s%s %s, %s, Sockrates %s", system, *system ? ", " : "", name.sysname,
                            name.release, lab ? "in a lab" : "loopback", SOCKRATES_VERSION);
    free(system);
    return where;
}
