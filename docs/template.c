#include "template.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "render/html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum part_kind { PART_TEXT, PART_ESCAPED, PART_RAW, PART_WITH, PART_WITHOUT, PART_END, PART_NOTE };

struct part {
    enum part_kind kind;
    const char *text; /* PART_TEXT: borrowed from the source */
    size_t length;
    size_t name; /* index of the value */
    size_t end;  /* PART_WITH, PART_WITHOUT: the part behind its PART_END */
    int line;
};

struct template
{
    char *source;
    struct part *parts;
    size_t count;
};

/* What is needed to read one template. */
struct reading {
    struct template *template;
    const char *path;
    const char *const *names;
    size_t count;
    struct complaints *complaints;
    int line;
    bool failed;
};

static const struct sign {
    const char *open, *close;
    enum part_kind kind;
} signs[] = {
    {"{{{", "}}}", PART_RAW}, {"{{#", "}}", PART_WITH}, {"{{^", "}}", PART_WITHOUT},
    {"{{/", "}}", PART_END},  {"{{!", "}}", PART_NOTE}, {"{{", "}}", PART_ESCAPED},
};

static const struct sign *sign_at(const char *text)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i].open, strlen(signs[i].open)) == 0)
            return &signs[i];
    return NULL;
}

static void add_part(struct reading *reading, struct part part)
{
    struct template *template = reading->template;
    part.line = reading->line;
    ARRAY_ADD(template->parts, template->count, part);
}

static void complain(struct reading *reading, int line, const char *what, const char *name)
{
    complaints_add(reading->complaints, reading->path, line, what, name);
    reading->failed = true;
}

/* The index of the name between begin and end; complains about one that is not known. */
static size_t name_between(struct reading *reading, const char *begin, const char *end)
{
    while (begin < end && isspace((unsigned char)*begin))
        begin++;
    while (begin < end && isspace((unsigned char)end[-1]))
        end--;
    char *name = memory_copy_bytes(begin, (size_t)(end - begin));
    size_t found = reading->count;
    for (size_t i = 0; i < reading->count; i++)
        if (strcmp(reading->names[i], name) == 0)
            found = i;
    if (found == reading->count) {
        const char *nearest = nearest_of(name, reading->names, reading->count);
        complaints_add(reading->complaints, reading->path, reading->line,
                       nearest ? "There is no value {{%s}}. Did you mean {{%s}}?" : "There is no value {{%s}}.", name,
                       nearest);
        reading->failed = true;
        found = 0;
    }
    free(name);
    return found;
}

static void count_lines(struct reading *reading, const char *begin, const char *end)
{
    for (; begin < end; begin++)
        reading->line += *begin == '\n';
}

/* Reads one sign; gives where it ends. */
static const char *read_sign(struct reading *reading, const char *at, const struct sign *sign)
{
    const char *begin = at + strlen(sign->open), *end = strstr(begin, sign->close);
    if (end == NULL) {
        complain(reading, reading->line, "%s has no end.", sign->open);
        return at + strlen(at);
    }
    if (sign->kind != PART_NOTE)
        add_part(reading, (struct part){.kind = sign->kind, .name = name_between(reading, begin, end)});
    count_lines(reading, at, end);
    return end + strlen(sign->close);
}

static void read_parts(struct reading *reading)
{
    for (const char *at = reading->template->source; *at != '\0';) {
        const struct sign *sign = sign_at(at);
        if (sign != NULL) {
            at = read_sign(reading, at, sign);
            continue;
        }
        const char *end = strstr(at, "{{");
        if (end == NULL)
            end = at + strlen(at);
        add_part(reading, (struct part){.kind = PART_TEXT, .text = at, .length = (size_t)(end - at)});
        count_lines(reading, at, end);
        at = end;
    }
}

/* Finds the end of every section; gives the part behind the one that began at `begin`. */
static size_t match_sections(struct reading *reading, size_t begin)
{
    struct part *parts = reading->template->parts;
    size_t count = reading->template->count;
    for (size_t i = begin + 1; i < count;) {
        if (parts[i].kind == PART_END) {
            if (parts[i].name != parts[begin].name)
                complain(reading, parts[i].line, "{{/%s}} closes another section than the one that is open.",
                         reading->names[parts[i].name]);
            return parts[begin].end = i + 1;
        }
        bool opens = parts[i].kind == PART_WITH || parts[i].kind == PART_WITHOUT;
        i = opens ? match_sections(reading, i) : i + 1;
    }
    complain(reading, parts[begin].line, "The section {{%s}} is not closed.", reading->names[parts[begin].name]);
    return parts[begin].end = count;
}

static void match_all(struct reading *reading)
{
    for (size_t i = 0; i < reading->template->count;) {
        const struct part *part = &reading->template->parts[i];
        if (part->kind == PART_END)
            complain(reading, part->line, "{{/%s}} closes nothing.", reading->names[part->name]);
        bool opens = part->kind == PART_WITH || part->kind == PART_WITHOUT;
        i = opens ? match_sections(reading, i) : i + 1;
    }
}

struct template *template_parse(const char *path, const char *text, const char *const *names, size_t count,
                                struct complaints *complaints)
{
    struct template *template = memory_new(1, sizeof *template);
    struct reading reading = {
        .template = template, .path = path, .names = names, .count = count, .complaints = complaints, .line = 1};
    template->source = memory_copy(text);
    read_parts(&reading);
    match_all(&reading);
    if (!reading.failed)
        return template;
    template_free(template);
    return NULL;
}

void template_free(struct template *template)
{
    if (template == NULL)
        return;
    free(template->source);
    free(template->parts);
    free(template);
}

void template_write(const struct template *template, struct text *out, const char *const *values)
{
    for (size_t i = 0; i < template->count;) {
        const struct part *part = &template->parts[i];
        const char *value = values[part->name];
        bool empty = value == NULL || value[0] == '\0';
        bool skip = (part->kind == PART_WITH && empty) || (part->kind == PART_WITHOUT && !empty);
        if (part->kind == PART_TEXT)
            text_add_bytes(out, part->text, part->length);
        else if (part->kind == PART_RAW && !empty)
            text_add(out, value);
        else if (part->kind == PART_ESCAPED && !empty)
            html_add(out, value);
        i = skip ? part->end : i + 1;
    }
}
