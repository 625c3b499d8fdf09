#include "lua/help.h"

#include "base/nearest.h"
#include "lua/enums.h"
#include "lua/errors.h"
#include "lua/globals.h"
#include "lua/words.h"

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
        struct help_entry entry = {.kind = receiver ? HELP_METHOD : HELP_FUNCTION,
                                   .signature = row->signature,
                                   .text = row->help,
                                   .module = module->name};
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
        struct help_entry entry = {
            .kind = HELP_CONSTANT, .text = words_for(row->name), .module = module->name, .value = row->value};
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
        struct help_entry entry = {
            .kind = HELP_ERROR, .text = class->help, .class = class->parent, .module = global ? NULL : "socket"};
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
        struct help_entry entry = {.kind = HELP_ERRNO, .text = words_for(symbol), .module = "errno", .value = code};
        if (!show(walk, &entry, "errno", ".", symbol))
            return false;
    }
    return true;
}

void help_each(bool (*visit)(void *self, const struct help_entry *entry), void *self)
{
    const struct walk walk = {visit, self};
    for (size_t i = 0; modules[i] != NULL; i++) {
        struct help_entry entry = {.kind = HELP_MODULE, .text = modules[i]->help, .module = modules[i]->name};
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

/* The name without its module or receiver. */
static const char *bare_of(const char *name)
{
    const char *sign = strrchr(name, ':');
    if (sign == NULL)
        sign = strrchr(name, '.');
    return sign ? sign + 1 : name;
}

struct search {
    char name[64];
    const char *bare;
    char sign; /* ':' or '.' before it, or nothing */
    int best;
    struct help_entry found;
};

/*
 * How likely it is what was meant; 0: not at all.  Its whole name counts most.  Without a module a method
 * comes before a function: `connect` is s:connect.  Behind an unknown word (a variable's name) it may be a
 * method too.
 */
static int likeness(const struct search *search, const struct help_entry *entry)
{
    if (strcmp(entry->name, search->name) == 0)
        return 100;
    bool method = entry->kind == HELP_METHOD, same = strcmp(entry->bare, search->bare) == 0;
    if (!same && strcasecmp(entry->bare, search->bare) != 0)
        return 0;
    if (search->sign == ':' && !method)
        return 0;
    return (same ? 50 : 0) + (method ? 20 : 10);
}

static bool compare(void *self, const struct help_entry *entry)
{
    struct search *search = self;
    int like = likeness(search, entry);
    if (like > search->best) {
        search->best = like;
        search->found = *entry;
    }
    return search->best < 100;
}

bool help_find(const char *name, struct help_entry *entry)
{
    struct search search = {.best = 0};
    /* Without parentheses, arguments and a question mark. */
    snprintf(search.name, sizeof search.name, "%.*s", (int)strcspn(name, "(?{ "), name);
    search.bare = bare_of(search.name);
    search.sign = search.bare > search.name ? search.bare[-1] : '\0';
    if (*search.bare == '\0')
        return false;
    help_each(compare, &search);
    if (search.best > 0)
        *entry = search.found;
    return search.best > 0;
}

/* --- describing ----------------------------------------------------------------------------------------- */

static void describe_module(struct text *markdown, const struct help_entry *entry)
{
    const struct module *module = modules[0];
    for (size_t i = 0; modules[i] != NULL; i++)
        if (strcmp(modules[i]->name, entry->module) == 0)
            module = modules[i];
    const struct function_row *row;
    const char *receiver, *before = NULL;
    for (size_t i = 0; (row = module_row_at(module, i, &receiver)) != NULL; i++) {
        bool first = i == 0 || (receiver != before && (receiver == NULL || before == NULL || strcmp(receiver, before)));
        if (first && receiver == NULL)
            text_add(markdown, "\n\nFunctions: ");
        else if (first)
            text_format(markdown, "\n\nMethods of `%s`: ", receiver);
        else
            text_add(markdown, ", ");
        text_format(markdown, "`%s`", row->name);
        before = receiver;
    }
}

static void describe_error(struct text *markdown, const struct help_entry *entry)
{
    if (entry->class != NULL)
        text_format(markdown, "\n\nIt is a kind of `%s`: `err:isa(%s)` is true for it too.", entry->class,
                    entry->class);
}

static void describe_errno(struct text *markdown, const struct help_entry *entry)
{
    int code = (int)entry->value;
    text_format(markdown, " is %d: %s. It is raised as `%s`.", code, strerror(code), error_class_of_errno(code));
    if (entry->text != NULL)
        text_format(markdown, "\n\n%s", entry->text);
    text_add(markdown, "\n\nManual: errno(3)");
}

static void describe_constant(struct text *markdown, const struct help_entry *entry)
{
    text_format(markdown, "\n\nIts value is %lld", (long long)entry->value);
    if (entry->class != NULL)
        text_format(markdown, "; it is a member of `%s.%s`", entry->module, entry->class);
    text_add(markdown, ".");
    if (strncmp(entry->bare, "EAI_", 4) == 0)
        text_format(markdown, "\n\nIt is the errno of a `socket.gaierror`: \"%s\".", gai_strerror((int)entry->value));
}

/* What else has the same name: s:poll and select.poll. */
struct others {
    struct text *markdown;
    const struct help_entry *entry;
    size_t count;
};

static bool add_other(void *self, const struct help_entry *entry)
{
    struct others *others = self;
    bool same = strcmp(entry->bare, others->entry->bare) == 0;
    if (!same || strcmp(entry->name, others->entry->name) == 0)
        return true;
    text_format(others->markdown, "%s`%s`", others->count++ == 0 ? "\n\nThere is also " : ", ", entry->name);
    return true;
}

void help_describe(struct text *markdown, const struct help_entry *entry)
{
    int before = (int)(strlen(entry->name) - strlen(entry->bare));
    text_format(markdown, "**%.*s%s**", before, entry->name, entry->signature ? entry->signature : entry->bare);
    if (entry->text != NULL && entry->kind != HELP_ERRNO)
        text_format(markdown, "\n\n%s", entry->text);
    if (entry->kind == HELP_MODULE)
        describe_module(markdown, entry);
    else if (entry->kind == HELP_ERROR)
        describe_error(markdown, entry);
    else if (entry->kind == HELP_ERRNO)
        describe_errno(markdown, entry);
    else if (entry->kind == HELP_CONSTANT)
        describe_constant(markdown, entry);
    struct others others = {.markdown = markdown, .entry = entry};
    help_each(add_other, &others);
    text_add(markdown, others.count > 0 ? ".\n" : "\n");
}

/* --- nearest -------------------------------------------------------------------------------------------- */

struct neighbours {
    struct nearest nearest;
    const char *const *taken;
    size_t count;
};

static bool try_name(void *self, const struct help_entry *entry)
{
    struct neighbours *neighbours = self;
    const char *name = entry->bare;
    for (size_t i = 0; i < neighbours->count; i++)
        if (strcmp(neighbours->taken[i], name) == 0)
            return true;
    nearest_try(&neighbours->nearest, name);
    return true;
}

size_t help_nearest(const char *name, const char *near[], size_t most)
{
    size_t count = 0;
    for (; count < most; count++) {
        struct neighbours neighbours = {nearest_to(bare_of(name)), near, count};
        help_each(try_name, &neighbours);
        if (neighbours.nearest.name == NULL)
            break;
        near[count] = neighbours.nearest.name;
    }
    return count;
}
