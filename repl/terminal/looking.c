#include "terminal/looking.h"

#include "base/path.h"
#include "render/command_rows.h"
#include "render/row_table.h"
#include "render/terminal_outcome.h"

#include <stdlib.h>
#include <string.h>

static void show_rows(struct tutor *tutor, const char *verb, const char *nothing)
{
    json_t *rows = tutor->session ? session_ask(tutor->session, verb, json_null()) : NULL;
    if (json_array_size(rows) > 1) {
        struct text out = TEXT_EMPTY;
        struct outcome_value table = row_table(rows);
        terminal_table(&out, &table, &tutor->screen.look);
        screen_take(&tutor->screen, &out);
        row_table_free(&table);
    } else {
        screen_say(&tutor->screen, STYLE_TEXT, "%s", nothing);
    }
    json_decref(rows);
}

void looking_sockets(struct tutor *tutor)
{
    show_rows(tutor, "sockets", COMMAND_SAYS_NO_SOCKETS);
}

void looking_peers(struct tutor *tutor)
{
    show_rows(tutor, "peers", COMMAND_SAYS_NO_PEERS);
    if (tutor->session != NULL)
        notes_read(&tutor->notes, session_ring(tutor->session), &tutor->noted);
    for (size_t i = 0; i < tutor->notes.count; i++)
        tutor_show_note(tutor, &tutor->notes.list[i]);
}

/* Styled text from the session; NULL is nothing. */
static void add_shown(struct text *out, const struct look *look, enum style style, const char *text)
{
    text_add(out, look_on(look, style));
    look_add_visible(out, look, text ? text : "", text ? strlen(text) : 0);
    text_add(out, look_off(look, style));
}

void looking_vars(struct tutor *tutor)
{
    json_t *answer = tutor->session ? session_ask(tutor->session, "variables", json_null()) : NULL, *variable;
    struct text out = TEXT_EMPTY;
    size_t index;
    json_array_foreach(answer, index, variable)
    {
        const char *name = json_string_value(json_object_get(variable, "name"));
        const char *text = json_string_value(json_object_get(variable, "text"));
        struct text first = TEXT_EMPTY, value = TEXT_EMPTY;
        add_shown(&first, &tutor->screen.look, STYLE_NAME, name);
        text_add(&first, " = ");
        add_shown(&value, &tutor->screen.look, STYLE_TEXT, text);
        look_break(&out, &tutor->screen.look, text_string(&first), "    ", text_string(&value));
        text_free(&first);
        text_free(&value);
    }
    if (out.length == 0)
        text_add(&out, "You have no variables yet. Type x = 1 to make one.\n");
    screen_take(&tutor->screen, &out);
    json_decref(answer);
}

void looking_save(struct tutor *tutor, const char *argument)
{
    if (*argument == '\0') {
        screen_say(&tutor->screen, STYLE_ADVICE, "Say where: :save first.lua is a script, :save first.md a lesson.");
        return;
    }
    char *path = path_home(argument);
    if (tutor->record.count == 0)
        screen_say(&tutor->screen, STYLE_ADVICE, "Nothing ran in this session yet.");
    else if (record_save(&tutor->record, path))
        screen_say(&tutor->screen, STYLE_ADVICE, "%zu entr%s saved in %s.", tutor->record.count,
                   tutor->record.count == 1 ? "y" : "ies", path);
    else
        tutor_say_unwritten(tutor, path);
    free(path);
}

void looking_why(struct tutor *tutor)
{
    struct text out = TEXT_EMPTY;
    const struct quiz *quiz = tutor->reading.recalled ? NULL : tutor->reading.quiz;
    tutor_catch_up(tutor);
    if (quiz != NULL && quiz->prediction && !tutor->play.happened)
        text_add(&out, "That would answer the question. Choose first; :next goes on without.\n");
    else if (tutor->last == NULL)
        text_add(&out, "Nothing ran yet.\n");
    else
        terminal_why(&out, tutor->last, tutor->last_source, &tutor->screen.look);
    screen_take(&tutor->screen, &out);
}
