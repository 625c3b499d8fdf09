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

/* The file with the new texts; NULL there means that the block keeps what it has. */
static char *write_file(const struct source *source, const struct lesson *lesson, char *const *texts, size_t *length)
{
    struct text out = TEXT_EMPTY;
    int from = 1;
    for (size_t i = 0; i < lesson->block_count; i++)
        if (texts[i] != NULL)
            from = add_output(&out, source, from, lesson->blocks[i], texts[i]);
    size_t begin = source_offset(source, from);
    text_add_bytes(&out, source->text + begin, source->length - begin);
    *length = out.length;
    return text_steal(&out);
}

/* Whether the block would pass with what the written file says. */
static bool would_pass(const struct block_run *run, const struct lesson *written, size_t index,
                       struct expect_names *names)
{
    const struct block *block = index < written->block_count ? written->blocks[index] : NULL;
    if (block == NULL || block->expected == NULL || run->outcome == NULL || strcmp(block->code, run->block->code) != 0)
        return false;
    int line;
    char *actual = outcome_text(run->outcome);
    bool same = expect_match(cmark_node_get_literal(block->expected), actual, names, &line);
    free(actual);
    return same;
}

/* Leaves out texts that would not pass when they are read again; false when there were any. */
static bool try_file(const struct lesson_run *run, char **texts, bool *refused, const char *file, size_t length)
{
    struct complaints complaints = {0};
    struct lesson *written = lesson_parse(run->lesson->path, file, length, &complaints);
    struct expect_names *names = expect_names_new();
    bool fine = true;
    for (size_t i = 0; i < run->lesson->block_count; i++) {
        /* Also those that stay as they are: what their names stand for counts for the others. */
        if (would_pass(&run->blocks[i], written, i, names) || texts[i] == NULL)
            continue;
        free(texts[i]);
        texts[i] = NULL;
        refused[i] = true;
        fine = false;
    }
    expect_names_free(names);
    lesson_free(written);
    complaints_free(&complaints);
    return fine;
}

char *accept_outputs(const struct lesson_run *run, size_t *length, struct accepted **list, size_t *count)
{
    const struct lesson *lesson = run->lesson;
    struct source source = source_of(lesson->source, lesson->source_length);
    struct expect_names *names = expect_names_new();
    char **texts = memory_new(lesson->block_count + 1, sizeof *texts), *file;
    bool *refused = memory_new(lesson->block_count + 1, sizeof *refused);
    for (size_t i = 0; i < lesson->block_count; i++) {
        texts[i] = new_output(&run->blocks[i], names);
        if (texts[i] != NULL && !can_write(&source, lesson->blocks[i])) {
            free(texts[i]);
            texts[i] = NULL;
            refused[i] = true;
        }
    }
    while (file = write_file(&source, lesson, texts, length), !try_file(run, texts, refused, file, *length))
        free(file);
    *list = memory_new(lesson->block_count + 1, sizeof **list);
    *count = 0;
    bool any = false;
    for (size_t i = 0; i < lesson->block_count; i++) {
        if (texts[i] != NULL || refused[i])
            (*list)[(*count)++] = (struct accepted){lesson->blocks[i]->expected_line, lesson->blocks[i], refused[i]};
        any = any || texts[i] != NULL;
        free(texts[i]);
    }
    free(texts);
    free(refused);
    expect_names_free(names);
    source_free(&source);
    if (any)
        return file;
    free(file);
    return NULL;
}
