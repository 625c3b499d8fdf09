#include "lesson/moved.h"

#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum mark { MARK_HEADING, MARK_ID, MARK_WORDS };

/* FNV-1a: it tells steps of one lesson apart, and nobody wins anything by two that are alike. */
static uint64_t digest(uint64_t hash, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

/* The words of the step, whatever their look; headings go with whatever stands first below them. */
static uint64_t words_of(const struct step *step)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (cmark_node *top = step->first; top != NULL; top = top == step->last ? NULL : cmark_node_next(top)) {
        if (cmark_node_get_type(top) == CMARK_NODE_HEADING)
            continue;
        cmark_iter *iter = cmark_iter_new(top);
        while (cmark_iter_next(iter) != CMARK_EVENT_DONE)
            hash = digest(hash, cmark_node_get_literal(cmark_iter_get_node(iter)));
        cmark_iter_free(iter);
    }
    return hash;
}

json_t *moved_marks(const struct lesson *lesson)
{
    json_t *marks = json_array();
    for (size_t i = 0; i < lesson->step_count; i++) {
        const struct step *step = &lesson->steps[i];
        const char *id = step->block != NULL && step->block->id != NULL ? step->block->id : "";
        char *words = text_make("%016" PRIx64, words_of(step));
        const char *heading = step->section >= 0 ? lesson->sections[step->section].slug : "";
        json_array_append_new(marks, json_pack("[s, s, s]", heading, id, words));
        free(words);
    }
    return marks;
}

static const char *mark_of(const json_t *marks, size_t step, enum mark mark)
{
    const char *text = json_string_value(json_array_get(json_array_get(marks, step), mark));
    return text != NULL ? text : "";
}

static bool same(const json_t *old, size_t was, const json_t *now, size_t is, enum mark mark)
{
    return strcmp(mark_of(old, was, mark), mark_of(now, is, mark)) == 0;
}

static bool by_id(const json_t *old, size_t was, const json_t *now, size_t is)
{
    return *mark_of(old, was, MARK_ID) != '\0' && same(old, was, now, is, MARK_ID);
}

static bool by_words_below_heading(const json_t *old, size_t was, const json_t *now, size_t is)
{
    return same(old, was, now, is, MARK_WORDS) && same(old, was, now, is, MARK_HEADING);
}

static bool by_words(const json_t *old, size_t was, const json_t *now, size_t is)
{
    return same(old, was, now, is, MARK_WORDS);
}

/* It was written anew: the next one below the same heading that nothing else became. */
static bool by_heading(const json_t *old, size_t was, const json_t *now, size_t is)
{
    bool named = *mark_of(old, was, MARK_ID) != '\0' && *mark_of(now, is, MARK_ID) != '\0';
    return !named && same(old, was, now, is, MARK_HEADING);
}

typedef bool likeness(const json_t *old, size_t was, const json_t *now, size_t is);

/* The first place that is like it and that nothing else took. */
static size_t place_of(const json_t *old, size_t was, const json_t *now, bool *taken, likeness *alike)
{
    for (size_t is = 0; is < json_array_size(now); is++)
        if (!taken[is] && alike(old, was, now, is)) {
            taken[is] = true;
            return is;
        }
    return MOVED_AWAY;
}

size_t *moved_map(const json_t *old, const json_t *now)
{
    static likeness *const likenesses[] = {by_id, by_words_below_heading, by_words, by_heading};
    size_t count = json_array_size(old), count_now = json_array_size(now);
    size_t *map = memory_new(count + 1, sizeof *map);
    bool *taken = memory_new(count_now + 1, sizeof *taken);
    for (size_t i = 0; i < count; i++)
        map[i] = MOVED_AWAY;
    for (size_t way = 0; way < sizeof likenesses / sizeof *likenesses; way++)
        for (size_t was = 0; was < count; was++)
            if (map[was] == MOVED_AWAY)
                map[was] = place_of(old, was, now, taken, likenesses[way]);
    free(taken);
    return map;
}

size_t moved_place(const size_t *map, size_t count, size_t step, size_t count_now)
{
    if (step >= count)
        return count_now;
    for (size_t next = step; next < count; next++)
        if (map[next] != MOVED_AWAY)
            return map[next];
    while (step > 0 && map[step - 1] == MOVED_AWAY)
        step--;
    return step > 0 ? map[step - 1] : 0;
}
