/*
 * github_table.c: a paragraph that is a table.
 *
 * A row of signs, "|---|:-:|", below a line with as many cells makes that line the head and what follows the rows.
 * cmark took the lines for one text, so each cell is cut from the source and parsed for itself.  It took them for a
 * heading where a line of dashes follows at once: that is a rule below the table.
 */
#include "lesson/github_table.h"

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are too short are filled up, unless a few bytes would become many cells. */
enum { FILLED_MOST = 64 };

/* Part of a line. */
struct part {
    const char *begin, *end;
};

struct parts {
    struct part *list;
    size_t count;
};

static struct part trimmed(const char *begin, const char *end)
{
    while (begin < end && isspace((unsigned char)*begin))
        begin++;
    while (end > begin && isspace((unsigned char)end[-1]))
        end--;
    return (struct part){begin, end};
}

static const char *next_bar(const char *at, const char *end)
{
    for (; at < end && *at != '|'; at++)
        at += *at == '\\' && at + 1 < end && ispunct((unsigned char)at[1]);
    return at < end ? at : end;
}

static struct parts cells_of(struct part line)
{
    struct parts cells = {0};
    line = trimmed(line.begin, line.end);
    const char *at = line.begin + (line.begin < line.end && *line.begin == '|');
    while (at < line.end) {
        const char *bar = next_bar(at, line.end);
        ARRAY_ADD(cells.list, cells.count, trimmed(at, bar));
        at = bar < line.end ? bar + 1 : bar;
    }
    return cells;
}

/* "left", "center", "right", "" for a cell of the row of signs; NULL when it is none. */
static const char *align_of(struct part cell)
{
    static const char *const aligns[2][2] = {{"", "right"}, {"left", "center"}};
    bool left = cell.begin<cell.end && * cell.begin == ':', right = cell.end> cell.begin && cell.end[-1] == ':';
    const char *at = cell.begin + left, *end = cell.end - right;
    if (at >= end)
        return NULL;
    for (; at < end; at++)
        if (*at != '-')
            return NULL;
    return aligns[left][right];
}

static bool is_signs(const struct parts *cells, struct part line)
{
    bool sure = memchr(line.begin, '|', (size_t)(line.end - line.begin)) != NULL ||
                memchr(line.begin, ':', (size_t)(line.end - line.begin)) != NULL;
    for (size_t i = 0; sure && i < cells->count; i++)
        sure = align_of(cells->list[i]) != NULL;
    return sure && cells->count > 0;
}

static bool in_quote(cmark_node *node)
{
    for (; node != NULL; node = cmark_node_parent(node))
        if (cmark_node_get_type(node) == CMARK_NODE_BLOCK_QUOTE)
            return true;
    return false;
}

/* The lines of a paragraph without what its containers put before them. */
static struct parts lines_of(const struct github *github, cmark_node *paragraph)
{
    struct parts lines = {0};
    int first = cmark_node_get_start_line(paragraph), last = cmark_node_get_end_line(paragraph);
    bool quoted = in_quote(paragraph);
    for (int line = first; line <= last; line++) {
        size_t length, column = (size_t)cmark_node_get_start_column(paragraph) - 1;
        const char *text = source_line(&github->source, line - github->skip, &length), *begin = text;
        if (line == first)
            begin += column < length ? column : length;
        else
            while (begin < text + length && (isspace((unsigned char)*begin) || (quoted && *begin == '>')))
                begin++;
        ARRAY_ADD(lines.list, lines.count, trimmed(begin, text + length));
    }
    return lines;
}

static void find_definitions(struct github *github)
{
    for (int line = 1; line <= github->source.lines; line++) {
        size_t length;
        const char *text = source_line(&github->source, line, &length);
        size_t blank = strspn(text, " ");
        if (blank <= 3 && blank < length && text[blank] == '[' && memmem(text, length, "]:", 2) != NULL)
            ARRAY_ADD(github->definitions, github->definition_count, (struct span){text + blank, length - blank});
    }
}

/* Where links lead is told elsewhere: adds the lines that do, for the names in the text, so that a piece knows them. */
static void add_definitions(struct text *out, const struct github *github)
{
    struct text definitions = TEXT_EMPTY;
    for (size_t i = 0; i < github->definition_count; i++) {
        const struct span *line = &github->definitions[i];
        const char *end = memmem(line->text, line->length, "]:", 2);
        char *name = memory_copy_bytes(line->text, (size_t)(end + 1 - line->text));
        if (strcasestr(text_string(out), name) != NULL) {
            text_add(&definitions, "\n\n");
            text_add_bytes(&definitions, line->text, line->length);
        }
        free(name);
    }
    text_add_bytes(out, text_string(&definitions), definitions.length);
    text_free(&definitions);
}

/* Within a cell "\|" is a bar, in code too. */
static void add_unescaped(struct text *out, struct part part)
{
    for (const char *at = part.begin; at < part.end; at++) {
        if (*at == '\\' && at + 1 < part.end && at[1] == '|')
            at++;
        text_add_char(out, *at);
    }
}

/* A dot keeps what follows from beginning a list, a heading or a fence; it is cut off again. */
static void fill_cell(const struct github *github, cmark_node *cell, struct part part)
{
    struct text text = TEXT_EMPTY;
    if (part.begin == part.end)
        return;
    text_add_char(&text, '.');
    add_unescaped(&text, part);
    if (memchr(part.begin, '[', (size_t)(part.end - part.begin)) != NULL)
        add_definitions(&text, github);
    cmark_node *piece = github_piece(github, text_string(&text), text.length);
    cmark_node *first = cmark_node_first_child(cmark_node_first_child(piece));
    struct text rest = TEXT_EMPTY;
    text_add(&rest, cmark_node_get_literal(first) + 1);
    cmark_node_set_literal(first, text_string(&rest));
    if (rest.length == 0)
        github_drop(first);
    github_move(cell, cmark_node_first_child(piece));
    cmark_node_free(piece);
    text_free(&rest);
    text_free(&text);
}

static void add_row(const struct github *github, cmark_node *table, struct part line, const struct parts *signs, int at)
{
    char number[16];
    snprintf(number, sizeof number, "%d", at);
    cmark_node *row = github_node(github, GITHUB_ROW, number);
    struct parts cells = cells_of(line);
    for (size_t i = 0; i < signs->count && (i < cells.count || i < FILLED_MOST); i++) {
        cmark_node *cell = github_node(github, GITHUB_CELL, align_of(signs->list[i]));
        if (i < cells.count)
            fill_cell(github, cell, cells.list[i]);
        cmark_node_append_child(row, cell);
    }
    cmark_node_append_child(table, row);
    free(cells.list);
}

/* Which of the lines are the signs below a head; 0 for none. */
static size_t find_signs(const struct parts *lines, struct parts *signs)
{
    for (size_t i = 1; i < lines->count; i++) {
        *signs = cells_of(lines->list[i]);
        struct parts head = is_signs(signs, lines->list[i]) ? cells_of(lines->list[i - 1]) : (struct parts){0};
        bool found = head.count > 0 && head.count == signs->count;
        free(head.list);
        if (found)
            return i;
        free(signs->list);
    }
    *signs = (struct parts){0};
    return 0;
}

/* What stands above the head stays a paragraph. */
static void keep_before(const struct github *github, cmark_node *paragraph, const struct parts *lines, size_t head)
{
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < head; i++) {
        text_add_bytes(&text, lines->list[i].begin, (size_t)(lines->list[i].end - lines->list[i].begin));
        text_add_char(&text, '\n');
    }
    add_definitions(&text, github);
    cmark_node *piece = github_piece(github, text_string(&text), text.length);
    cmark_node *before = cmark_node_first_child(piece);
    if (before != NULL)
        cmark_node_insert_before(paragraph, before);
    cmark_node_free(piece);
    text_free(&text);
}

/* The line that made cmark take those above for a heading: signs of one kind. */
static bool is_underline(struct part line)
{
    const char *at = line.begin;
    while (at < line.end && *at == *line.begin)
        at++;
    return at == line.end && at > line.begin && (*line.begin == '-' || *line.begin == '=');
}

/* Leaves out what is below the underline, which cmark does not always count right; true when it is a rule, "---". */
static bool end_heading(cmark_node *node, struct parts *lines)
{
    if (cmark_node_get_type(node) != CMARK_NODE_HEADING)
        return false;
    size_t at = 1;
    while (at < lines->count && !is_underline(lines->list[at]))
        at++;
    if (at < lines->count)
        lines->count = at + 1;
    struct part last = lines->list[lines->count - 1];
    return last.end - last.begin >= 3 && *last.begin == '-';
}

static void make_table(const struct github *github, cmark_node *paragraph)
{
    struct parts lines = lines_of(github, paragraph), signs = {0};
    bool rule = end_heading(paragraph, &lines);
    size_t at = find_signs(&lines, &signs);
    if (at > 0) {
        char number[16];
        int line = cmark_node_get_start_line(paragraph);
        snprintf(number, sizeof number, "%d", line + (int)at - 1);
        cmark_node *table = github_node(github, GITHUB_TABLE, number);
        for (size_t i = at - 1; i < lines.count - rule; i++)
            if (i != at)
                add_row(github, table, lines.list[i], &signs, line + (int)i);
        if (at > 1)
            keep_before(github, paragraph, &lines, at - 1);
        cmark_node_insert_before(paragraph, table);
        if (rule)
            cmark_node_insert_before(paragraph, cmark_node_new_with_mem(CMARK_NODE_THEMATIC_BREAK, github->memory));
        github_drop(paragraph);
    }
    free(signs.list);
    free(lines.list);
}

/* The next block, with no look into those that hold words; NULL after the last. */
static cmark_node *next_block(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    bool holds = type == CMARK_NODE_DOCUMENT || type == CMARK_NODE_BLOCK_QUOTE || type == CMARK_NODE_LIST ||
                 type == CMARK_NODE_ITEM;
    if (holds && cmark_node_first_child(node) != NULL)
        return cmark_node_first_child(node);
    while (node != NULL && cmark_node_next(node) == NULL)
        node = cmark_node_parent(node);
    return node ? cmark_node_next(node) : NULL;
}

void github_tables(struct github *github)
{
    find_definitions(github);
    for (cmark_node *node = github->tree, *next; node != NULL; node = next) {
        cmark_node_type type = cmark_node_get_type(node);
        next = next_block(node);
        if ((type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) &&
            cmark_node_get_end_line(node) > cmark_node_get_start_line(node))
            make_table(github, node);
    }
    free(github->definitions);
    github->definitions = NULL;
    github->definition_count = 0;
}
