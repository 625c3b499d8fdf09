#include "lesson/expect_names.h"

#include "base/array.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct bound {
    char *name, *value;
};

struct expect_names {
    struct bound *list;
    size_t count;
};

struct expect_names *expect_names_new(void)
{
    return memory_new(1, sizeof(struct expect_names));
}

size_t expect_names_mark(const struct expect_names *names)
{
    return names != NULL ? names->count : 0;
}

void expect_names_forget(struct expect_names *names, size_t mark)
{
    while (names != NULL && names->count > mark) {
        struct bound *last = &names->list[--names->count];
        free(last->name);
        free(last->value);
    }
}

void expect_names_free(struct expect_names *names)
{
    if (names == NULL)
        return;
    expect_names_forget(names, 0);
    free(names->list);
    free(names);
}

bool expect_names_bind(struct expect_names *names, struct span name, struct span value)
{
    if (names == NULL || name.length == 0)
        return true;
    for (size_t i = 0; i < names->count; i++)
        if (span_is(name, names->list[i].name))
            return span_is(value, names->list[i].value);
    ARRAY_ADD(names->list, names->count,
              (struct bound){
                  .name = memory_copy_bytes(name.text, name.length),
                  .value = memory_copy_bytes(value.text, value.length),
              });
    return true;
}
