#include "terminal/record.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/span.h"
#include "base/text.h"
#include "session/source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void record_add(struct record *record, const char *code, const struct outcome *outcome)
{
    const struct outcome_error *error = &outcome->error;
    bool failed = outcome->kind == OUTCOME_ERROR;
    ARRAY_ADD(record->entries, record->count,
              (struct record_entry){
                  .code = memory_copy(code),
                  .text = outcome_text(outcome),
                  .error = failed ? memory_copy(error->symbol ? error->symbol : error->class) : NULL,
                  .valued = outcome->value_count > 0,
                  .stopped = outcome->kind == OUTCOME_INTERRUPTED,
                  .elapsed = outcome->elapsed,
              });
}

void record_clear(struct record *record)
{
    for (size_t i = 0; i < record->count; i++) {
        free(record->entries[i].code);
        free(record->entries[i].text);
        free(record->entries[i].error);
    }
    free(record->entries);
    *record = (struct record){NULL, 0};
}

const char **record_since(const struct record *record, size_t first, size_t *count)
{
    const char **list = NULL;
    *count = 0;
    for (size_t i = first; i < record->count; i++)
        if (!record->entries[i].stopped)
            ARRAY_ADD(list, *count, record->entries[i].code);
    return list;
}

static size_t trimmed(const char *code)
{
    size_t length = strlen(code);
    while (length > 0 && isspace((unsigned char)code[length - 1]))
        length--;
    return length;
}

/* --- a script ------------------------------------------------------------------------------------------- */

/* A script while it is written. */
struct script {
    bool global; /* no names are local: they are too many, or one is a constant and another variable later */
    struct text text;
};

/* Adds it if it parses as it is, and when more code follows. */
static bool try_code(struct script *script, struct text *code)
{
    size_t length = code->length;
    text_add(code, "\nlocal _");
    bool fine = source_parses(text_string(code), code->length);
    text_cut(code, length);
    if (fine)
        text_format(&script->text, "%s\n", text_string(code));
    return fine;
}

static bool try_form(struct script *script, const char *before, const char *code, const char *after)
{
    struct text whole = TEXT_EMPTY;
    text_format(&whole, "%s%s%s", before, code, after);
    bool fine = try_code(script, &whole);
    text_free(&whole);
    return fine;
}

/* The same with `return` before the last statement, where that shows a value. */
static bool try_returning(struct script *script, const char *before, const char *code, const char *after)
{
    size_t places[8], length = strlen(code), count = source_last_statements(code, length, true, places, 8);
    bool fine = false;
    for (size_t i = 0; i < count && !fine; i++) {
        struct text whole = TEXT_EMPTY;
        text_add_bytes(&whole, code, places[i]);
        text_format(&whole, "return %s", code + places[i]);
        fine = try_form(script, before, text_string(&whole), after);
        text_free(&whole);
    }
    return fine || try_form(script, before, code, after);
}

/* In a function of its own; its names stay known after it. */
static bool try_function(struct script *script, const struct record_entry *entry, const char *code)
{
    struct text global = TEXT_EMPTY;
    source_globalize(&global, code, strlen(code));
    const char *inside = text_string(&global) + strspn(text_string(&global), " ");
    const char *arguments = strstr(code, "...") != NULL ? "..." : "";
    char *before = text_make("%s%s(function(%s)\n    ", entry->error || entry->valued ? "print(" : ";",
                             entry->error ? "pcall" : "", arguments);
    char *after = entry->error ? text_make("\nend%s%s)) --> %s", *arguments ? ", " : "", arguments, entry->error)
                               : text_make("\nend)(%s)%s", arguments, entry->valued ? ")" : "");
    bool fine = try_returning(script, before, inside, after);
    free(before);
    free(after);
    text_free(&global);
    return fine;
}

/* What cannot run in a script is shown in it all the same. */
static void add_comment(struct script *script, const char *why, const char *code)
{
    text_format(&script->text, "-- %s:\n", why);
    for (struct span line; span_next_line(&code, &line);)
        text_format(&script->text, "-- %.*s\n", (int)line.length, line.text);
}

/* An expression shows its value at a prompt, but is no statement: a script must print it. */
/* As it was typed; a bracket would go on with the line before. */
static bool try_plain(struct script *script, const char *code)
{
    struct text plain = TEXT_EMPTY;
    if (script->global)
        source_globalize(&plain, code, strlen(code));
    else
        text_add(&plain, code);
    const char *text = text_string(&plain) + (script->global ? strspn(text_string(&plain), " ") : 0);
    bool closes = strstr(code, "<close>") != NULL;
    bool fine =
        closes ? try_form(script, "do\n    ", code, "\nend") : try_form(script, *text == '(' ? ";" : "", text, "");
    text_free(&plain);
    return fine;
}

static bool try_print(struct script *script, const char *code)
{
    const char *value = strncmp(code, "return ", 7) == 0 ? code + 7 : code;
    return try_form(script, "print(", value, ")") || try_form(script, "print(", value, "\n)");
}

static void add_statement(struct script *script, const struct record_entry *entry)
{
    char *code = memory_copy_bytes(entry->code, trimmed(entry->code));
    bool returns = strstr(code, "return") != NULL && strstr(code, "function") == NULL;
    if (entry->stopped)
        add_comment(script, "Stopped with Ctrl-C", code);
    else if ((!entry->valued || !try_print(script, code)) &&
             (entry->error != NULL || entry->valued || returns || !try_plain(script, code)) &&
             !try_function(script, entry, code))
        add_comment(script, entry->error ? entry->error : "No Lua", code);
    free(code);
}

static void write_script(struct text *out, const struct record *record)
{
    struct script script = {.global = false};
    do {
        text_clear(&script.text);
        text_add(&script.text, "-- Saved by Sockrates; run it with: sockrates run FILE\n");
        for (size_t i = 0; i < record->count; i++)
            add_statement(&script, &record->entries[i]);
        script.global = !script.global;
    } while (script.global && !source_parses(text_string(&script.text), script.text.length));
    text_add_bytes(out, text_string(&script.text), script.text.length);
    text_free(&script.text);
}

/* --- a lesson ------------------------------------------------------------------------------------------- */

/* The signs of a fence must be more than any run of them inside. */
static void add_fence(struct text *out, const char *inside, const char *info)
{
    size_t longest = 2;
    for (const char *at = inside; (at = strchr(at, '`')) != NULL;) {
        size_t run = strspn(at, "`");
        longest = run > longest ? run : longest;
        at += run;
    }
    text_add_repeat(out, "`", longest + 1);
    text_format(out, "%s\n%.*s\n", info, (int)trimmed(inside), inside);
    text_add_repeat(out, "`", longest + 1);
    text_add(out, "\n\n");
}

/* Free ports are others each time, and so are addresses in memory and where in the lesson an entry stands. */
static char *with_wildcards(const char *output)
{
    static const struct {
        const char *pattern, *wildcard;
    } rows[] = {
        {"((127\\.0\\.0\\.1|0\\.0\\.0\\.0|::1\\]?)['\"]?[,:] ?)[1-9][0-9]{3,4}", "<port>"},
        {"(: 0x)[0-9a-f]{6,}", "<...>"},
        {"(at line )[0-9]+", "<...>"},
    };
    char *text = memory_copy(output);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = TEXT_EMPTY;
        const char *at = text;
        regex_t regex;
        regmatch_t groups[2];
        if (regcomp(&regex, rows[i].pattern, REG_EXTENDED) != 0)
            continue;
        for (; regexec(&regex, at, 2, groups, 0) == 0; at += groups[0].rm_eo) {
            text_add_bytes(&out, at, (size_t)groups[1].rm_eo);
            text_add(&out, rows[i].wildcard);
        }
        regfree(&regex);
        text_add(&out, at);
        free(text);
        text = text_steal(&out);
    }
    return text;
}

static void write_lesson(struct text *out, const struct record *record)
{
    text_add(out, "# A session\n\nWhat was typed, and what came of it.\n\n");
    for (size_t i = 0; i < record->count; i++) {
        const struct record_entry *entry = &record->entries[i];
        if (entry->stopped) {
            add_fence(out, entry->code, "lua {.ignore}");
            continue;
        }
        char *info = entry->error ? text_make("lua {error=%s}", entry->error) : memory_copy("lua");
        char *shown = with_wildcards(entry->text);
        add_fence(out, entry->code, info);
        if (trimmed(shown) > 0)
            add_fence(out, shown, "output");
        free(shown);
        free(info);
    }
}

bool record_save(const struct record *record, const char *path)
{
    struct text out = TEXT_EMPTY;
    if (path_is_markdown(path))
        write_lesson(&out, record);
    else
        write_script(&out, record);
    bool written = file_create(path, text_string(&out), out.length);
    text_free(&out);
    return written;
}
