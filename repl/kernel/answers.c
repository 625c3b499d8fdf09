#include "kernel/answers.h"

#include "base/memory.h"
#include "render/bundle.h"
#include "kernel/cell.h"
#include "render/command_rows.h"
#include "render/reference.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- places in a code ----------------------------------------------------------------------------------- */

/* Code and a place in it; the protocol counts code points. */
struct place {
    const char *code;
    size_t at; /* bytes */
};

static size_t count_points(const char *text, size_t length)
{
    size_t points = 0;
    for (size_t i = 0; i < length; i++)
        points += ((unsigned char)text[i] & 0xc0) != 0x80;
    return points;
}

static struct place place_in(const json_t *request)
{
    const char *code = json_string_value(json_object_get(request, "code"));
    const json_t *cursor = json_object_get(request, "cursor_pos");
    struct place place = {code ? code : "", 0};
    size_t length = strlen(place.code);
    json_int_t left = json_is_integer(cursor) ? json_integer_value(cursor) : (json_int_t)length;
    for (; left > 0 && place.at < length; left--)
        do
            place.at++;
        while (((unsigned char)place.code[place.at] & 0xc0) == 0x80);
    return place;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_chain(char c)
{
    return is_word(c) || c == '.' || c == ':';
}

static size_t line_begin(const struct place *place)
{
    size_t begin = place->at;
    while (begin > 0 && place->code[begin - 1] != '\n')
        begin--;
    return begin;
}

/* --- the kernel ----------------------------------------------------------------------------------------- */

json_t *answers_info(struct kernel *kernel, const json_t *request)
{
    (void)kernel, (void)request;
    const char *language = session_language(), *space = strchr(language, ' ');
    char *banner = text_make("Sockrates %s: learn sockets by asking them. %s\n:help lists what a cell may ask for.",
                             SOCKRATES_VERSION, language);
    json_t *about = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name", "lua", "version",
                              space ? space + 1 : language, "mimetype", "text/x-lua", "file_extension", ".lua",
                              "pygments_lexer", "lua", "codemirror_mode", "lua", "nbconvert_exporter", "script");
    json_t *info =
        json_pack("{s:s, s:s, s:s, s:o, s:s, s:b, s:[], s:[]}", "protocol_version", POST_PROTOCOL, "implementation",
                  "sockrates", "implementation_version", SOCKRATES_VERSION, "language_info", about, "banner", banner,
                  "debugger", 0, "help_links", "supported_features");
    free(banner);
    return info;
}

json_t *answers_history(struct kernel *kernel, const json_t *request)
{
    return json_pack("{s:o}", "history", past_cells_asked(&kernel->past, request));
}

json_t *answers_comms(struct kernel *kernel, const json_t *request)
{
    (void)kernel, (void)request;
    return json_pack("{s:{}}", "comms");
}

json_t *answers_connection(struct kernel *kernel, const json_t *request)
{
    (void)request;
    json_t *ports = json_object();
    for (enum port port = 0; port < PORT_COUNT; port++) {
        char *name = text_make("%s_port", port_name(port));
        json_object_set_new(ports, name, json_integer(kernel->connection->ports[port]));
        free(name);
    }
    return ports;
}

/* --- how it may go on ----------------------------------------------------------------------------------- */

struct completing {
    json_t *names, *notes;
    json_int_t begin, end; /* in code points */
};

static void add_name(struct completing *completing, const char *name, const char *type, const char *signature)
{
    json_array_append_new(completing->names, json_string(name));
    json_array_append_new(completing->notes,
                          json_pack("{s:I, s:I, s:s, s:s, s:s}", "start", completing->begin, "end", completing->end,
                                    "text", name, "type", type, "signature", signature ? signature : ""));
}

static void complete_command(struct completing *completing, const char *word, size_t length)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        char *name = text_make(":%s", command->name);
        if (strncmp(name, word, length) == 0)
            add_name(completing, name, "command", command->brief);
        free(name);
    }
}

static void complete_lua(struct completing *completing, struct kernel *kernel, const struct place *place)
{
    json_t *names =
               session_ask(learner_session(&kernel->learner), "complete", json_stringn_nocheck(place->code, place->at)),
           *name;
    size_t index, begin = (size_t)json_integer_value(json_object_get(names, "start"));
    if (names == NULL || begin > place->at)
        begin = place->at;
    completing->begin = (json_int_t)count_points(place->code, begin);
    json_array_foreach(json_object_get(names, "names"), index, name)
    {
        const char *text = json_string_value(name);
        if (text == NULL)
            continue;
        const char *signature = reference_signature(kernel->learner.manual, place->code, begin, text);
        add_name(completing, text, signature && strchr(signature, '(') ? "function" : "instance", signature);
    }
    json_decref(names);
}

json_t *answers_completion(struct kernel *kernel, const json_t *request)
{
    struct place place = place_in(request);
    struct completing completing = {.names = json_array(), .notes = json_array()};
    size_t line = line_begin(&place), end = line;
    while (end < place.at && !isspace((unsigned char)place.code[end]))
        end++;
    completing.end = (json_int_t)count_points(place.code, place.at);
    completing.begin = (json_int_t)count_points(place.code, line);
    if (line < place.at && place.code[line] == ':' && end == place.at)
        complete_command(&completing, place.code + line, place.at - line);
    else
        complete_lua(&completing, kernel, &place);
    return json_pack("{s:o, s:I, s:I, s:{s:o}}", "matches", completing.names, "cursor_start", completing.begin,
                     "cursor_end", completing.end, "metadata", "_jupyter_types_experimental", completing.notes);
}

/* Of the Lua in the code; what is no Lua is complete. */
static json_t *completeness_of(struct kernel *kernel, const char *code)
{
    struct cell cell = cell_read(code);
    json_t *answer = NULL;
    for (size_t i = 0; i < cell.count; i++)
        if (cell.pieces[i].kind == PIECE_LUA || cell.pieces[i].kind == PIECE_CHECK)
            answer = session_ask(learner_session(&kernel->learner), "completeness",
                                 json_stringn_nocheck(cell.pieces[i].text.text, cell.pieces[i].text.length));
    if (cell.count > 0 && cell.pieces[cell.count - 1].kind != PIECE_LUA && answer == NULL)
        answer = json_string("complete");
    cell_free(&cell);
    return answer;
}

json_t *answers_completeness(struct kernel *kernel, const json_t *request)
{
    const char *code = json_string_value(json_object_get(request, "code"));
    json_t *answer = completeness_of(kernel, code ? code : "");
    const char *state = json_string_value(answer);
    json_t *content = json_pack("{s:s}", "status", state ? state : "complete");
    if (state != NULL && strcmp(state, "incomplete") == 0)
        json_object_set_new(content, "indent", json_string("    "));
    json_decref(answer);
    return content;
}

/* --- what it is ----------------------------------------------------------------------------------------- */

/* The call whose arguments the place is among: just before its bracket; 0 for none. */
static size_t enclosing_call(const char *code, size_t at)
{
    int depth = 0;
    for (; at > 0; at--)
        if (code[at - 1] == ')')
            depth++;
        else if (code[at - 1] == '(' && depth-- == 0)
            return at - 1;
    return 0;
}

static char *name_ending(const struct place *place, size_t end)
{
    size_t begin = end;
    while (begin > 0 && is_chain(place->code[begin - 1]))
        begin--;
    while (end > begin && strchr(".:", place->code[end - 1]) != NULL)
        end--;
    return memory_copy_bytes(place->code + begin, end - begin);
}

/* The name at the place, or of the call that it stands in; yours to free. */
static char *name_at(const struct place *place)
{
    size_t end = place->at;
    while (is_word(place->code[end]))
        end++;
    char *name = name_ending(place, end);
    if (*name == '\0') {
        free(name);
        name = name_ending(place, enclosing_call(place->code, place->at));
    }
    return name;
}

/* What the learner has under this name; NULL for nothing. */
static json_t *variable_named(struct kernel *kernel, const char *name)
{
    json_t *all = session_ask(learner_session(&kernel->learner), "variables", NULL), *variable, *data = NULL;
    size_t index;
    json_array_foreach(all, index, variable)
    {
        const char *known = json_string_value(json_object_get(variable, "name"));
        const char *value = json_string_value(json_object_get(variable, "text"));
        if (data == NULL && known != NULL && value != NULL && strcmp(known, name) == 0)
            data = json_pack("{s:o}", "text/plain", json_sprintf("%s = %s", name, value));
    }
    json_decref(all);
    return data;
}

json_t *answers_inspection(struct kernel *kernel, const json_t *request)
{
    struct place place = place_in(request);
    struct text markdown = TEXT_EMPTY;
    char *name = name_at(&place);
    json_t *data = *name != '\0' ? variable_named(kernel, name) : NULL;
    if (data == NULL && *name != '\0' && reference_describe(&markdown, kernel->learner.manual, name))
        data = bundle_markdown(&markdown);
    text_free(&markdown);
    free(name);
    int found = data != NULL;
    return json_pack("{s:b, s:o, s:{}}", "found", found, "data", data ? data : json_object(), "metadata");
}
