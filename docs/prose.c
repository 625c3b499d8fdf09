#include "prose.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/span.h"
#include "lesson/markdown.h"
#include "lesson/quiz.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- links ---------------------------------------------------------------------------------------------- */

static const struct section *section_named(const struct lesson *lesson, const char *slug)
{
    for (size_t i = 0; i < lesson->section_count; i++)
        if (strcmp(lesson->sections[i].slug, slug) == 0)
            return &lesson->sections[i];
    return NULL;
}

/* A notebook's headings are found by their words, with hyphens between. */
static void add_fragment(struct text *out, const struct lesson *lesson, const char *fragment)
{
    const struct section *section = section_named(lesson, fragment);
    char *words = section ? path_escape(section->title) : memory_copy(fragment);
    text_add_char(out, '#');
    for (const char *c = words; *c != '\0'; c++) {
        bool space = strncmp(c, "%20", 3) == 0;
        text_add_char(out, space ? '-' : *c);
        c += space ? 2 : 0;
    }
    free(words);
}

static bool leads_out(const char *url)
{
    size_t scheme = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return url[scheme] == ':' || *url == '/';
}

/* Of the manual a notebook has no page: `:help` shows it. */
static bool leads_to_manual(const char *url)
{
    return strstr(url, "docs/manual/") != NULL;
}

/* Where the link leads from a notebook: another lesson's notebook lies where the lesson lay. */
static void add_url(struct text *out, const struct lesson *lesson, const char *url)
{
    size_t length = strcspn(url, "#");
    if (*url == '#')
        add_fragment(out, lesson, url + 1);
    else if (!leads_out(url) && length > 3 && strncmp(url + length - 3, ".md", 3) == 0)
        text_format(out, "%.*s.ipynb", (int)(length - 3), url);
    else
        text_add(out, url);
}

/* The bracket that the text of a link began with, in what is written already; NULL without one. */
static char *opening_bracket(const struct text *out)
{
    int depth = 0;
    for (size_t at = out->length; at-- > 0;) {
        depth += out->bytes[at] == ']';
        if (out->bytes[at] == '[' && depth-- == 0)
            return out->bytes + at;
    }
    return NULL;
}

/* The text of a link that leads nowhere stays. */
static void unlink_text(struct text *out)
{
    char *bracket = opening_bracket(out);
    if (bracket == NULL)
        return;
    memmove(bracket, bracket + 1, out->length - (size_t)(bracket + 1 - out->bytes));
    text_cut(out, out->length - 1);
}

/* From behind the text of a link, "](url)"; gives what was read of it. */
static size_t add_link(struct text *out, const struct lesson *lesson, struct span rest)
{
    size_t end = 2;
    while (end < rest.length && strchr(" )\t", rest.text[end]) == NULL)
        end++;
    char *url = memory_copy_bytes(rest.text + 2, end - 2);
    if (leads_to_manual(url) && end < rest.length && rest.text[end] == ')') {
        unlink_text(out);
        end++;
    } else {
        text_add(out, "](");
        add_url(out, lesson, url);
    }
    free(url);
    return end;
}

/* --- lines ---------------------------------------------------------------------------------------------- */

/* The length of the code between backticks that begins here, on this line; 1 when it does not end. */
static size_t code_length(struct span rest)
{
    size_t ticks = 0;
    while (ticks < rest.length && rest.text[ticks] == '`')
        ticks++;
    for (size_t at = ticks; at < rest.length;) {
        size_t run = 0;
        while (at + run < rest.length && rest.text[at + run] == '`')
            run++;
        if (run == ticks)
            return at + run;
        at += run > 0 ? run : 1;
    }
    return ticks;
}

/* Text with its links; a dollar would begin a formula. */
static void add_words(struct text *out, const struct lesson *lesson, struct span line)
{
    while (line.length > 0) {
        size_t taken = 1;
        if (*line.text == '`') {
            taken = code_length(line);
            text_add_bytes(out, line.text, taken);
        } else if (*line.text == '\\' && line.length > 1) {
            taken = 2;
            text_add_bytes(out, line.text, taken);
        } else if (line.length > 2 && strncmp(line.text, "](", 2) == 0) {
            taken = add_link(out, lesson, line);
        } else {
            text_add(out, *line.text == '$' ? "\\" : "");
            text_add_char(out, *line.text);
        }
        line = span_after(line, taken);
    }
}

/* "[name]: address" */
static bool add_definition(struct text *out, const struct lesson *lesson, struct span line)
{
    static const char colon[] = "]: ";
    const char *end = *line.text == '[' ? memmem(line.text, line.length, colon, sizeof colon - 1) : NULL;
    if (end == NULL || line.text[1] == '^')
        return false;
    size_t before = (size_t)(end - line.text) + sizeof colon - 1;
    char *url = memory_copy_bytes(line.text + before, line.length - before);
    text_add_bytes(out, line.text, before);
    add_url(out, lesson, url);
    free(url);
    return true;
}

/* "> [!NOTE]" as a line of its own. */
static bool add_alert(struct text *out, struct span line)
{
    size_t at = strspn(line.text, " ");
    if (at >= line.length || line.text[at] != '>')
        return false;
    struct span mark = span_trim_end(span_after(line, at + 1));
    while (mark.length > 0 && *mark.text == ' ')
        mark = span_after(mark, 1);
    const struct markdown_alert *alert = markdown_alert_named(mark.text, mark.length);
    if (alert != NULL)
        text_format(out, "> **%s**\n>", alert->title);
    return alert != NULL;
}

static bool is_code(struct span line)
{
    return line.length >= 4 && strncmp(line.text, "    ", 4) == 0;
}

static void add_line(struct text *out, const struct lesson *lesson, struct span line)
{
    if (is_code(line))
        text_add_bytes(out, line.text, line.length);
    else if (line.length > 0 && !add_alert(out, line) && !add_definition(out, lesson, line))
        add_words(out, lesson, line);
}

/* "```lua {.ignore}" without its options. */
static void add_fence(struct text *out, struct span line, const struct fence *fence)
{
    size_t end = fence->indent + fence->count;
    while (end < line.length && !isspace((unsigned char)line.text[end]))
        end++;
    text_add_bytes(out, line.text, end);
}

static struct span line_at(const struct source *source, int line)
{
    struct span span;
    span.text = source_line(source, line, &span.length);
    return span;
}

static bool is_empty(const struct source *source, int line)
{
    struct span span = line_at(source, line);
    return span_trim_end(span).length == 0;
}

void prose_add(struct text *out, const struct lesson *lesson, const struct source *source, int first, int last)
{
    struct fence fence, open = {.count = 0};
    while (first <= last && is_empty(source, first))
        first++;
    while (first <= last && is_empty(source, last))
        last--;
    for (int line = first; line <= last; line++) {
        struct span span = line_at(source, line);
        bool closes = open.count > 0 && source_closes(source, line, &open);
        if (open.count == 0 && source_fence(source, line, &fence)) {
            open = fence;
            add_fence(out, span, &fence);
        } else if (open.count > 0) {
            text_add_bytes(out, span.text, span.length);
        } else {
            add_line(out, lesson, span);
        }
        if (closes)
            open.count = 0;
        text_add_char(out, '\n');
    }
}

/* --- quizzes -------------------------------------------------------------------------------------------- */

int prose_quiz_end(const struct quiz *quiz)
{
    return quiz_reason_end(quiz, &quiz->choices[quiz->count - 1]);
}

static char letter_of(size_t index)
{
    return (char)('A' + (index < 26 ? index : 25));
}

/* The first line without "- [x] ". */
static void add_answer(struct text *out, const struct lesson *lesson, const struct source *source,
                       const struct quiz *quiz, size_t index)
{
    const struct choice *choice = &quiz->choices[index];
    int begin = quiz_marker_line(quiz, choice), end = quiz_answer_end(quiz, choice);
    struct span line = line_at(source, begin);
    const char *bracket = memchr(line.text, ']', line.length);
    line = bracket ? span_after(line, (size_t)(bracket + 1 - line.text)) : line;
    while (line.length > 0 && *line.text == ' ')
        line = span_after(line, 1);
    text_format(out, "- **%c.** ", letter_of(index));
    add_line(out, lesson, line);
    text_add_char(out, '\n');
    prose_add(out, lesson, source, begin + 1, end);
}

void prose_add_answers(struct text *out, const struct lesson *lesson, const struct source *source,
                       const struct quiz *quiz)
{
    for (size_t i = 0; i < quiz->count; i++)
        add_answer(out, lesson, source, quiz, i);
}

void prose_add_reasons(struct text *out, const struct lesson *lesson, const struct source *source,
                       const struct quiz *quiz)
{
    text_add(out, "<details><summary>Who was right?</summary>\n\n");
    for (size_t i = 0; i < quiz->count; i++) {
        const struct choice *choice = &quiz->choices[i];
        int end = quiz_reason_end(quiz, choice), begin = quiz_answer_end(quiz, choice) + 1;
        text_format(out, "- **%c.** *%s*\n", letter_of(i), choice->right ? "Right." : "Not so.");
        if (begin <= end) {
            text_add_char(out, '\n');
            prose_add(out, lesson, source, begin, end);
        }
    }
    text_add(out, "\n</details>\n");
}
