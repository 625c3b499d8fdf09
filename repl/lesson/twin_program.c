#include "lesson/twin_program.h"

#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "lesson/twin_c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char python_support[] =
#include "twins.py.inc"
    ;

static const char c_support[] =
#include "twins.c.inc"
    ;

/* --- peers ---------------------------------------------------------------------------------------------- */

static const struct twin_peer *peer_named(const struct twin_step *step, const char *name)
{
    for (size_t i = 0; i < step->peer_count; i++)
        if (strcmp(step->peers[i].name, name) == 0)
            return &step->peers[i];
    return NULL;
}

/* The pieces before it had another one, or none of that name. */
static bool is_news(const struct twin_step *steps, size_t index, const struct twin_peer *peer)
{
    const struct twin_peer *before = NULL;
    for (size_t i = index; i-- > 0 && before == NULL;)
        before = peer_named(&steps[i], peer->name);
    return before == NULL || !address_same(&before->address, &peer->address);
}

/* --- Python --------------------------------------------------------------------------------------------- */

static void add_literal(struct text *out, const char *string, size_t length)
{
    text_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)string[i];
        if (c == '"' || c == '\\')
            text_format(out, "\\%c", c);
        else if (c == '\n')
            text_add(out, "\\n");
        else if (c < 32 || c == 127)
            text_format(out, "\\x%02x", c);
        else
            text_add_char(out, (char)c);
    }
    text_add_char(out, '"');
}

/* What getsockname() would give: ("10.0.0.2", 40001), or a path. */
static void add_python_address(struct text *out, const struct address *address)
{
    char host[ADDRESS_HOST_ROOM];
    size_t length;
    const char *path = address_unix_path(address, &length);
    if (address_family_of(address) == AF_UNIX) {
        add_literal(out, path, length);
        return;
    }
    address_host(address, host);
    text_format(out, "(\"%s\", %u)", host, address_port(address));
}

static void add_python_peers(struct text *out, const struct twin_step *steps, size_t index)
{
    const char *between = "";
    text_add(out, "{");
    for (size_t i = 0; i < steps[index].peer_count; i++) {
        const struct twin_peer *peer = &steps[index].peers[i];
        if (!is_news(steps, index, peer))
            continue;
        text_format(out, "%s\"%s\": ", between, peer->name);
        add_python_address(out, &peer->address);
        between = ", ";
    }
    text_add(out, "}");
}

static void add_python(struct text *out, const char *file, const struct twin_step *steps, size_t count)
{
    text_add(out, python_support);
    text_add(out, "run(");
    add_literal(out, file, strlen(file));
    text_add(out, ", [\n");
    for (size_t i = 0; i < count; i++) {
        text_format(out, "    (%d, ", steps[i].twin->line);
        add_literal(out, steps[i].twin->code, strlen(steps[i].twin->code));
        text_add(out, ", ");
        add_python_peers(out, steps, i);
        text_add(out, "),\n");
    }
    text_add(out, "])\n");
}

/* --- C -------------------------------------------------------------------------------------------------- */

static void add_line(struct text *out, const char *file, int line)
{
    text_format(out, "#line %d ", line);
    add_literal(out, file, strlen(file));
    text_add(out, "\n");
}

/* Once each, wherever it is first known. */
static void declare_peers(struct text *out, const struct twin_step *steps, size_t count, const char *before)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < steps[i].peer_count; k++) {
            bool known = false;
            for (size_t j = 0; j < i; j++)
                known = known || peer_named(&steps[j], steps[i].peers[k].name) != NULL;
            if (!known)
                text_format(out, "%sstruct peer %s;\n", before, steps[i].peers[k].name);
        }
}

static void set_peer(struct text *out, const struct twin_peer *peer)
{
    char host[ADDRESS_HOST_ROOM];
    address_host(&peer->address, host);
    text_format(out, "        static const unsigned char %s_address[] __attribute__((aligned(8))) = {", peer->name);
    for (size_t i = 0; i < peer->address.length; i++)
        text_format(out, "%u, ", (unsigned char)peer->address.bytes[i]);
    text_format(out, "};\n        %s = (struct peer){\"%s\", %u, (const struct sockaddr *)%s_address, %u};\n",
                peer->name, address_family_of(&peer->address) == AF_UNIX ? "" : host, address_port(&peer->address),
                peer->name, (unsigned)peer->address.length);
}

static void add_c_peers(struct text *out, const struct twin_step *steps, size_t count)
{
    text_add(out, "static void sockrates_peers(int number)\n{\n");
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < steps[i].peer_count; k++) {
            if (!is_news(steps, i, &steps[i].peers[k]))
                continue;
            text_format(out, "    if (number == %zu) {\n", i);
            set_peer(out, &steps[i].peers[k]);
            text_add(out, "    }\n");
        }
    text_add(out, "}\n");
}

static void add_piece(struct text *out, const char *file, const struct twin *twin, const char *code)
{
    add_line(out, file, twin->line);
    text_add(out, code);
    text_add(out, "\n");
}

static void add_c(struct text *out, const char *file, const struct twin_step *steps, size_t count)
{
    struct text body = TEXT_EMPTY;
    text_add(out, "#include <sys/socket.h>\n\n"
                  "struct peer {\n    const char *host;\n    int port;\n    const struct sockaddr *address;\n"
                  "    socklen_t length;\n};\n\nvoid sockrates_mark(int number, const char *what);\n");
    declare_peers(out, steps, count, "extern ");
    for (size_t i = 0; i < count; i++) {
        char *top, *rest;
        twin_c_split(steps[i].twin->code, &top, &rest);
        add_piece(out, file, steps[i].twin, top);
        text_format(&body, "sockrates_mark(%zu, \"begins\");\n", i);
        add_piece(&body, file, steps[i].twin, rest);
        text_format(&body, "sockrates_mark(%zu, \"ends\");\n", i);
        free(top);
        free(rest);
    }
    text_format(out, "int main(void)\n{\n%s    return 0;\n}\n#line 1 \"support\"\n", text_string(&body));
    declare_peers(out, steps, count, "");
    add_c_peers(out, steps, count);
    text_add(out, c_support);
    text_free(&body);
}

char *twin_program(enum code_language language, const char *file, const struct twin_step *steps, size_t count)
{
    struct text out = TEXT_EMPTY;
    (language == CODE_C ? add_c : add_python)(&out, file, steps, count);
    return text_steal(&out);
}

/* --- what it said --------------------------------------------------------------------------------------- */

/* "errno line ,class,class, the error's last line" */
static void read_error(struct twin_mark *mark, struct span words)
{
    char *line = memory_copy_bytes(words.text, words.length);
    int read = 0;
    if (sscanf(line, "%d %d %n", &mark->code, &mark->line, &read) == 2 && read > 0) {
        size_t kinds = strcspn(line + read, " ");
        free(mark->kinds);
        free(mark->error);
        mark->kinds = memory_copy_bytes(line + read, kinds);
        mark->error = memory_copy(line + read + kinds + (line[(size_t)read + kinds] != '\0'));
    }
    free(line);
}

static void read_mark(struct twin_mark *marks, size_t count, struct span line)
{
    char what[16], *text = memory_copy_bytes(line.text, line.length);
    size_t number;
    int64_t at;
    int behind = 0;
    if (sscanf(text, "@twin %zu %15s %" SCNd64 " %n", &number, what, &at, &behind) == 3 && number < count) {
        if (strcmp(what, "begins") == 0)
            marks[number].begin = at;
        else if (strcmp(what, "ends") == 0)
            marks[number].end = at;
        else if (strcmp(what, "raised") == 0 && (size_t)behind <= line.length)
            read_error(&marks[number], (struct span){line.text + behind, line.length - (size_t)behind});
    }
    free(text);
}

struct twin_mark *twin_marks_read(const char *output, size_t count)
{
    struct twin_mark *marks = memory_new(count + 1, sizeof *marks);
    for (struct span line; span_next_line(&output, &line);)
        read_mark(marks, count, line);
    return marks;
}

void twin_marks_free(struct twin_mark *marks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(marks[i].error);
        free(marks[i].kinds);
    }
    free(marks);
}
