/*
 * document.h: the outcome for programs, with its picture.  Floor: render.
 */
#ifndef SOCKRATES_RENDER_DOCUMENT_H
#define SOCKRATES_RENDER_DOCUMENT_H

#include "session/outcome.h"

/* What outcome_to_json() gives, and "ladder" and "charts" where anything happened: see views/ladder_json.h,
 * chart_json.h.  A new reference. */
json_t *outcome_document(const struct outcome *outcome);

#endif
