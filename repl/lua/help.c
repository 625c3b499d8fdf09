#include "lua/help.h"

#include "base/manual.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/globals.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- every entry ---------------------------------------------------------------------------------------- */

struct walk {
    bool (*visit)(void *self, const struct help_entry *entry);
    void *self;
};

/* False when the visitor has seen enough. */
static bool show(const struct walk *walk, struct help_entry *entry, const char *before, const char *sign,
                 const char *name)
{
    snprintf(entry->name, sizeof entry->name, "%s%s%s", before, sign, name);
    entry->bare = name;
    return walk->visit(walk->self, entry);
}

static bool walk_rows(const struct walk *walk, const struct module *module)
{
    const struct function_row *row;
    const char *receiver;
    for (size_t i = 0; (row = module_row_at(module, i, &receiver)) != NULL; i++) {
        struct help_entry entry = {.kind = receiver ? HELP_METHOD : HELP_FUNCTION, .module = module->name};
        if (!show(walk, &entry, receiver ? receiver : module->name, receiver ? ":" : ".", row->name))
            return false;
    }
    return true;
}

/* The enumeration whose rows these are and whose prefix the name has; NULL for plain integers. */
static const char *class_of(const struct module *module, const struct constant_row *rows, const char *name)
{
    const struct enum_class *const *class = module->enums;
    for (; class != NULL && *class != NULL; class ++)
        if ((*class)->rows == rows && strncmp(name, (*class)->prefix, strlen((*class)->prefix)) == 0)
            return (*class)->name;
    return NULL;
}

static bool walk_constants(const struct walk *walk, const struct module *module, const struct constant_row *all)
{
    for (const struct constant_row *row = all; row != NULL && row->name != NULL; row++) {
        struct help_entry entry = {.kind = HELP_CONSTANT, .module = module->name, .value = row->value};
        entry.class = class_of(module, all, row->name);
        if (!show(walk, &entry, module->name, ".", row->name))
            return false;
    }
    return true;
}

/* The enumerations' rows, each array once, then the plain ones. */
static bool walk_all_constants(const struct walk *walk, const struct module *module)
{
    const struct constant_row *before = NULL;
    for (size_t i = 0; module->enums != NULL && module->enums[i] != NULL; i++) {
        if (module->enums[i]->rows != before && !walk_constants(walk, module, module->enums[i]->rows))
            return false;
        before = module->enums[i]->rows;
    }
    return walk_constants(walk, module, module->constants);
}

static bool walk_errors(const struct walk *walk)
{
    for (const struct error_class *class = error_classes; class->name != NULL; class ++) {
        /* gaierror and herror stand in the socket module only, as in Python. */
        bool global = class->name[0] >= 'A' && class->name[0] <= 'Z';
        struct help_entry entry = {.kind = HELP_ERROR, .class = class->parent, .module = global ? NULL : "socket"};
        if (!show(walk, &entry, global ? "" : "socket", global ? "" : ".", class->name))
            return false;
    }
    return true;
}

#define HIGHEST_ERRNO 133

static bool walk_errnos(const struct walk *walk)
{
    for (int code = 1; code <= HIGHEST_ERRNO; code++) {
        const char *symbol = error_symbol(code);
        if (symbol == NULL)
            continue;
        struct help_entry entry = {.kind = HELP_ERRNO, .module = "errno", .value = code};
        if (!show(walk, &entry, "errno", ".", symbol))
            return false;
    }
    return true;
}

void help_each(bool (*visit)(void *self, const struct help_entry *entry), void *self)
{
    const struct walk walk = {visit, self};
    for (size_t i = 0; modules[i] != NULL; i++) {
        struct help_entry entry = {.kind = HELP_MODULE, .module = modules[i]->name};
        if (!show(&walk, &entry, "", "", modules[i]->name) || !walk_rows(&walk, modules[i]))
            return;
    }
    if (!walk_errors(&walk))
        return;
    for (size_t i = 0; modules[i] != NULL; i++)
        if (!walk_all_constants(&walk, modules[i]))
            return;
    walk_errnos(&walk);
}

/* --- finding -------------------------------------------------------------------------------------------- */

struct search {
    const char *name, *bare;
    struct help_entry *found;
    bool any, same; /* found; and in this spelling */
};

static bool compare(void *self, const struct help_entry *entry)
{
    struct search *search = self;
    bool whole = search->bare > search->name; /* "errno.EINTR" is no socket.EINTR */
    const char *known = whole ? entry->name : entry->bare, *wanted = whole ? search->name : search->bare;
    if (entry->kind == HELP_FUNCTION || entry->kind == HELP_METHOD || strcasecmp(known, wanted) != 0)
        return true;
    search->same = strcmp(known, wanted) == 0;
    if (search->same || !search->any)
        *search->found = *entry;
    search->any = true;
    return !search->same;
}

bool help_find(const char *name, struct help_entry *entry)
{
    struct search search = {.name = name, .bare = manual_bare(name), .found = entry};
    help_each(compare, &search);
    return search.any;
}

/* --- describing ----------------------------------------------------------------------------------------- */

static void describe_module(struct text *markdown, const struct help_entry *entry)
{
    const struct module *module = modules[0];
    for (size_t i = 0; modules[i] != NULL; i++)
        if (strcmp(modules[i]->name, entry->module) == 0)
            module = modules[i];
    const struct function_row *row;
    const char *receiver, *before = "";
    for (size_t i = 0; (row = module_row_at(module, i, &receiver)) != NULL; i++) {
        const char *now = receiver ? receiver : "functions";
        if (strcmp(now, before) == 0)
            text_add(markdown, ", ");
        else if (receiver == NULL)
            text_add(markdown, "Functions: ");
        else
            text_format(markdown, "%sMethods of `%s`: ", i > 0 ? "\n\n" : "", receiver);
        text_format(markdown, "`%s`", row->name);
        before = now;
    }
}

static void describe_errno(struct text *markdown, const struct help_entry *entry)
{
    int code = (int)entry->value;
    text_format(markdown, "is %d: %s. It is raised as `%s`.", code, strerror(code), error_class_of_errno(code));
}

static void describe_constant(struct text *markdown, const struct help_entry *entry)
{
    text_format(markdown, "Its value is %lld", (long long)entry->value);
    if (entry->class != NULL)
        text_format(markdown, "; it is a member of `%s.%s`", entry->module, entry->class);
    text_add(markdown, ".");
    if (strncmp(entry->bare, "EAI_", 4) == 0)
        text_format(markdown, "\n\nIt is the errno of a `socket.gaierror`: \"%s\".", gai_strerror((int)entry->value));
}

void help_facts(struct text *markdown, const struct help_entry *entry)
{
    if (entry->kind == HELP_MODULE)
        describe_module(markdown, entry);
    else if (entry->kind == HELP_ERROR && entry->class != NULL)
        text_format(markdown, "It is a kind of `%s`: `err:isa(%s)` is true for it too.", entry->class, entry->class);
    else if (entry->kind == HELP_ERRNO)
        describe_errno(markdown, entry);
    else if (entry->kind == HELP_CONSTANT)
        describe_constant(markdown, entry);
}
