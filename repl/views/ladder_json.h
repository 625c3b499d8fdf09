/*
 * ladder_json.h: the ladder for programs.  Floor: views.
 */
#ifndef SOCKRATES_VIEWS_LADDER_JSON_H
#define SOCKRATES_VIEWS_LADDER_JSON_H

#include "views/ladder.h"

#include <jansson.h>

/*
 * {"lanes": [{"name", "place"}], "rows": [...]}; a new reference.  A row has "at" (nanoseconds since the step
 * began) and "cells": [{"lane", "text", "look", "event"}], perhaps an "arrow": {"from", "to", "kind", "text",
 * "bytes", "lost"}; or it has "gap" (nanoseconds), "fold" (how many times the "period" rows before it came
 * again) or "hidden" (rows).  "event" counts the events of the outcome; it is absent for an earlier one.
 */
json_t *ladder_to_json(const struct ladder *ladder);

#endif
