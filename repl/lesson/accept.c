#include "lesson/accept.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "lesson/picture.h"
#include "lesson/source.h"

#include <stdlib.h>
#include <string.h>

/* The line end that the file uses on this line. */
static const char *line_end(const struct source *source, int line)
{
    size_t length;
    const char *text = source_line(source, line, &length);
    size_t end = (size_t)(text - source->text) + length;
    if (end >= source->length)
        return "\n";
    if (source->text[end] == '\n')
        return "\n";
    return end + 1 < source->length && source->text[end + 1] == '\n' ? "\r\n" : "\r";
}

/* How many signs a fence around this text needs, so that no line of the text closes it or looks like another. */
static size_t fence_needed(const char *text, const struct fence *fence)
{
    struct source lines = source_of(text, strlen(text));
    size_t needed = fence->count;
    struct fence inner;
    for (int line = 1; line <= lines.lines; line++)
        if (source_fence(&lines, line, &inner) && inner.sign == fence->sign && inner.count >= needed)
            needed = inner.count + 1;
    source_free(&lines);
    return needed;
}

/* Adds the fence's line, longer than it was where that is needed. */
static void add_fence(struct text *out, const struct source *source, int line, const struct fence *open, size_t needed)
{
    struct fence fence = *open;
    source_fence(source, line, &fence);
    size_t begin = source_offset(source, line), end = source_offset(source, line + 1);
    text_add_bytes(out, source->text + begin, fence.indent);
    for (size_t i = fence.count; i < needed; i++)
        text_add_char(out, fence.sign);
    text_add_bytes(out, source->text + begin + fence.indent, end - begin - fence.indent);
}

/* Adds the text's lines, indented as the fence is. */
static void add_content(struct text *out, const char *text, size_t indent, const char *end)
{
    for (struct span line; span_next_line(&text, &line);) {
        if (line.length > 0)
            text_add_repeat(out, " ", indent);
        text_add_bytes(out, line.text, line.length);
        text_add(out, end);
    }
}

/* One output fence of a block, and what it should hold from now on. */
struct fresh {
    const struct block_run *run;
    size_t index; /* of its block */
    cmark_node *node;
    int line;
    bool ladder;
    char *text; /* NULL: it keeps what it has */
    const char *refused;
};

static const char holds_wildcard[] = "since it would not pass: it holds a word such as <fd> that stands for something "
                                     "else. Write it by hand",
                  is_open[] = "as its fence is not closed. Write it by hand",
                  varies[] =
                      "since it is another one in each run. Write it by hand, with <port>, <ms> or <...> where it "
                      "differs";

/* What the fence is compared with, of that run of its block; yours to free, NULL for nothing. */
static char *observed(const struct fresh *fresh, const struct block_run *run)
{
    if (run->outcome == NULL)
        return NULL;
    return fresh->ladder ? picture_of(run->block, run->outcome) : outcome_text(run->outcome);
}

/* The line of the fence that closes the output. */
static int last_line(const struct fresh *fresh)
{
    return fresh->line + cmark_node_get_end_line(fresh->node) - cmark_node_get_start_line(fresh->node);
}

/* Adds the file's text up to the fence, and the fence with its new text; gives the line behind it. */
static int add_output(struct text *out, const struct source *source, int from, const struct fresh *fresh)
{
    int first = fresh->line, last = last_line(fresh);
    struct fence fence;
    size_t begin = source_offset(source, from);
    text_add_bytes(out, source->text + begin, source_offset(source, first) - begin);
    source_fence(source, first, &fence);
    size_t needed = fence_needed(fresh->text, &fence);
    add_fence(out, source, first, &fence, needed);
    add_content(out, fresh->text, fence.indent, line_end(source, first));
    add_fence(out, source, last, &fence, needed);
    return last + 1;
}

/* True when the fence stands in the file as a fence of its own and is closed. */
static bool can_write(const struct source *source, const struct fresh *fresh)
{
    struct fence fence;
    int first = fresh->line, last = last_line(fresh);
    return source_fence(source, first, &fence) && last > first && source_closes(source, last, &fence);
}

/* The text to write when the block did what it should but for its output; NULL when nothing is to be written. */
static char *new_output(const struct fresh *fresh, struct expect_names *names)
{
    char *actual = observed(fresh, fresh->run), *text = NULL;
    if (actual == NULL)
        return NULL;
    struct block aside = *fresh->run->block;
    aside.expected = aside.ladder = NULL;
    struct verdict verdict = verdict_of(&aside, fresh->run->outcome, names);
    free(verdict.message);
    const char *expected = cmark_node_get_literal(fresh->node);
    int line;
    if (verdict.kind == VERDICT_PASSED && !expect_match(expected, actual, names, &line))
        text = expect_accept(expected, actual, names);
    free(actual);
    return text;
}

/* The file with the new texts. */
static char *write_file(const struct source *source, const struct fresh *list, size_t count, size_t *length)
{
    struct text out = TEXT_EMPTY;
    int from = 1;
    for (size_t i = 0; i < count; i++)
        if (list[i].text != NULL)
            from = add_output(&out, source, from, &list[i]);
    size_t begin = source_offset(source, from);
    text_add_bytes(&out, source->text + begin, source->length - begin);
    *length = out.length;
    return text_steal(&out);
}

/* Whether that run of the block would pass with what the written file says. */
static bool would_pass(const struct fresh *fresh, const struct block_run *run, const struct lesson *written,
                       struct expect_names *names)
{
    const struct block *block = fresh->index < written->block_count ? written->blocks[fresh->index] : NULL;
    cmark_node *fence = block == NULL ? NULL : fresh->ladder ? block->ladder : block->expected;
    char *actual = observed(fresh, run);
    int line;
    bool same = fence != NULL && actual != NULL && strcmp(block->code, fresh->run->block->code) == 0 &&
                expect_match(cmark_node_get_literal(fence), actual, names, &line);
    free(actual);
    return same;
}

/* Leaves out texts that would not pass with what came of the run; false when there were any. */
static bool try_run(const struct lesson_run *run, struct fresh *list, size_t count, const struct lesson *written,
                    const char *why)
{
    struct expect_names *names = expect_names_new();
    bool fine = true;
    for (size_t i = 0; i < count; i++) {
        /* Also those that stay as they are: what their names stand for counts for the others. */
        if (would_pass(&list[i], &run->blocks[list[i].index], written, names) || list[i].text == NULL)
            continue;
        free(list[i].text);
        list[i].text = NULL;
        list[i].refused = why;
        fine = false;
    }
    expect_names_free(names);
    return fine;
}

/* The same when the file is read again. */
static bool try_file(const struct lesson_run *run, const struct lesson_run *again, struct fresh *list, size_t count,
                     const char *file, size_t length)
{
    struct complaints complaints = {0};
    struct lesson *written = lesson_parse(run->lesson->path, file, length, &complaints);
    bool fine = try_run(run, list, count, written, holds_wildcard) &&
                (again == NULL || try_run(again, list, count, written, varies));
    lesson_free(written);
    complaints_free(&complaints);
    return fine;
}

static int by_line(const void *a, const void *b)
{
    const struct fresh *first = a, *second = b;
    return first->line - second->line;
}

/* All output fences of the lesson in the order of the file. */
static struct fresh *collect(const struct lesson_run *run, size_t *count)
{
    struct fresh *list = memory_new(2 * run->lesson->block_count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        const struct block *block = run->blocks[i].block;
        if (block->expected != NULL)
            list[(*count)++] =
                (struct fresh){&run->blocks[i], i, block->expected, block->expected_line, .ladder = false};
        if (block->ladder != NULL)
            list[(*count)++] = (struct fresh){&run->blocks[i], i, block->ladder, block->ladder_line, .ladder = true};
    }
    array_sort(list, *count, sizeof *list, by_line);
    return list;
}

/* Tells what was changed or refused, and lets go of the texts; true when anything was changed. */
static bool tell(struct fresh *list, size_t fences, struct accepted **told, size_t *count)
{
    bool any = false;
    *told = memory_new(fences + 1, sizeof **told);
    *count = 0;
    for (size_t i = 0; i < fences; i++) {
        if (list[i].text != NULL || list[i].refused != NULL)
            (*told)[(*count)++] = (struct accepted){list[i].line, list[i].run->block, list[i].refused};
        any = any || list[i].text != NULL;
        free(list[i].text);
    }
    return any;
}

bool accept_wants(const struct lesson_run *run)
{
    size_t fences, wanted = 0;
    struct expect_names *names = expect_names_new();
    struct fresh *fresh = collect(run, &fences);
    for (size_t i = 0; i < fences; i++) {
        char *text = new_output(&fresh[i], names);
        wanted += text != NULL;
        free(text);
    }
    free(fresh);
    expect_names_free(names);
    return wanted > 0;
}

char *accept_outputs(const struct lesson_run *run, const struct lesson_run *again, size_t *length,
                     struct accepted **list, size_t *count)
{
    struct source source = source_of(run->lesson->source, run->lesson->source_length);
    struct expect_names *names = expect_names_new();
    size_t fences;
    struct fresh *fresh = collect(run, &fences);
    char *file;
    for (size_t i = 0; i < fences; i++) {
        fresh[i].text = new_output(&fresh[i], names);
        if (fresh[i].text != NULL && !can_write(&source, &fresh[i])) {
            free(fresh[i].text);
            fresh[i].text = NULL;
            fresh[i].refused = is_open;
        }
    }
    while (file = write_file(&source, fresh, fences, length), !try_file(run, again, fresh, fences, file, *length))
        free(file);
    if (!tell(fresh, fences, list, count)) {
        free(file);
        file = NULL;
    }
    free(fresh);
    expect_names_free(names);
    source_free(&source);
    return file;
}
