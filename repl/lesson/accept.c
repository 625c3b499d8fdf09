#include "lesson/accept.h"

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
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

/* How many signs a fence around this text needs, so that no line of the text closes it. */
static size_t fence_needed(const char *text, const struct fence *fence)
{
    struct source lines = source_of(text, strlen(text));
    size_t needed = fence->count;
    struct fence inner;
    for (int line = 1; line <= lines.lines; line++)
        if (source_fence(&lines, line, &inner) && inner.bare && inner.sign == fence->sign && inner.count >= needed)
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

/* The line of the fence that closes the block's output. */
static int last_line(const struct block *block)
{
    return block->expected_line + cmark_node_get_end_line(block->expected) - cmark_node_get_start_line(block->expected);
}

/* Adds the file's text up to the block's output fence and the fence with the new text; gives the line behind
 * it. */
static int add_output(struct text *out, const struct source *source, int from, const struct block *block,
                      const char *text)
{
    int first = block->expected_line, last = last_line(block);
    struct fence fence;
    size_t begin = source_offset(source, from);
    text_add_bytes(out, source->text + begin, source_offset(source, first) - begin);
    source_fence(source, first, &fence);
    size_t needed = fence_needed(text, &fence);
    add_fence(out, source, first, &fence, needed);
    add_content(out, text, fence.indent, line_end(source, first));
    add_fence(out, source, last, &fence, needed);
    return last + 1;
}

/* True when the fence stands in the file as a fence of its own and is closed. */
static bool can_write(const struct source *source, const struct block *block)
{
    struct fence fence;
    int first = block->expected_line, last = last_line(block);
    return source_fence(source, first, &fence) && last > first && source_closes(source, last, &fence);
}

/* The text to write when the block did what it should but for its output; NULL when nothing is to be written.
 */
static char *new_output(const struct block_run *run, struct expect_names *names)
{
    if (run->block->expected == NULL || run->block->expected_ladder || run->outcome == NULL)
        return NULL;
    struct block aside = *run->block;
    aside.expected = NULL;
    struct verdict verdict = verdict_of(&aside, run->outcome, names);
    free(verdict.message);
    if (verdict.kind != VERDICT_PASSED)
        return NULL;
    const char *expected = cmark_node_get_literal(run->block->expected);
    char *actual = outcome_text(run->outcome), *text = NULL;
    int line;
    if (!expect_match(expected, actual, names, &line))
        text = expect_accept(expected, actual, names);
    free(actual);
    return text;
}

char *accept_outputs(const struct lesson_run *run, size_t *length, struct accepted **list, size_t *count)
{
    struct source source = source_of(run->lesson->source, run->lesson->source_length);
    struct expect_names *names = expect_names_new();
    struct text out = TEXT_EMPTY;
    int from = 1;
    *list = memory_new(run->lesson->block_count + 1, sizeof **list);
    *count = 0;
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        const struct block *block = run->blocks[i].block;
        char *text = new_output(&run->blocks[i], names);
        if (text != NULL && can_write(&source, block)) {
            from = add_output(&out, &source, from, block, text);
            (*list)[(*count)++] = (struct accepted){block->expected_line, block};
        }
        free(text);
    }
    size_t begin = source_offset(&source, from);
    text_add_bytes(&out, source.text + begin, source.length - begin);
    *length = out.length;
    expect_names_free(names);
    source_free(&source);
    if (*count > 0)
        return text_steal(&out);
    text_free(&out);
    return NULL;
}
