#include "render/translate.h"

#include "render/translate_python.h"

#include <ctype.h>
#include <string.h>

/* --- peers, loops --------------------------------------------------------------------------------------- */

static void start(struct part *part, const struct part *peer, struct text *out)
{
    part->uses |= USES_PEERS;
    text_format(out, "%s_process = start(%s", peer->name, peer->name);
    for (size_t i = 0; i < part->variable_count; i++)
        if (part->variables[i].open && part->variables[i].actor == peer->actor) {
            text_format(out, ", %s", part->variables[i].name);
            part->variables[i].open = false;
        }
    text_add(out, ")\n");
}

static void stop(struct part *part, const struct part *peer, struct text *out)
{
    part->uses |= USES_PEERS;
    text_format(out, "os.kill(%s_process, signal.SIGKILL)\nos.waitpid(%s_process, 0)\n", peer->name, peer->name);
}

static void stay(struct part *part, struct text *out)
{
    python_comment(part, "It is there until the program ends.", out);
    text_add(out, "signal.pause()\n");
}

static void indent(struct text *out, const struct text *body, size_t steps)
{
    const char *line = text_string(body), *end = line + body->length;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = next ? (size_t)(next - line) : (size_t)(end - line);
        text_add_repeat(out, "    ", length > 0 ? steps : 0);
        text_add_bytes(out, line, length);
        text_add_char(out, '\n');
        line += length + 1;
    }
}

static void loop(struct part *part, size_t times, const struct text *body, struct text *out)
{
    (void)part;
    text_format(out, "for _ in range(%zu):\n", times);
    indent(out, body, 1);
}

static const struct language language = {python_call, python_comment, start, stop, stay, loop};

/* --- the file ------------------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct program *program)
{
    static const struct {
        unsigned uses;
        const char *name;
    } modules[] = {
        {USES_PEERS, "atexit"},  {USES_RAISING, "contextlib"},         {USES_PEERS, "os"},
        {USES_SELECT, "select"}, {USES_SIGNAL | USES_PEERS, "signal"}, {0, "socket"},
        {USES_TIME, "time"},
    };
    text_add(out, "\"\"\"The calls that were made, as Python.  Written by Sockrates from what really happened.\n");
    if (program->left_out > 0)
        text_format(out,
                    "\nLeft out: %zu of the calls. Comments say which, or they are too long ago, and then "
                    "this may wait for ever.\n",
                    program->left_out);
    text_add(out, "\"\"\"\n");
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (modules[i].uses == 0 || program->uses & modules[i].uses)
            text_format(out, "import %s\n", modules[i].name);
    text_add_char(out, '\n');
}

static void add_helpers(struct text *out, const struct program *program)
{
    if (program->uses & USES_PEERS)
        text_add(out, "\ndef start(peer, listener, *others):\n"
                      "    \"\"\"Runs a peer in a process of its own, with its listener and nothing else "
                      "that is open here.\"\"\"\n"
                      "    process = os.fork()\n"
                      "    if process == 0:\n"
                      "        kept = {listener.fileno()} | {other.fileno() for other in others}\n"
                      "        for fd in set(range(3, 1024)) - kept:\n"
                      "            try:\n"
                      "                os.close(fd)\n"
                      "            except OSError:\n"
                      "                pass\n"
                      "        try:\n"
                      "            peer(listener)\n"
                      "        finally:\n"
                      "            os._exit(0)\n"
                      "    for inherited in (listener, *others):\n"
                      "        inherited.close()\n"
                      "    atexit.register(end, process)\n"
                      "    return process\n\n"
                      "\ndef end(process):\n"
                      "    try:\n"
                      "        os.kill(process, signal.SIGKILL)\n"
                      "    except ProcessLookupError:\n"
                      "        pass\n\n");
    if (program->uses & USES_RAISING)
        text_add(out, "\nclass Interrupted(Exception):\n    \"\"\"Raised by the handler: the call is left.\"\"\"\n\n"
                      "\n@contextlib.contextmanager\n"
                      "def signal_ends(call):\n"
                      "    \"\"\"Within it the handler raises; elsewhere Python makes an interrupted call "
                      "again.\"\"\"\n"
                      "    global raising\n"
                      "    raising = True\n"
                      "    try:\n"
                      "        yield\n"
                      "    except Interrupted:\n"
                      "        print(call + \": interrupted\")\n"
                      "    finally:\n"
                      "        raising = False\n\n"
                      "\nraising = False\n\n");
    if (program->uses & USES_RAISING && program->uses & USES_HANDLER)
        text_add(out, "\ndef on_signal(number, frame):\n    if raising:\n        raise Interrupted\n\n");
    else if (program->uses & USES_HANDLER)
        text_add(out, "\ndef on_signal(number, frame):\n    \"\"\"The call that was interrupted is made "
                      "again.\"\"\"\n\n");
}

static void add_peer(struct text *out, const struct part *part)
{
    text_format(out, "\ndef %s(listener):\n    \"\"\"A peer, in a process of its own.\"\"\"\n", part->name);
    indent(out, &part->body, 1);
    text_add_char(out, '\n');
}

/* --- functions that signals call ------------------------------------------------------------------------ */

static bool mentions(const struct text *body, const char *name)
{
    size_t length = strlen(name);
    const char *lines = text_string(body);
    for (const char *at = strstr(lines, name); at != NULL; at = strstr(at + 1, name)) {
        bool begins = at == lines || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        if (begins && !isalnum((unsigned char)at[length]) && at[length] != '_')
            return true;
    }
    return false;
}

static void add_global(struct text *list, const struct text *body, const char *name)
{
    if (mentions(body, name) && !mentions(list, name))
        text_format(list, "%s%s", list->length > 0 ? ", " : "", name);
}

/* What it shares with the program. */
static void add_globals(struct text *out, const struct part *part, const struct text *body)
{
    struct text list = TEXT_EMPTY;
    for (size_t i = 0; i < part->variable_count; i++)
        add_global(&list, body, part->variables[i].name);
    for (size_t i = 0; i < part->program->address_count; i++)
        add_global(&list, body, part->program->addresses[i].name);
    if (list.length > 0)
        text_format(out, "    global %s\n", text_string(&list));
    text_free(&list);
}

static void add_run(struct text *out, const struct handler *handler, const struct handler_runs *run)
{
    if (handler->run_count == 1) {
        indent(out, &run->body, 1);
        return;
    }
    if (run->body.length == 0)
        return;
    if (run->first == run->last)
        text_format(out, "    if %s.times == %zu:\n", handler->name, run->first);
    else
        text_format(out, "    if %zu <= %s.times <= %zu:\n", run->first, handler->name, run->last);
    indent(out, &run->body, 2);
}

static void add_handler(struct text *out, const struct part *part, const struct handler *handler)
{
    struct text body = TEXT_EMPTY;
    for (size_t i = 0; i < handler->run_count; i++)
        add_run(&body, handler, &handler->runs[i]);
    text_format(out, "\ndef %s(number, frame):\n    \"\"\"Called in the middle of a call that waits.\"\"\"\n",
                handler->name);
    add_globals(out, part, &body);
    if (handler->run_count > 1)
        text_format(out, "    %s.times += 1\n", handler->name);
    text_add_bytes(out, text_string(&body), body.length);
    if (part->program->uses & USES_RAISING)
        text_add(out, "    if raising:\n        raise Interrupted\n");
    text_add_char(out, '\n');
    if (handler->run_count > 1)
        text_format(out, "\n%s.times = 0\n\n", handler->name);
    text_free(&body);
}

bool translate_python(struct text *out, const struct timeline *timeline, const struct translate_options *options)
{
    struct program *program = program_new(timeline, &language, options);
    add_head(out, program);
    add_helpers(out, program);
    for (size_t i = 1; i < program->part_count; i++)
        if (program->parts[i].started)
            add_peer(out, &program->parts[i]);
    for (size_t i = 0; i < program->parts[0].handler_count; i++)
        add_handler(out, &program->parts[0], &program->parts[0].handlers[i]);
    bool functions = program->uses & (USES_PEERS | USES_HANDLER | USES_RAISING) || program->parts[0].handler_count > 0;
    text_add(out, functions ? "\n" : "");
    text_add_bytes(out, text_string(&program->parts[0].body), program->parts[0].body.length);
    bool whole = program_is_whole(program);
    program_free(program);
    return whole;
}
