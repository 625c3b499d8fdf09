#include "lesson/options.h"

#include "base/array.h"
#include "base/duration.h"
#include "base/memory.h"
#include "base/rows.h"
#include "base/text.h"
#include "lab/fault.h"
#include "lesson/error_names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* `why` says what is wrong with the value and how to write it; empty when it is right. */
typedef void option_reader(struct block *block, const char *value, struct text *why);

struct flag {
    const char *name;
    unsigned bit;
};

static const struct flag panes[] = {{"value", PANE_VALUE},   {"output", PANE_OUTPUT}, {"calls", PANE_CALLS},
                                    {"ladder", PANE_LADDER}, {"state", PANE_STATE},   {"packets", PANE_PACKETS},
#define PANE(symbol, word, nothing) {#word, PANE_OF_CHART(CHART_##symbol)},
                                    CHART_ROWS(PANE)
#undef PANE
};

static const struct flag needs[] = {{"lab", NEED_LAB}, {"raw", NEED_RAW}, {"ipv6", NEED_IPV6}};

static void add_flag_names(struct text *text, const struct flag *flags, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_format(text, "%s%s", i == 0 ? "" : ", ", flags[i].name);
}

static unsigned flag_bit(const char *word, const struct flag *flags, size_t count, struct text *why)
{
    const struct flag *flag = row_named(flags, count, sizeof *flags, word);
    if (flag != NULL)
        return flag->bit;
    const char *nearest = row_nearest(flags, count, sizeof *flags, word);
    text_format(why, "`%s` is none of ", word);
    add_flag_names(why, flags, count);
    text_add(why, ".");
    if (nearest != NULL)
        text_format(why, " Did you mean `%s`?", nearest);
    return 0;
}

/* "a,b" as bits; stops at the first word that is wrong. */
static unsigned flag_bits(const char *value, const struct flag *flags, size_t count, struct text *why)
{
    char *words = memory_copy(value), *rest = words;
    unsigned bits = 0;
    for (char *word; why->length == 0 && (word = strsep(&rest, ", ")) != NULL;)
        if (*word != '\0')
            bits |= flag_bit(word, flags, count, why);
    if (bits == 0 && why->length == 0) {
        text_add(why, "Name at least one of ");
        add_flag_names(why, flags, count);
        text_add(why, ".");
    }
    free(words);
    return bits;
}

static void read_error(struct block *block, const char *value, struct text *why)
{
    if (!error_name_known(value)) {
        const char *nearest = error_name_nearest(value);
        text_format(why, "`%s` is no error.", value);
        if (nearest != NULL)
            text_format(why, " Did you mean `%s`?", nearest);
        else
            text_add(why, " Name an errno symbol like ECONNREFUSED or a class like TimeoutError.");
        return;
    }
    free(block->error);
    block->error = memory_copy(value);
}

static void read_timeout(struct block *block, const char *value, struct text *why)
{
    if (!duration_read_limit(value, &block->timeout))
        text_format(why, "`%s` is no limit. Write it like timeout=2s or timeout=500ms.", value);
}

/* "±20%", "+-20%" or nothing. */
static bool read_percent(const char *text, int *percent)
{
    static const char *const signs[] = {"±", "+-", "+/-"};
    if (*text == '\0')
        return true;
    for (size_t i = 0; i < ROW_COUNT(signs); i++) {
        size_t length = strlen(signs[i]);
        if (strncmp(text, signs[i], length) != 0 || !isdigit((unsigned char)text[length]))
            continue;
        char *end;
        long value = strtol(text + length, &end, 10);
        if (strcmp(end, "%") != 0 || value < 1 || value > 100)
            return false;
        *percent = (int)value;
        return true;
    }
    return false;
}

static void read_time(struct block *block, const char *value, struct text *why)
{
    const char *rest;
    int64_t duration;
    int percent = 20;
    if (duration_read(value, &duration, &rest) && duration > 0 && read_percent(rest, &percent)) {
        block->time = duration;
        block->percent = percent;
        return;
    }
    text_format(why, "`%s` is no time. Write it like time=0.5s±20%%.", value);
}

static void read_show(struct block *block, const char *value, struct text *why)
{
    block->show = flag_bits(value, panes, ROW_COUNT(panes), why);
}

static void read_needs(struct block *block, const char *value, struct text *why)
{
    block->needs = flag_bits(value, needs, ROW_COUNT(needs), why);
}

static bool is_asked(const struct block *block, const struct fault_wish *wish)
{
    for (size_t i = 0; i < block->fault_count; i++)
        if (block->faults[i].fault == wish->fault && block->faults[i].first == wish->first)
            return true;
    return false;
}

static void read_fault(struct block *block, const char *word, struct text *why)
{
    struct fault_wish wish;
    const char *nearest;
    if (!fault_read(&wish, word, &nearest)) {
        text_format(why, "`%s` is no fault.", word);
        if (nearest != NULL)
            text_format(why, " Did you mean `%s`?", nearest);
        for (const struct fault *fault = faults; nearest == NULL && fault->name != NULL; fault++)
            text_format(why, "%s%s%s", fault == faults ? " There are " : ", ", fault->name, fault[1].name ? "" : ".");
    } else if (is_asked(block, &wish)) {
        text_format(why, "`%s` stands there twice.", word);
    } else {
        ARRAY_ADD(block->faults, block->fault_count, wish);
    }
}

/* "{split,rst}", or without the braces. */
static void read_faults(struct block *block, const char *value, struct text *why)
{
    char *words = memory_copy(value), *rest = words;
    for (char *word; why->length == 0 && (word = strsep(&rest, "{}, ")) != NULL;)
        if (*word != '\0')
            read_fault(block, word, why);
    if (block->fault_count == 0 && why->length == 0)
        text_add(why, "Name at least one, as in faults={split,rst}.");
    free(words);
}

/* Every option but #id.  Names with a dot take no value. */
static const struct option {
    const char *name;
    option_reader *read;
    enum block_role role; /* of a name with a dot and no reader */
} options[] = {
    {.name = ".ignore"},
    {.name = ".hidden"},
    {.name = ".starter", .role = BLOCK_STARTER},
    {.name = ".solution", .role = BLOCK_SOLUTION},
    {.name = ".check", .role = BLOCK_CHECK},
    {.name = ".setup", .role = BLOCK_SETUP},
    {.name = ".wrong", .role = BLOCK_WRONG},
    {.name = "error", .read = read_error},
    {.name = "timeout", .read = read_timeout},
    {.name = "time", .read = read_time},
    {.name = "show", .read = read_show},
    {.name = "needs", .read = read_needs},
    {.name = "faults", .read = read_faults},
};

static void complain_unknown(const char *name, const struct place *place)
{
    const char *nearest = row_nearest(ROWS(options), name);
    if (nearest != NULL) {
        complain_at(place, "Unknown option `%s`. Did you mean `%s`?", name, nearest);
        return;
    }
    struct text known = TEXT_EMPTY;
    for (size_t i = 0; i < ROW_COUNT(options); i++)
        text_format(&known, ", %s%s", options[i].name, options[i].name[0] == '.' ? "" : "=");
    complain_at(place, "Unknown option `%s`. A block knows #id%s.", name, text_string(&known));
    text_free(&known);
}

static void read_id(struct block *block, const char *id, const struct place *place)
{
    bool good = isalpha((unsigned char)*id);
    for (const char *c = id; *c != '\0'; c++)
        good = good && (isalnum((unsigned char)*c) || strchr("-_.", *c) != NULL);
    if (!good)
        complain_at(place, "`#%s` is no id. An id begins with a letter; letters, digits, - _ . may follow.", id);
    else if (block->id != NULL)
        complain_at(place, "A block has one id; this one has #%s and #%s.", block->id, id);
    else
        block->id = memory_copy(id);
}

static void apply_name(struct block *block, const struct option *option, const struct place *place)
{
    if (strcmp(option->name, ".ignore") == 0)
        block->ignored = true;
    else if (strcmp(option->name, ".hidden") == 0)
        block->hidden = true;
    else if (block->role != BLOCK_PLAIN && block->role != option->role)
        complain_at(place, "A block has one part in its exercise, never two of them. Split it.");
    else
        block->role = option->role;
    block->hidden = block->hidden || block->role == BLOCK_SETUP;
}

static void apply_value(struct block *block, const struct option *option, const char *value, const struct place *place)
{
    struct text why = TEXT_EMPTY;
    option->read(block, value, &why);
    if (why.length > 0)
        complain_at(place, "%s: %s", option->name, text_string(&why));
    text_free(&why);
}

/* `word` may be written to. */
static void read_word(struct block *block, char *word, const struct place *place)
{
    if (*word == '#') {
        read_id(block, word + 1, place);
        return;
    }
    char *value = strchr(word, '=');
    if (value != NULL)
        *value++ = '\0';
    const struct option *option = row_named(ROWS(options), word);
    if (option == NULL)
        complain_unknown(word, place);
    else if (option->read == NULL && value != NULL)
        complain_at(place, "`%s` takes no value. Leave `=%s` out.", word, value);
    else if (option->read != NULL && (value == NULL || *value == '\0'))
        complain_at(place, "`%s` needs a value: %s=…", word, word);
    else if (option->read == NULL)
        apply_name(block, option, place);
    else
        apply_value(block, option, value, place);
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* What stands between the braces, in a copy (*copy, yours to free); NULL with a complaint without braces. */
static char *inside_braces(const char *braces, char **copy, const struct place *place)
{
    *copy = memory_copy(braces);
    char *text = trim(*copy);
    size_t length = strlen(text);
    if (length == 0)
        return text;
    if (text[0] == '{' && text[length - 1] == '}') {
        text[length - 1] = '\0';
        return text + 1;
    }
    complain_at(place,
                text[0] == '{' ? "The options begin with { but do not end with }: %s"
                               : "Options stand in braces: write {%s}.",
                text);
    return NULL;
}

/* The next word of *rest, values in "quotes" or {braces} may hold spaces; NULL at the end. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t");
    if (*word == '\0')
        return NULL;
    char *to = word, *from = word;
    bool quoted = false, braced = false;
    for (; *from != '\0' && (quoted || braced || !isspace((unsigned char)*from)); from++) {
        if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
        braced = *from == '{' || (braced && *from != '}');
    }
    *rest = *from == '\0' ? from : from + 1;
    *to = '\0';
    return word;
}

void options_read(struct block *block, const char *braces, const struct place *place)
{
    char *copy, *rest = inside_braces(braces, &copy, place);
    for (char *word; rest != NULL && (word = next_word(&rest)) != NULL;)
        read_word(block, word, place);
    if (block->fault_count > 0 && block->role != BLOCK_CHECK)
        complain_at(place, "faults= belongs on the .check block: it is the check that judges each of them.");
    free(copy);
}

bool options_have_role(const char *braces)
{
    for (size_t i = 0; i < ROW_COUNT(options); i++) {
        const char *name = options[i].name, *found = options[i].role != BLOCK_PLAIN ? strstr(braces, name) : NULL;
        if (found != NULL && !isalnum((unsigned char)found[strlen(name)]))
            return true;
    }
    return false;
}

/* What an output fence may hold. */
static const struct flag pictures[] = {{".ladder", PANE_LADDER},
#define PICTURE(symbol, word, nothing) {"." #word, PANE_OF_CHART(CHART_##symbol)},
                                       CHART_ROWS(PICTURE)
#undef PICTURE
};

static void complain_picture(const char *word, const struct place *place)
{
    struct text names = TEXT_EMPTY;
    for (size_t i = 0; i < ROW_COUNT(pictures); i++)
        text_format(&names, "%s`%s`", text_joint(i, ROW_COUNT(pictures), " and "), pictures[i].name);
    complain_at(place, "Unknown option `%s`. An output fence knows only %s.", word, text_string(&names));
    text_free(&names);
}

void options_read_output(unsigned *pane, const char *braces, const struct place *place)
{
    char *copy, *rest = inside_braces(braces, &copy, place);
    for (char *word; rest != NULL && (word = next_word(&rest)) != NULL;) {
        const struct flag *picture = row_named(ROWS(pictures), word);
        if (picture != NULL)
            *pane = picture->bit;
        else
            complain_picture(word, place);
    }
    free(copy);
}

void options_read_twin(struct twin *twin, const char *braces, const struct place *place)
{
    char *copy, *rest = inside_braces(braces, &copy, place);
    for (char *word; rest != NULL && (word = next_word(&rest)) != NULL;) {
        if (strcmp(word, ".ignore") == 0)
            twin->ignored = true;
        else if (strcmp(word, ".hidden") == 0)
            twin->hidden = true;
        else
            complain_at(place,
                        "Unknown option `%s`. A step in another language knows only `.ignore` and `.hidden`; the rest "
                        "it has from its Lua block.",
                        word);
    }
    free(copy);
}

static void complain_spelling(const char *info, const char *name, const struct place *place)
{
    size_t length = strlen(name);
    if (strncmp(info, name, length) != 0)
        complain_at(place, "Write the language as `%s`, not `%.*s`.", name, (int)length, info);
    else if (info[length] == '{')
        complain_at(place, "Leave a space between `%s` and `{`, so that others still see plain `%s`.", name, name);
}

enum fence_language options_language(const char *info, const char **rest, const struct place *place)
{
    static const struct {
        const char *name;
        enum fence_language language;
        bool shown; /* in another spelling it is just shown */
    } languages[] = {{"lua", FENCE_LUA, false},
                     {"output", FENCE_OUTPUT, false},
                     {"python", FENCE_PYTHON, true},
                     {"c", FENCE_C, true}};

    for (size_t i = 0; i < ROW_COUNT(languages); i++) {
        const char *name = languages[i].name;
        size_t length = strlen(name);
        if ((languages[i].shown ? strncmp : strncasecmp)(info, name, length) != 0)
            continue;
        if (info[length] != '\0' && info[length] != '{' && !isspace((unsigned char)info[length]))
            continue;
        if (!languages[i].shown)
            complain_spelling(info, name, place);
        *rest = info + length;
        return languages[i].language;
    }
    *rest = "";
    return FENCE_OTHER;
}

unsigned options_needs(const char *value, const struct place *place)
{
    struct text why = TEXT_EMPTY;
    unsigned bits = flag_bits(value, needs, ROW_COUNT(needs), &why);
    if (why.length > 0)
        complain_at(place, "needs: %s", text_string(&why));
    text_free(&why);
    return bits;
}
