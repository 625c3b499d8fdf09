#include "render/translate.h"

#include "render/translate_python.h"

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

static void indent(struct text *out, const struct text *body)
{
    const char *line = text_string(body), *end = line + body->length;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        size_t length = next ? (size_t)(next - line) : (size_t)(end - line);
        text_add(out, length > 0 ? "    " : "");
        text_add_bytes(out, line, length);
        text_add_char(out, '\n');
        line += length + 1;
    }
}

static void loop(struct part *part, size_t times, const struct text *body, struct text *out)
{
    (void)part;
    text_format(out, "for _ in range(%zu):\n", times);
    indent(out, body);
}

static const struct language language = {python_call, python_comment, start, stop, stay, loop};

/* --- the file ------------------------------------------------------------------------------------------- */

static void add_head(struct text *out, const struct program *program)
{
    static const struct {
        unsigned uses;
        const char *name;
    } modules[] = {
        {USES_PEERS, "atexit"},
        {USES_RAISING, "contextlib"},
        {USES_PEERS, "os"},
        {USES_SELECT, "select"},
        {USES_SIGNAL | USES_PEERS, "signal"},
        {0, "socket"},
        {USES_TIME, "time"},
    };
    text_add(out, "\"\"\"The calls that were made, as Python.  Written by Sockrates from what really happened.\n");
    if (program->left_out > 0)
        text_format(out, "\n%zu calls are left out: comments say which, or they are too long ago.\n", program->left_out);
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
                      "    \"\"\"Runs a peer in a process of its own, with its listener and nothing else that is open here.\"\"\"\n"
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
                      "    \"\"\"Within it the handler raises; elsewhere Python makes an interrupted call again.\"\"\"\n"
                      "    global raising\n"
                      "    raising = True\n"
                      "    try:\n"
                      "        yield\n"
                      "    except Interrupted:\n"
                      "        print(call + \": interrupted\")\n"
                      "    finally:\n"
                      "        raising = False\n\n"
                      "\nraising = False\n\n"
                      "\ndef on_signal(number, frame):\n    if raising:\n        raise Interrupted\n\n");
    else if (program->uses & USES_HANDLER)
        text_add(out, "\ndef on_signal(number, frame):\n    \"\"\"The call that was interrupted is made again.\"\"\"\n\n");
}

static void add_peer(struct text *out, const struct part *part)
{
    text_format(out, "\ndef %s(listener):\n    \"\"\"A peer, in a process of its own.\"\"\"\n", part->name);
    indent(out, &part->body);
    text_add_char(out, '\n');
}

void translate_python(struct text *out, const struct timeline *timeline, bool all)
{
    struct program *program = program_new(timeline, &language, all);
    add_head(out, program);
    add_helpers(out, program);
    for (size_t i = 1; i < program->part_count; i++)
        if (program->parts[i].started)
            add_peer(out, &program->parts[i]);
    text_add(out, program->uses & (USES_PEERS | USES_HANDLER | USES_RAISING) ? "\n" : "");
    text_add_bytes(out, text_string(&program->parts[0].body), program->parts[0].body.length);
    program_free(program);
}
