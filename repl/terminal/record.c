#include "terminal/record.h"

#include "base/array.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

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

static size_t trimmed(const char *code)
{
    size_t length = strlen(code);
    while (length > 0 && isspace((unsigned char)code[length - 1]))
        length--;
    return length;
}

/* --- a script ------------------------------------------------------------------------------------------- */

/* An expression shows its value at a prompt, but is no statement: a script must print it. */
static void add_statement(struct text *out, const struct record_entry *entry)
{
    int length = (int)trimmed(entry->code);
    const char *code = entry->code;
    if (entry->error != NULL)
        text_format(out, "print(pcall(function()\n    %.*s\nend)) --> %s", length, code, entry->error);
    else if (entry->valued && strncmp(code, "return ", 7) == 0)
        text_format(out, "print(%.*s)", length - 7, code + 7);
    else if (entry->valued)
        text_format(out, "print(%.*s)", length, code);
    else
        text_add_bytes(out, code, (size_t)length);
    text_add_char(out, '\n');
}

static void write_script(struct text *out, const struct record *record)
{
    text_add(out, "-- Saved by Sockrates; run it with: sockrates run FILE\n");
    for (size_t i = 0; i < record->count; i++)
        if (record->entries[i].error == NULL || strcmp(record->entries[i].error, "SyntaxError") != 0)
            add_statement(out, &record->entries[i]);
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

/* Free ports are others each time. */
static char *with_wildcards(const char *output)
{
    static const char pattern[] = "(127\\.0\\.0\\.1|0\\.0\\.0\\.0|::1\\]?)(['\"]?[,:] ?)([1-9][0-9]{3,4})";
    struct text out = TEXT_EMPTY;
    regex_t regex;
    regmatch_t groups[4];
    if (regcomp(&regex, pattern, REG_EXTENDED) != 0)
        return memory_copy(output);
    while (regexec(&regex, output, 4, groups, 0) == 0) {
        text_add_bytes(&out, output, (size_t)groups[3].rm_so);
        text_add(&out, "<port>");
        output += groups[3].rm_eo;
    }
    regfree(&regex);
    text_add(&out, output);
    return text_steal(&out);
}

static void write_lesson(struct text *out, const struct record *record)
{
    text_add(out, "# A session\n\nWhat was typed, and what came of it.\n\n");
    for (size_t i = 0; i < record->count; i++) {
        const struct record_entry *entry = &record->entries[i];
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
