#include "views/ladder_json.h"

#include "views/ladder_words.h"

static json_t *string_of(struct text *text)
{
    json_t *string = json_stringn(text_string(text), text->length);
    text_free(text);
    return string;
}

static json_t *lane_to_json(const struct ladder *ladder, size_t lane)
{
    struct text name = TEXT_EMPTY, place = TEXT_EMPTY;
    ladder_lane_name(&name, ladder, lane, false);
    ladder_lane_place(&place, ladder, lane, false);
    json_t *object = json_pack("{s:o, s:i}", "name", string_of(&name), "actor", ladder->lanes[lane].actor);
    if (place.length > 0)
        json_object_set_new(object, "place", string_of(&place));
    return object;
}

static json_t *cell_to_json(const struct ladder *ladder, const struct ladder_cell *cell)
{
    static const char *const looks[] = {
        [LADDER_CALL] = "call", [LADDER_FAILED] = "failed", [LADDER_NOTED] = "noted", [LADDER_STATE] = "state"};
    struct text words = TEXT_EMPTY;
    ladder_cell_words(&words, ladder, cell, false);
    json_t *object = json_pack("{s:i, s:o, s:s}", "lane", cell->lane, "text", string_of(&words), "look",
                               looks[ladder_cell_look(ladder, cell)]);
    size_t event = ladder->operations->list[cell->operation].last;
    if (event >= ladder->timeline->earlier_count)
        json_object_set_new(object, "event", json_integer((json_int_t)(event - ladder->timeline->earlier_count)));
    return object;
}

static json_t *arrow_to_json(const struct ladder *ladder, const struct ladder_arrow *arrow)
{
    static const char *const kinds[] = {[MESSAGE_CONNECT] = "connect",
                                        [MESSAGE_DATA] = "data",
                                        [MESSAGE_END] = "end",
                                        [MESSAGE_RESET] = "reset",
                                        [MESSAGE_REFUSED] = "refused"};
    const struct message *message = arrow->packet ? NULL : &ladder->messages->list[arrow->message];
    size_t bytes = message ? (size_t)message->length : arrow->packet->packet.data;
    struct text words = TEXT_EMPTY;
    ladder_arrow_words(&words, ladder, arrow, 48);
    json_t *object = json_pack("{s:i, s:i, s:s, s:o, s:I, s:b}", "from", arrow->from, "to", arrow->to, "kind",
                               message ? kinds[message->kind] : "packet", "text", string_of(&words), "bytes",
                               (json_int_t)bytes, "lost", arrow->lost);
    if (arrow->pending)
        json_object_set_new(object, "pending", json_true());
    return object;
}

static json_t *row_to_json(const struct ladder *ladder, const struct ladder_row *row)
{
    json_t *object = json_pack("{s:I}", "at", (json_int_t)(row->at - ladder->timeline->begin));
    json_t *cells = json_array();
    switch (row->kind) {
    case LADDER_GAP:
        json_object_set_new(object, "gap", json_integer((json_int_t)row->gap));
        break;
    case LADDER_FOLD:
        json_object_set_new(object, "fold", json_integer((json_int_t)row->times));
        json_object_set_new(object, "period", json_integer((json_int_t)row->period));
        break;
    case LADDER_HIDDEN:
        json_object_set_new(object, "hidden", json_integer((json_int_t)row->times));
        break;
    case LADDER_ROW:
        break;
    }
    for (size_t i = 0; i < row->cell_count; i++)
        json_array_append_new(cells, cell_to_json(ladder, &row->cells[i]));
    json_object_set_new(object, "cells", cells);
    if (row->has_arrow)
        json_object_set_new(object, "arrow", arrow_to_json(ladder, &row->arrow));
    return object;
}

json_t *ladder_to_json(const struct ladder *ladder)
{
    json_t *lanes = json_array(), *rows = json_array();
    for (size_t i = 0; i < ladder->lane_count; i++)
        json_array_append_new(lanes, lane_to_json(ladder, i));
    for (size_t i = 0; i < ladder->row_count; i++)
        json_array_append_new(rows, row_to_json(ladder, &ladder->rows[i]));
    return json_pack("{s:o, s:o}", "lanes", lanes, "rows", rows);
}
