#include "lesson/course_keys.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/rows.h"
#include "lesson/complain.h"
#include "lesson/front_matter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Digits with single dots between them: "2", "0.4.1". */
static bool is_version(const char *word)
{
    bool digit = false;
    for (; *word != '\0'; word++) {
        if (*word == '.' && (!digit || word[1] == '\0'))
            return false;
        digit = isdigit((unsigned char)*word);
        if (!digit && *word != '.')
            return false;
    }
    return digit;
}

bool course_wants_newer(const char *version)
{
    char *own = (char *)SOCKRATES_VERSION, *wanted = (char *)version;
    while (*wanted != '\0') {
        unsigned long has = strtoul(own, &own, 10), wants = strtoul(wanted, &wanted, 10);
        if (has != wants)
            return has < wants;
        own += *own == '.';
        wanted += *wanted == '.';
    }
    return false;
}

static void read_sockrates(void *owner, const struct front_value *value, const struct place *place)
{
    struct course_about *about = owner;
    if (!is_version(value->items[0])) {
        complain_at(place, "sockrates: `%s` is no version. Write the oldest one that will do, such as %s.",
                    value->items[0], SOCKRATES_VERSION);
        return;
    }
    free(about->sockrates);
    about->sockrates = memory_copy(value->items[0]);
}

/* It may be part of a folder's name, and it must not change by accident. */
static void read_id(void *owner, const struct front_value *value, const struct place *place)
{
    struct course_about *about = owner;
    const char *id = value->items[0];
    size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
    if (id[length] != '\0' || !isalnum((unsigned char)*id) || length > 64) {
        complain_at(place, "id: `%s` is no good name. Use up to 64 small letters, digits and - _ . in it.", id);
        return;
    }
    free(about->id);
    about->id = memory_copy(id);
}

static void read_exam(void *owner, const struct front_value *value, const struct place *place)
{
    struct course_about *about = owner;
    about->exam = front_flag("exam", "without hints and solutions", value, place);
}

static const struct front_key rows[] = {
    {.name = "title", .text = offsetof(struct course_about, title)},
    {.name = "version", .text = offsetof(struct course_about, version)},
    {.name = "license", .text = offsetof(struct course_about, license)},
    {.name = "authors", .list = true, .words = offsetof(struct course_about, authors)},
    {.name = "id", .read = read_id},
    {.name = "exam", .read = read_exam},
    {.name = "sockrates", .read = read_sockrates},
};

const struct front_keys course_keys = {"course", rows, ROW_COUNT(rows)};

void course_about_free(struct course_about *about)
{
    array_free_strings(about->authors.list, about->authors.count);
    free(about->title);
    free(about->version);
    free(about->license);
    free(about->id);
    free(about->sockrates);
}
