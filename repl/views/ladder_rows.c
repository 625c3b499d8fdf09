#include "views/ladder_rows.h"

#include "base/memory.h"
#include "views/fold.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- their order ---------------------------------------------------------------------------------------- */

static bool row_has_lane(const struct ladder_row *row, int lane)
{
    bool found = row->has_arrow && (row->arrow.from == lane || row->arrow.to == lane);
    for (size_t i = 0; i < row->cell_count; i++)
        found = found || row->cells[i].lane == lane;
    return found;
}

static int first_lane(const struct ladder_row *row)
{
    int lane = row->has_arrow ? (row->arrow.from < row->arrow.to ? row->arrow.from : row->arrow.to) : INT_MAX;
    for (size_t i = 0; i < row->cell_count; i++)
        lane = row->cells[i].lane < lane ? row->cells[i].lane : lane;
    return lane;
}

/* Neither waits for the other: they have no lane in common. */
static bool rows_are_free(const struct ladder_row *a, const struct ladder_row *b)
{
    bool free = a->kind == LADDER_ROW && b->kind == LADDER_ROW;
    for (size_t i = 0; free && i < a->cell_count; i++)
        free = !row_has_lane(b, a->cells[i].lane);
    if (free && a->has_arrow)
        free = !row_has_lane(b, a->arrow.from) && !row_has_lane(b, a->arrow.to);
    return free;
}

/* A packet that no call sent left before what its host did until the wire saw it. */
static bool left_before(const struct ladder_row *row, const struct ladder_row *before)
{
    return row->kind == LADDER_ROW && before->kind == LADDER_ROW && row->cell_count == 0 && row->arrow.packet != NULL &&
           !before->has_arrow && before->cell_count == 1 && !ladder_row_is_change(before) &&
           before->cells[0].lane == row->arrow.from;
}

/* Who begins to sleep takes no notice of a packet, nor of what it did: both may have come a moment before. */
static bool came_before_sleep(const struct ladder *ladder, const struct ladder_row *row,
                              const struct ladder_row *before)
{
    bool packet =
        row->kind == LADDER_ROW && (ladder_row_is_change(row) || (row->cell_count == 0 && row->arrow.packet != NULL));
    if (!packet || before->kind != LADDER_ROW || before->has_arrow || before->cell_count != 1 ||
        ladder_row_is_change(before) || before->cells[0].phase == LADDER_ENDED)
        return false;
    return operation_act(&ladder->operations->list[before->cells[0].operation]) == ACT_SLEEP;
}

/* Of rows that came one after the other by chance, those of the left come first. */
void ladder_settle(struct ladder *ladder)
{
    for (size_t i = 1; i < ladder->row_count; i++)
        for (size_t j = i; j > 0; j--) {
            struct ladder_row *before = &ladder->rows[j - 1], *row = &ladder->rows[j], kept = *row;
            bool chance = rows_are_free(before, row) && first_lane(before) >= first_lane(row);
            if (!chance && !left_before(row, before) && !came_before_sleep(ladder, row, before))
                break;
            *row = *before;
            *before = kept;
        }
}

/* --- folding -------------------------------------------------------------------------------------------- */

static uint64_t arrow_kind(const struct ladder *ladder, const struct ladder_arrow *arrow)
{
    if (arrow->packet == NULL)
        return ladder->messages->list[arrow->message].kind;
    const struct packet *packet = &arrow->packet->packet;
    uint64_t flags = packet->flags & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST);
    return flags | (uint64_t)(packet->data > 0) << 6 | packet->kind << 7 | arrow->packet->finding << 10 |
           (uint64_t)arrow->lost << 13 | (uint64_t)arrow->pending << 14;
}

static uint64_t row_key(const struct ladder *ladder, const struct ladder_row *row)
{
    uint64_t key = fold_key(0, row->kind);
    for (size_t i = 0; i < row->cell_count; i++) {
        const struct ladder_cell *cell = &row->cells[i];
        const struct operation *operation = &ladder->operations->list[cell->operation];
        key = fold_key(key,
                       (uint64_t)cell->lane << 32 | (uint64_t)cell->state << 24 | cell->phase << 16 | operation->call);
        key = fold_key(key, (uint64_t)operation->error << 8 | operation->timed_out << 4 | operation->kind);
    }
    if (row->has_arrow)
        key = fold_key(key, (uint64_t)row->arrow.from << 40 | (uint64_t)row->arrow.to << 16 |
                                arrow_kind(ladder, &row->arrow));
    return key;
}

/* The first two rounds and the last one stay. */
#define ROUNDS_KEPT 3

void ladder_fold(struct ladder *ladder)
{
    uint64_t *keys = memory_new(ladder->row_count, sizeof *keys);
    for (size_t i = 0; i < ladder->row_count; i++)
        keys[i] = row_key(ladder, &ladder->rows[i]);
    size_t folds, kept = 0;
    struct fold *list = fold_find(keys, ladder->row_count, ROUNDS_KEPT + 2, &folds);
    for (size_t i = 0; i < folds; i++) {
        struct fold fold = list[i];
        size_t length = fold.period * fold.times, hidden = 0;
        if (fold.times > 1 && (fold.times - ROUNDS_KEPT) * fold.period > 3)
            hidden = (fold.times - ROUNDS_KEPT) * fold.period;
        size_t before = hidden ? 2 * fold.period : length;
        memmove(&ladder->rows[kept], &ladder->rows[fold.start], before * sizeof *ladder->rows);
        kept += before;
        if (hidden == 0)
            continue;
        int64_t at = ladder->rows[fold.start + before].at;
        ladder->rows[kept++] = (struct ladder_row){
            .kind = LADDER_FOLD, .at = at, .period = fold.period, .times = fold.times - ROUNDS_KEPT};
        memmove(&ladder->rows[kept], &ladder->rows[fold.start + length - fold.period],
                fold.period * sizeof *ladder->rows);
        kept += fold.period;
    }
    ladder->row_count = kept;
    free(list);
    free(keys);
}

/* What is still too long loses its middle. */
void ladder_limit(struct ladder *ladder, size_t most)
{
    if (ladder->row_count <= most + 1)
        return;
    size_t before = most * 2 / 3, after = most - before, hidden = ladder->row_count - before - after;
    ladder->rows[before] = (struct ladder_row){.kind = LADDER_HIDDEN, .at = ladder->rows[before].at, .times = hidden};
    memmove(&ladder->rows[before + 1], &ladder->rows[ladder->row_count - after], after * sizeof *ladder->rows);
    ladder->row_count = most + 1;
}
