#include "render/html_fold.h"

#include "base/array.h"
#include "base/html_escape.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One tag or one stretch of text of a raw HTML block. */
struct piece {
    enum { PIECE_TEXT, PIECE_FOLD, PIECE_FOLD_END, PIECE_SUMMARY, PIECE_SUMMARY_END, PIECE_OTHER } kind;
    const char *begin, *end;
};

static const struct {
    const char *name;
    int kind;
} known[] = {
    {"details", PIECE_FOLD},
    {"/details", PIECE_FOLD_END},
    {"summary", PIECE_SUMMARY},
    {"/summary", PIECE_SUMMARY_END},
};

static int kind_of_tag(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        unsigned char after = strncasecmp(name, known[i].name, length) == 0 ? (unsigned char)name[length] : 'x';
        if (after == '>' || after == '/' || isspace(after))
            return known[i].kind;
    }
    return PIECE_OTHER;
}

/* Where the tag, comment or declaration that begins at `tag` ends; NULL when it is none. */
static const char *end_of_tag(const char *tag)
{
    bool comment = strncmp(tag, "<!--", 4) == 0;
    if (!comment && !isalpha((unsigned char)tag[1]) && (tag[1] == '\0' || strchr("/!?", tag[1]) == NULL))
        return NULL;
    const char *end = strstr(comment ? tag + 4 : tag, comment ? "-->" : ">");
    return end == NULL ? NULL : end + (comment ? 3 : 1);
}

static bool next_piece(const char **rest, struct piece *piece)
{
    const char *begin = *rest;
    if (*begin == '\0')
        return false;
    const char *end = *begin == '<' ? end_of_tag(begin) : NULL;
    if (end != NULL) {
        *piece = (struct piece){kind_of_tag(begin + 1), begin, end};
    } else {
        end = begin + 1 + strcspn(begin + 1, "<");
        *piece = (struct piece){PIECE_TEXT, begin, end};
    }
    *rest = end;
    return true;
}

/* The length of the character reference at the start, "&amp;" or "&#39;"; 0 when it is none. */
static size_t reference_length(const char *text, const char *end)
{
    const char *c = text + 1;
    if (c < end && *c == '#')
        c++;
    const char *name = c;
    while (c < end && isalnum((unsigned char)*c))
        c++;
    return c > name && c < end && *c == ';' ? (size_t)(c + 1 - text) : 0;
}

/* References to what cannot be seen, or turns the text. */
static const char *const hidden_names[] = {
    "shy",
    "zwnj",
    "zwj",
    "lrm",
    "rlm",
    "ZeroWidthSpace",
    "NegativeVeryThinSpace",
    "NoBreak",
    "af",
    "ApplyFunction",
    "it",
    "InvisibleTimes",
    "ic",
    "NegativeMediumSpace",
    "Tab",
    "NewLine",
    "NegativeThickSpace",
    "InvisibleComma",
    "NegativeThinSpace",
};

/* True when a page may have the reference as it is: what it stands for is seen. */
static bool is_visible(const char *reference, size_t length)
{
    const char *name = reference + 1;
    if (*name == '#') {
        bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        long point = strtol(name + (hexadecimal ? 2 : 1), NULL, hexadecimal ? 16 : 10);
        return utf8_is_seen(point);
    }
    for (size_t i = 0; i < sizeof hidden_names / sizeof *hidden_names; i++)
        if (strlen(hidden_names[i]) == length - 2 && strncmp(name, hidden_names[i], length - 2) == 0)
            return false;
    return true;
}

/* Text of raw HTML has its character references already; everything else is escaped. */
static void add_raw_text(struct text *out, const char *begin, const char *end)
{
    while (begin < end) {
        const char *sign = memchr(begin, '&', (size_t)(end - begin));
        const char *stop = sign ? sign : end;
        html_escape(out, begin, (size_t)(stop - begin));
        if (sign == NULL)
            return;
        size_t reference = reference_length(sign, end);
        reference = reference > 0 && is_visible(sign, reference) ? reference : 0;
        if (reference > 0)
            text_add_bytes(out, sign, reference);
        else
            html_escape(out, sign, 1);
        begin = sign + (reference > 0 ? reference : 1);
    }
}

static bool is_blank(const struct piece *piece)
{
    for (const char *c = piece->begin; c < piece->end; c++)
        if (!isspace((unsigned char)*c))
            return false;
    return true;
}

static void open_fold(struct html_folds *folds, struct text *out, cmark_node *parent)
{
    ARRAY_ADD(folds->list, folds->count, parent);
    text_add(out, "<details>\n");
}

static void close_fold(struct html_folds *folds, struct text *out, cmark_node *parent)
{
    if (folds->count == 0 || folds->list[folds->count - 1] != parent)
        return;
    folds->count--;
    text_add(out, "</details>\n");
}

static bool has_fold(const char *raw)
{
    struct piece piece;
    while (next_piece(&raw, &piece))
        if (piece.kind == PIECE_FOLD || piece.kind == PIECE_FOLD_END)
            return true;
    return false;
}

static void add_text_piece(struct text *out, const struct piece *piece, bool in_summary)
{
    if (in_summary) {
        add_raw_text(out, piece->begin, piece->end);
    } else if (!is_blank(piece)) {
        text_add(out, "<p>");
        add_raw_text(out, piece->begin, piece->end);
        text_add(out, "</p>\n");
    }
}

bool html_fold(struct html_folds *folds, struct text *out, const char *raw, cmark_node *parent)
{
    bool in_summary = false, fresh = false; /* fresh: a summary may come now */
    struct piece piece;
    if (!has_fold(raw))
        return false;
    while (next_piece(&raw, &piece)) {
        bool ends_summary = piece.kind != PIECE_TEXT && piece.kind != PIECE_OTHER && in_summary;
        if (ends_summary)
            text_add(out, "</summary>\n");
        in_summary = in_summary && !ends_summary;
        if (piece.kind == PIECE_FOLD)
            open_fold(folds, out, parent);
        else if (piece.kind == PIECE_FOLD_END)
            close_fold(folds, out, parent);
        else if (piece.kind == PIECE_TEXT)
            add_text_piece(out, &piece, in_summary);
        else if (piece.kind == PIECE_SUMMARY && fresh) {
            text_add(out, "<summary>");
            in_summary = true;
        }
        fresh = piece.kind == PIECE_FOLD || (fresh && piece.kind == PIECE_TEXT && is_blank(&piece));
    }
    if (in_summary)
        text_add(out, "</summary>\n");
    return true;
}

void html_fold_end(struct html_folds *folds, struct text *out, cmark_node *parent)
{
    while (folds->count > 0 && folds->list[folds->count - 1] == parent)
        close_fold(folds, out, parent);
}
