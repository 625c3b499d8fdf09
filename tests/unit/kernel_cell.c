/*
 * What a cell is made of: Lua, commands around it, questions, and where the session is to be.
 */
#include "kernel/cell.h"

#include "base/text.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* "2 lua x = 1|3 command vars": the pieces with the numbers of their lines. */
static char *told(const char *code)
{
    static const char *const names[] = {
        [PIECE_LUA] = "lua", [PIECE_COMMAND] = "command", [PIECE_QUESTION] = "question", [PIECE_NETWORK] = "network"};
    struct cell cell = cell_read(code);
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < cell.count; i++) {
        const struct piece *piece = &cell.pieces[i];
        text_add(&text, i > 0 ? "|" : "");
        if (piece->kind == PIECE_NETWORK)
            text_add(&text, piece->lab ? "lab" : "loopback");
        else
            text_format(&text, "%d %s %.*s", piece->line, names[piece->kind], (int)piece->text.length,
                        piece->text.text);
    }
    text_add(&text, cell.wrong ? "|wrong" : "");
    cell_free(&cell);
    return text_steal(&text);
}

static const struct {
    const char *code, *told;
} cells[] = {
    {"", ""},
    {"\n \n\t\n", ""},
    {"x = 1", "1 lua x = 1"},
    {"\n\nx = 1\n\n", "3 lua x = 1"},
    {":vars", "1 command vars"},
    {":vars  \n:c all\nx = 1\n", "1 command vars|2 command c all|3 lua x = 1"},
    {"x = 1\n\n:vars\n\n:sockets\n", "1 lua x = 1|3 command vars|5 command sockets"},
    {"x\n:vars()\ny", "1 lua x\n:vars()\ny"},
    {"x = 1\n:send('a')", "1 lua x = 1\n:send('a')"},
    {" :vars", "1 lua  :vars"},
    {":unknown\nx", "1 command unknown|2 lua x"},
    {"::label::", "1 lua ::label::"},
    {"x = 1\n:vars()", "1 lua x = 1\n:vars()"},
    {"connect?", "1 question connect"},
    {"\ns:connect?\n", "2 question s:connect"},
    {":vars\nerrno.EPIPE?\n:c", "1 command vars|2 question errno.EPIPE|3 command c"},
    {"s.recv??  \n", "1 question s.recv"},
    {"s.recv???", "1 lua s.recv???"},
    {"?", "1 lua ?"},
    {"??", "1 lua ??"},
    {"a b?", "1 lua a b?"},
    {"x = 1\ny?", "1 lua x = 1\ny?"},
    {"lab.on()", "lab|1 lua lab.on()"},
    {"-- a word\n\n  lab.on() x = 1", "lab|1 lua -- a word\n\n  lab.on() x = 1"},
    {"--[[ a\n]] lab.on()", "1 lua --[[ a\n]] lab.on()"},
    {"x = 1 lab.on()", "1 lua x = 1 lab.on()"},
    {"---\nnetwork: lab\n---\nx", "lab|4 lua x"},
    {"---\nnetwork: loopback  \ntitle: A\n---\n:vars", "loopback|5 command vars"},
    {"---\ntitle: A\n---", ""},
    {"---\nnetwork: moon\n---\nx", "4 lua x|wrong"},
    {"---\nnetwork:\n---", "|wrong"},
    {"---\nx = 1", "1 lua ---\nx = 1"},
    {"--- network: lab\n---", "1 lua --- network: lab\n---"},
    {"---\n-- A banner\n---\nx = 1", "4 lua x = 1"},
    {"---\nx = 1\n---\ny = x", "1 lua ---\nx = 1\n---\ny = x"},
    {"---\ns:send(1)\n---", "1 lua ---\ns:send(1)\n---"},
    {"---\ngoals:\n  - a\n# no\n\nx-y: [b]\n---\nx", "8 lua x"},
};

static void test_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char *got = told(cells[i].code);
        if (strcmp(got, cells[i].told) != 0)
            fail_msg("\"%s\" should be \"%s\", not \"%s\"", cells[i].code, cells[i].told, got);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
