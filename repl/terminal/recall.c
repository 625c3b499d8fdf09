#include "terminal/recall.h"

#include "base/memory.h"
#include "base/text.h"
#include "terminal/keys.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>

struct recall {
    const struct history *history;
    size_t place;  /* of the line's entry, counted from the newest, which is 1; 0: the new line */
    char **drafts; /* by place; NULL where nothing was changed, and all of it before anything moved */
    size_t room;
    bool moved;
    int likeness; /* so many bytes the entries sought begin with */
    char *sought; /* what was searched for last */
};

/* A place in the text of an entry. */
struct spot {
    size_t place, offset;
};

struct recall *recall_new(void)
{
    return memory_new(1, sizeof(struct recall));
}

void recall_begin(struct recall *recall)
{
    for (size_t i = 0; i < recall->room; i++)
        free(recall->drafts[i]);
    free(recall->drafts);
    recall->drafts = NULL;
    recall->room = recall->place = 0;
    recall->moved = false;
}

void recall_free(struct recall *recall)
{
    if (recall == NULL)
        return;
    recall_begin(recall);
    free(recall->sought);
    free(recall);
}

void recall_use(struct recall *recall, const struct history *history)
{
    recall->history = history;
}

bool recall_moved(struct recall *recall)
{
    bool moved = recall->moved;
    recall->moved = false;
    return moved;
}

static size_t oldest(const struct recall *recall)
{
    return recall->history != NULL ? history_count(recall->history) : 0;
}

static const char *entry_at(const struct recall *recall, size_t place)
{
    return place == 0 ? "" : history_at(recall->history, oldest(recall) - place);
}

/* What stands at the place now. */
static const char *text_at(const struct recall *recall, size_t place)
{
    if (place == recall->place)
        return rl_line_buffer;
    return place < recall->room && recall->drafts[place] != NULL ? recall->drafts[place] : entry_at(recall, place);
}

static void keep_draft(struct recall *recall)
{
    if (recall->room == 0) {
        recall->room = oldest(recall) + 1;
        recall->drafts = memory_new(recall->room, sizeof *recall->drafts);
    }
    bool same = strcmp(rl_line_buffer, entry_at(recall, recall->place)) == 0;
    free(recall->drafts[recall->place]);
    recall->drafts[recall->place] = same ? NULL : memory_copy(rl_line_buffer);
}

static void go_to(struct recall *recall, size_t place)
{
    if (place != recall->place) {
        keep_draft(recall);
        char *text = memory_copy(text_at(recall, place));
        rl_replace_line(text, 1);
        free(text);
        recall->place = place;
    }
    rl_point = rl_end;
    rl_mark = 0;
    recall->moved = true;
}

void recall_go(struct recall *recall, int back)
{
    size_t most = oldest(recall), steps = (size_t)abs(back);
    size_t room = back > 0 ? most - recall->place : recall->place;
    if (steps > room)
        steps = room;
    if (steps == 0)
        rl_ding();
    else
        go_to(recall, back > 0 ? recall->place + steps : recall->place - steps);
}

void recall_go_first(struct recall *recall)
{
    go_to(recall, oldest(recall));
}

void recall_go_last(struct recall *recall)
{
    go_to(recall, 0);
}

void recall_go_like(struct recall *recall, bool back, bool again)
{
    if (!again)
        recall->likeness = rl_point;
    int likeness = recall->likeness;
    size_t length = (size_t)likeness, most = oldest(recall);
    if (length == 0 || length > (size_t)rl_end) {
        recall_go(recall, back ? 1 : -1);
        return;
    }
    for (size_t place = recall->place; back ? place < most : place > 0;) {
        place = back ? place + 1 : place - 1;
        const char *text = text_at(recall, place);
        if (strncmp(text, rl_line_buffer, length) == 0 && strcmp(text, rl_line_buffer) != 0) {
            go_to(recall, place);
            rl_point = likeness;
            return;
        }
    }
    rl_ding();
}

/* --- searching ------------------------------------------------------------------------------------------ */

/* The last occurrence that begins at `limit` or before it. */
static const char *last_occurrence(const char *text, const char *sought, size_t limit)
{
    const char *found = NULL;
    for (const char *at = strstr(text, sought); at != NULL && (size_t)(at - text) <= limit; at = strstr(at + 1, sought))
        found = at;
    return found;
}

/* From this spot on, itself included; `spot` becomes what was found.  False without. */
static bool find(const struct recall *recall, const char *sought, bool back, struct spot *spot)
{
    struct spot at = *spot;
    for (;;) {
        const char *text = text_at(recall, at.place), *found;
        if (back)
            found = last_occurrence(text, sought, at.offset);
        else
            found = at.offset <= strlen(text) ? strstr(text + at.offset, sought) : NULL;
        if (found != NULL) {
            *spot = (struct spot){at.place, (size_t)(found - text)};
            return true;
        }
        if (back ? at.place == oldest(recall) : at.place == 0)
            return false;
        at = (struct spot){back ? at.place + 1 : at.place - 1, back ? SIZE_MAX : 0};
    }
}

/* The next spot in this direction; false at the end. */
static bool advance(const struct recall *recall, bool back, struct spot *spot)
{
    if (!back)
        spot->offset++;
    else if (spot->offset > 0)
        spot->offset--;
    else if (spot->place == oldest(recall))
        return false;
    else
        *spot = (struct spot){spot->place + 1, SIZE_MAX};
    return true;
}

static void cut_character(struct text *text)
{
    while (text->length > 0 && (text->bytes[text->length - 1] & 0xc0) == 0x80)
        text_cut(text, text->length - 1);
    if (text->length > 0)
        text_cut(text, text->length - 1);
}

struct search {
    struct text sought;
    struct spot begin, found;
    bool back, failed;
};

static void show_search(struct recall *recall, const struct search *search, void (*sign)(const char *text))
{
    char *text = text_make("(%s%s)`%s': ", search->failed ? "failed " : "",
                           search->back ? "reverse-i-search" : "i-search", text_string(&search->sought));
    if (search->found.place != recall->place)
        go_to(recall, search->found.place);
    rl_point = search->found.offset < (size_t)rl_end ? (int)search->found.offset : rl_end;
    sign(text);
    free(text);
}

/* Ctrl-R or Ctrl-S once more. */
static void search_again(struct recall *recall, struct search *search, bool back)
{
    search->back = back;
    if (search->sought.length == 0 && recall->sought != NULL)
        text_add(&search->sought, recall->sought);
    else if (search->sought.length == 0 || !advance(recall, back, &search->found))
        return;
    struct spot spot = search->found;
    search->failed = !find(recall, text_string(&search->sought), back, &spot);
    if (!search->failed)
        search->found = spot;
}

/* The text has changed: from where the search began. */
static void search_anew(struct recall *recall, struct search *search)
{
    struct spot spot = search->begin;
    search->failed = search->sought.length > 0 && !find(recall, text_string(&search->sought), search->back, &spot);
    if (!search->failed)
        search->found = spot;
}

/* One key of a search: false when it ends with it. */
static bool take_key(struct recall *recall, struct search *search, int key)
{
    bool again = key == ('R' & 0x1f) || key == ('S' & 0x1f);
    if (!again && key != 0x7f && key != '\b' && key < ' ')
        return false;
    if (again) {
        search_again(recall, search, key == ('R' & 0x1f));
        return true;
    }
    if (key == 0x7f || key == '\b')
        cut_character(&search->sought);
    else
        text_add_char(&search->sought, (char)key);
    search_anew(recall, search);
    return true;
}

bool recall_search(struct recall *recall, bool back, void (*sign)(const char *text), bool (*more)(void))
{
    struct spot begin = {recall->place, (size_t)rl_point};
    struct search search = {.begin = begin, .found = begin, .back = back};
    int key;
    do {
        show_search(recall, &search, sign);
        key = rl_read_key();
    } while (take_key(recall, &search, key));
    bool enters = key == '\r' || key == '\n';
    if (search.sought.length > 0) {
        free(recall->sought);
        recall->sought = memory_copy(text_string(&search.sought));
    }
    text_free(&search.sought);
    if (key < 0 || key == KEY_CTRL_G || key == KEY_CTRL_C) {
        if (begin.place != recall->place)
            go_to(recall, begin.place);
        rl_point = (int)begin.offset;
        recall->moved = false;
    }
    sign(NULL);
    if (!enters && key >= 0 && key != KEY_CTRL_G && (key != KEY_ESCAPE || more()))
        rl_execute_next(key);
    return enters;
}
