#include "render/terminal_text.h"

#include "base/array.h"
#include "base/memory.h"
#include "lesson/github_node.h"
#include "lesson/markdown.h"
#include "render/highlight.h"
#include "render/terminal_grid.h"

#include <stdlib.h>
#include <string.h>

/* How an alert's bar and title look, by its class. */
static const struct {
    const char *class;
    enum style style;
} alert_styles[] = {
    {"note", STYLE_HEADING},  {"tip", STYLE_RIGHT},     {"important", STYLE_HEADING},
    {"warning", STYLE_WRONG}, {"caution", STYLE_ERROR},
};

#define STYLE_DEPTH 16

struct writer {
    struct text *out;
    const struct look *look;
    size_t start;       /* where in `out` this rendering began */
    struct text line;   /* the inline text of the block that is being read */
    struct text margin; /* before every line of a block */
    struct text lead;   /* before its first line instead, while `leading` */
    bool leading;
    bool fresh;      /* no empty line before the next block */
    size_t *margins; /* lengths of `margin` to go back to */
    size_t margin_count;
    enum style styles[STYLE_DEPTH]; /* those in force, inner last */
    size_t style_count;
    cmark_node *resume; /* nothing is written until this node was left */
    cmark_node **notes; /* that the block points to: they are told below it */
    size_t note_count;
};

static void style_begin(struct writer *writer, enum style style)
{
    if (writer->style_count < STYLE_DEPTH)
        writer->styles[writer->style_count] = style;
    writer->style_count++;
    text_add(&writer->line, look_on(writer->look, style));
}

static void style_end(struct writer *writer)
{
    writer->style_count--;
    text_add(&writer->line, writer->look->colour ? "\033[0m" : "");
    for (size_t i = 0; i < writer->style_count && i < STYLE_DEPTH; i++)
        text_add(&writer->line, look_on(writer->look, writer->styles[i]));
}

/* `first` begins the first line of what is inside, `rest` the others. */
static void margin_push(struct writer *writer, const char *first, const char *rest)
{
    ARRAY_ADD(writer->margins, writer->margin_count, writer->margin.length);
    if (look_columns(text_string(&writer->margin)) * 2 > (size_t)writer->look->width)
        return;
    if (!writer->leading) {
        text_clear(&writer->lead);
        text_add(&writer->lead, text_string(&writer->margin));
    }
    text_add(&writer->lead, first);
    text_add(&writer->margin, rest);
    writer->leading = true;
}

static void margin_pop(struct writer *writer)
{
    text_cut(&writer->margin, writer->margins[--writer->margin_count]);
    writer->leading = writer->leading && writer->margin_count > 0;
}

/* The margin for the first line of a block. */
static const char *take_lead(struct writer *writer)
{
    const char *lead = text_string(writer->leading ? &writer->lead : &writer->margin);
    writer->leading = false;
    return lead;
}

/* The outermost block that begins where this one does. */
static cmark_node *outermost(cmark_node *node)
{
    for (;;) {
        cmark_node *parent = cmark_node_parent(node);
        if (parent == NULL || cmark_node_previous(node) != NULL || cmark_node_get_type(parent) == CMARK_NODE_DOCUMENT)
            return node;
        node = parent;
    }
}

static bool stands_tight(cmark_node *node)
{
    cmark_node *item = cmark_node_get_type(node) == CMARK_NODE_ITEM ? node : cmark_node_parent(node);
    if (item == NULL || cmark_node_get_type(item) != CMARK_NODE_ITEM)
        return false;
    cmark_node *list = cmark_node_parent(item);
    return list != NULL && cmark_node_get_list_tight(list);
}

/* An empty line before the block, where one belongs; it carries the bars of quotes. */
static void gap(struct writer *writer, cmark_node *node)
{
    bool fresh = writer->fresh || writer->out->length == writer->start;
    writer->fresh = false;
    if (fresh || stands_tight(outermost(node)))
        return;
    cmark_node *inside = cmark_node_parent(outermost(node));
    size_t depth = writer->margin_count;
    for (cmark_node *at = cmark_node_parent(node); at != inside && depth > 0; at = cmark_node_parent(at)) {
        cmark_node_type type = cmark_node_get_type(at);
        depth -= type == CMARK_NODE_ITEM || type == CMARK_NODE_BLOCK_QUOTE;
    }
    size_t length = depth < writer->margin_count ? writer->margins[depth] : writer->margin.length;
    text_add_bytes(writer->out, text_string(&writer->margin), length);
    while (writer->out->length > 0 && writer->out->bytes[writer->out->length - 1] == ' ')
        text_cut(writer->out, writer->out->length - 1);
    text_add_char(writer->out, '\n');
}

static void visit(struct writer *writer, cmark_event_type event, cmark_node *node);

static void visit_all(struct writer *writer, cmark_node *node)
{
    cmark_iter *iter = cmark_iter_new(node);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;)
        visit(writer, event, cmark_iter_get_node(iter));
    cmark_iter_free(iter);
}

/* Below a block, the notes that it points to, each as an item that begins with its number. */
static void tell_notes(struct writer *writer)
{
    cmark_node **notes = writer->notes;
    size_t count = writer->note_count;
    writer->notes = NULL; /* a note may point to others */
    writer->note_count = 0;
    for (size_t i = 0; i < count; i++) {
        char *mark = text_make("[%d] ", github_number(notes[i]));
        margin_push(writer, mark, "    ");
        for (cmark_node *node = cmark_node_first_child(notes[i]); node != NULL; node = cmark_node_next(node))
            visit_all(writer, node);
        margin_pop(writer);
        free(mark);
    }
    free(notes);
}

/* Writes the gathered inline text as a block of its own. */
static void flush(struct writer *writer, cmark_node *node)
{
    if (writer->line.length > 0) {
        gap(writer, node);
        look_wrap(writer->out, writer->look, take_lead(writer), text_string(&writer->margin),
                  text_string(&writer->line));
    }
    text_clear(&writer->line);
    if (writer->note_count > 0)
        tell_notes(writer);
}

/* Tables and notes */

/* The words of a cell with their looks, yours to free. */
static char *cell_text(struct writer *writer, cmark_node *cell)
{
    text_clear(&writer->line);
    for (cmark_node *node = cmark_node_first_child(cell); node != NULL; node = cmark_node_next(node))
        visit_all(writer, node);
    return memory_copy(text_string(&writer->line));
}

static size_t count_children(cmark_node *node)
{
    size_t count = 0;
    for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_next(child))
        count++;
    return count;
}

static void table(struct writer *writer, cmark_node *node)
{
    size_t rows = count_children(node), columns = count_children(cmark_node_first_child(node));
    char **cells = memory_new(rows * columns, sizeof *cells);
    const char **aligns = memory_new(columns, sizeof *aligns);
    cmark_node *row = cmark_node_first_child(node);
    for (size_t i = 0; i < rows; i++, row = cmark_node_next(row)) {
        cmark_node *cell = cmark_node_first_child(row);
        for (size_t k = 0; k < columns; k++, cell = cell ? cmark_node_next(cell) : NULL) {
            cells[i * columns + k] = cell ? cell_text(writer, cell) : memory_copy("");
            if (i == 0)
                aligns[k] = github_align(cell);
        }
    }
    text_clear(&writer->line);
    gap(writer, node);
    char *lead = memory_copy(take_lead(writer));
    terminal_grid(writer->out, &(struct terminal_grid){cells, rows, columns, aligns}, lead,
                  text_string(&writer->margin), writer->look);
    free(lead);
    for (size_t i = 0; i < rows * columns; i++)
        free(cells[i]);
    free(cells);
    free(aligns);
    if (writer->note_count > 0)
        tell_notes(writer);
}

static void note_sign(struct writer *writer, cmark_node *sign)
{
    text_format(&writer->line, "[%d]", github_number(sign));
    if (github_times(sign) == 1)
        ARRAY_ADD(writer->notes, writer->note_count, github_note(sign));
}

static void underline(struct writer *writer, const char *sign, size_t columns)
{
    size_t room = (size_t)(writer->look->width < LOOK_MEASURE ? writer->look->width : LOOK_MEASURE);
    text_add(writer->out, text_string(&writer->margin));
    text_add_repeat(writer->out, sign, columns < room ? columns : room);
    text_add_char(writer->out, '\n');
}

static void heading(struct writer *writer, cmark_node *node, bool entering)
{
    int level = cmark_node_get_heading_level(node);
    if (entering) {
        style_begin(writer, level == 1 ? STYLE_TITLE : STYLE_HEADING);
        return;
    }
    style_end(writer);
    size_t columns = look_columns(text_string(&writer->line));
    flush(writer, node);
    if (!writer->look->colour && !writer->look->plain && level <= 2)
        underline(writer, level == 1 ? "=" : "-", columns);
}

static void code_block(struct writer *writer, cmark_node *node)
{
    const char *info = cmark_node_get_fence_info(node);
    char *language = memory_copy_bytes(info ? info : "", info ? strcspn(info, " {") : 0);
    gap(writer, node);
    struct text first = TEXT_EMPTY, rest = TEXT_EMPTY;
    text_format(&first, "%s  ", take_lead(writer));
    text_format(&rest, "%s  ", text_string(&writer->margin));
    terminal_code(writer->out, language, cmark_node_get_literal(node), text_string(&first), text_string(&rest),
                  writer->look);
    text_free(&first);
    text_free(&rest);
    free(language);
}

static void thematic_break(struct writer *writer, cmark_node *node)
{
    if (writer->look->plain)
        return;
    gap(writer, node);
    text_add(writer->out, take_lead(writer));
    const char *sign = writer->look->unicode ? "\u2500" : "-";
    int columns = writer->look->width < 24 ? writer->look->width : 24;
    text_add(writer->out, look_on(writer->look, STYLE_QUIET));
    text_add_repeat(writer->out, sign, columns > 0 ? (size_t)columns : 0);
    text_add(writer->out, look_off(writer->look, STYLE_QUIET));
    text_add_char(writer->out, '\n');
}

/* The width that the numbers of this list take, with dot and space. */
static int number_width(cmark_node *list)
{
    int last = cmark_node_get_list_start(list) - 1;
    for (cmark_node *item = cmark_node_first_child(list); item != NULL; item = cmark_node_next(item))
        last++;
    int width = 2;
    for (int rest = last; rest > 0; rest /= 10)
        width++;
    return width;
}

static void item(struct writer *writer, cmark_node *node)
{
    cmark_node *list = cmark_node_parent(node);
    struct text mark = TEXT_EMPTY, rest = TEXT_EMPTY;
    if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
        int number = cmark_node_get_list_start(list);
        for (cmark_node *before = cmark_node_previous(node); before; before = cmark_node_previous(before))
            number++;
        int width = number_width(list);
        text_format(&mark, "%*d. ", width - 2, number);
    } else {
        text_add(&mark, writer->look->unicode && !writer->look->plain ? "\u2022 " : "- ");
    }
    text_add_repeat(&rest, " ", look_columns(text_string(&mark)));
    margin_push(writer, text_string(&mark), text_string(&rest));
    text_free(&mark);
    text_free(&rest);
}

static void item_end(struct writer *writer)
{
    if (writer->leading) /* an empty item still shows its mark */
        look_wrap(writer->out, writer->look, take_lead(writer), "", "");
    margin_pop(writer);
}

static enum style alert_style(const struct markdown_alert *alert)
{
    for (size_t i = 0; alert != NULL && i < sizeof alert_styles / sizeof *alert_styles; i++)
        if (strcmp(alert_styles[i].class, alert->class) == 0)
            return alert_styles[i].style;
    return STYLE_QUIET;
}

static void quote(struct writer *writer, cmark_node *node, bool entering)
{
    const struct look *look = writer->look;
    if (!entering) {
        margin_pop(writer);
        return;
    }
    cmark_node *mark = NULL;
    const struct markdown_alert *alert = markdown_alert(node, &mark);
    enum style style = alert_style(alert);
    struct text bar = TEXT_EMPTY;
    if (!look->plain)
        look_add(&bar, look, style, look->unicode ? "\u2502" : "|");
    text_add(&bar, look->plain ? "  " : " ");
    if (alert) {
        gap(writer, node);
        writer->resume = cmark_node_next(mark) ? cmark_node_next(mark) : cmark_node_first_child(node);
    }
    margin_push(writer, text_string(&bar), text_string(&bar));
    text_free(&bar);
    if (alert == NULL)
        return;
    text_add(writer->out, take_lead(writer));
    look_add(writer->out, look, style, alert->title);
    text_add(writer->out, "\n");
    writer->fresh = true;
}

/* Signs around emphasis and code where there is no colour to show them. */
static void sign(struct writer *writer, const char *text)
{
    if (!writer->look->colour && !writer->look->plain)
        text_add(&writer->line, text);
}

static void emphasis(struct writer *writer, enum style style, bool entering)
{
    if (entering)
        style_begin(writer, style);
    sign(writer, "*");
    if (!entering)
        style_end(writer);
}

static void code_span(struct writer *writer, const char *code)
{
    style_begin(writer, STYLE_CODE);
    sign(writer, "`");
    look_add_visible(&writer->line, writer->look, code, strlen(code));
    sign(writer, "`");
    style_end(writer);
}

/* ":help accept queue" for "docs/manual/glossary.md#accept-queue", which a lesson writes for its readers on GitHub. */
static char *help_command(const char *name, const char *ending)
{
    char *command =
        ending[3] == '#' ? text_make(":help %s", ending + 4) : text_make(":help %.*s", (int)(ending - name), name);
    for (char *at = command; *at != '\0'; at++)
        *at = *at == '-' ? ' ' : *at;
    return command;
}

/* Where a link leads, as far as a reader of a terminal can follow it; yours to free, NULL for nowhere. */
static char *link_target(cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    char *shown = markdown_plain(node);
    size_t scheme = strncmp(url, "mailto:", 7) == 0 || strncmp(url, "http://", 7) == 0 ? 7 : 0;
    bool same = strcmp(shown, url) == 0 || strcmp(shown, url + scheme) == 0;
    free(shown);
    if (same || *url == '#' || *url == '\0')
        return NULL;
    const char *ending = strstr(url, ".md");
    if (strchr(url, ':') == NULL && ending != NULL && (ending[3] == '\0' || ending[3] == '#')) {
        const char *slash = strrchr(url, '/');
        const char *name = slash && slash < ending ? slash + 1 : url;
        if (strstr(url, "docs/manual/") != NULL)
            return help_command(name, ending);
        return text_make(":lesson %.*s", (int)(ending - name), name);
    }
    return memory_copy(url);
}

static void link_end(struct writer *writer, cmark_node *node)
{
    style_end(writer);
    char *target = link_target(node);
    if (target != NULL) {
        style_begin(writer, STYLE_QUIET);
        text_add(&writer->line, " (");
        look_add_visible(&writer->line, writer->look, target, strlen(target));
        text_add(&writer->line, ")");
        style_end(writer);
    }
    free(target);
}

static void struck(struct writer *writer, bool entering)
{
    if (entering)
        style_begin(writer, STYLE_QUIET);
    text_add(&writer->line, writer->look->plain ? (entering ? "(struck: " : ")") : "~~");
    if (!entering)
        style_end(writer);
}

/* GitHub's additions.  Tables and notes are written from their children in their own way: those are passed over. */
static void github(struct writer *writer, cmark_node *node, bool entering)
{
    enum github_kind kind = github_kind(node);
    bool whole = kind == GITHUB_TABLE || kind == GITHUB_NOTES;
    if (kind == GITHUB_TABLE && entering)
        table(writer, node);
    else if (kind == GITHUB_STRUCK)
        struck(writer, entering);
    else if (kind == GITHUB_SIGN && entering)
        note_sign(writer, node);
    if (whole && entering)
        writer->resume = node;
}

static void enter(struct writer *writer, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        look_add_visible(&writer->line, writer->look, literal, strlen(literal));
        break;
    case CMARK_NODE_SOFTBREAK:
        text_add(&writer->line, " ");
        break;
    case CMARK_NODE_LINEBREAK:
        text_add(&writer->line, "\n");
        break;
    case CMARK_NODE_CODE:
        code_span(writer, literal);
        break;
    case CMARK_NODE_EMPH:
        emphasis(writer, STYLE_EMPHASIS, true);
        break;
    case CMARK_NODE_STRONG:
        emphasis(writer, STYLE_STRONG, true);
        break;
    case CMARK_NODE_LINK:
        style_begin(writer, STYLE_LINK);
        break;
    case CMARK_NODE_IMAGE:
        text_add(&writer->line, "[picture: ");
        break;
    case CMARK_NODE_HEADING:
        heading(writer, node, true);
        break;
    case CMARK_NODE_ITEM:
        item(writer, node);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        quote(writer, node, true);
        break;
    case CMARK_NODE_CODE_BLOCK:
        code_block(writer, node);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        thematic_break(writer, node);
        break;
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_CUSTOM_INLINE:
        github(writer, node, true);
        break;
    default: /* containers without looks of their own, and raw HTML, which a terminal cannot show */
        break;
    }
}

static void leave(struct writer *writer, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_EMPH:
        emphasis(writer, STYLE_EMPHASIS, false);
        break;
    case CMARK_NODE_STRONG:
        emphasis(writer, STYLE_STRONG, false);
        break;
    case CMARK_NODE_LINK:
        link_end(writer, node);
        break;
    case CMARK_NODE_IMAGE:
        text_add(&writer->line, "]");
        break;
    case CMARK_NODE_PARAGRAPH:
        flush(writer, node);
        break;
    case CMARK_NODE_HEADING:
        heading(writer, node, false);
        break;
    case CMARK_NODE_ITEM:
        item_end(writer);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        quote(writer, node, false);
        break;
    case CMARK_NODE_CUSTOM_INLINE:
        github(writer, node, false);
        break;
    default:
        break;
    }
}

static void visit(struct writer *writer, cmark_event_type event, cmark_node *node)
{
    if (writer->resume == NULL) {
        if (event == CMARK_EVENT_ENTER)
            enter(writer, node);
        else
            leave(writer, node);
        return;
    }
    /* The first line of an alert, whose mark was answered by the title; a table. */
    bool leaf = cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH && github_kind(node) == GITHUB_NONE;
    if (node == writer->resume && (leaf || event == CMARK_EVENT_EXIT))
        writer->resume = NULL;
}

void terminal_markdown_within(struct text *out, cmark_node *first_node, cmark_node *last_node, const char *first,
                              const char *rest, const struct look *look)
{
    struct writer writer = {.out = out, .look = look, .start = out->length};
    margin_push(&writer, first, rest);
    for (cmark_node *node = first_node; node != NULL; node = cmark_node_next(node)) {
        visit_all(&writer, node);
        if (node == last_node)
            break;
    }
    text_free(&writer.line);
    text_free(&writer.margin);
    text_free(&writer.lead);
    free(writer.margins);
    free(writer.notes);
}

void terminal_markdown(struct text *out, cmark_node *first, cmark_node *last, const struct look *look)
{
    terminal_markdown_within(out, first, last, "", "", look);
}

void terminal_code(struct text *out, const char *language, const char *code, const char *first, const char *rest,
                   const struct look *look)
{
    struct text lines = TEXT_EMPTY;
    struct highlight highlight = highlight_begin(language, code, strlen(code));
    struct highlight_span span;
    while (highlight_next(&highlight, &span)) {
        text_add(&lines, look_on(look, span.style));
        look_add_visible(&lines, look, span.text, span.length);
        text_add(&lines, look_off(look, span.style));
    }
    look_break(out, look, first, rest, text_string(&lines));
    text_free(&lines);
}
