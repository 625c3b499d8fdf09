#include "render/habits.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "lua/help.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS 6

/*
 * In the templates {1} is the first group of `source`, {m1} the first one of `message`.
 */
struct row {
    const char *message; /* a pattern that the error's message must match; NULL: any */
    const char *source;  /* a pattern that the chunk must match; NULL: any */
    const char *seen, *attempt;
};

/*
 * A row that needs a known name near the one that `name` makes, which is not known itself; {near} is that
 * name, {bare} the same without its module.
 */
struct near_row {
    struct row row;
    const char *name; /* a template */
    enum help_kind kind;
};

#define BRACES "Lua has words around blocks, not braces."
#define METHOD "Here the socket stands before its method, with a colon between them."
#define TYPES  "int|float|double|char|long|short|unsigned|bool|string|auto|size_t|ssize_t|socklen_t"
#define TYPED  "(const|static|unsigned|signed|long|volatile)"
#define CALLS                                                                                                     \
    "(connect|bind|listen|accept|send|recv|sendto|recvfrom|sendmsg|recvmsg|shutdown|close|setsockopt|getsockopt|" \
    "getsockname|getpeername)"

/* Blocks of Python and C.  Lua may take one for a chunk that goes on in the next line. */
static const struct row python_blocks[] = {
    {NULL, "^\\s*with\\s+(.*)\\s+as\\s+(\\w+)\\s*:", "`with` is Python.", "Type local {2} <close> = {1}"},
    {NULL, "^\\s*try\\s*:\\s*([A-Za-z_]\\w*)[.:](\\w+)\\(\\(?([^()]*[^() ])\\)(.|\n)*\\bexcept\\s+([A-Za-z_.]+)",
     "`try` is Python. Lua calls through pcall.", "Type ok, err = pcall({1}.{2}, {1}, {3}), then err:isa({5})"},
    {NULL, "\\bexcept\\s+([A-Za-z_.]+)", "`except` is Python. Lua calls through pcall.",
     "Type ok, err = pcall(s.connect, s, host, port), then err:isa({1})"},
    {NULL, "^\\s*try\\s*:\\s*([A-Za-z_]\\w*)[.:](\\w+)\\(\\(?([^()]*[^() ])\\)",
     "`try` is Python. Lua calls through pcall.", "Type ok, err = pcall({1}.{2}, {1}, {3}), then look at err."},
    {NULL, "^\\s*try\\s*:", "`try` is Python. Lua calls through pcall.",
     "Type ok, err = pcall(function() ... end), with the call in it, then look at err."},
    {NULL, "^\\s*finally\\s*:", "`finally` is Python. What must be closed is declared so.",
     "Type local t <close> = socket.socket()"},
    {NULL, "^\\s*if\\s*\\((.*)\\)\\s*\\{", BRACES, "Type if {1} then ... end"},
    {NULL, "^\\s*while\\s*\\((.*)\\)\\s*\\{", BRACES, "Type while {1} do ... end"},
    {NULL, "^\\s*for\\s*\\(\\s*(\\w+\\s+)?(\\w+)\\s*=\\s*(\\w+)\\s*;\\s*\\w+\\s*<\\s*(\\w+)",
     "Lua counts in the loop itself.", "Type for {2} = {3}, {4} - 1 do ... end"},
    {NULL, "^\\s*switch\\s*\\((.*)\\)\\s*\\{", "Lua has no `switch`.", "Type if {1} == 1 then ... end"},
    {NULL, "^\\s*(static\\s+)?(" TYPES "|void)\\s+\\*?(\\w+)\\s*\\(([^()]*)\\)",
     "Lua has words around blocks, and no types.", "Type function {3}() ... end"},
    {NULL, "^\\s*(async\\s+)?def\\s+(\\w+)\\s*\\(([^)]*)\\)\\s*:", "`def` is Python.",
     "Type function {2}({3}) ... end"},
    {NULL, "^\\s*class\\s+(\\w+).*:", "`class` is Python. In Lua a table holds functions.",
     "Type {1} = {}, then function {1}.new() ... end"},
    {NULL, "^\\s*for\\s+(\\w+)\\s+in\\s+range\\(([^(),]+)\\)\\s*:", "Lua counts in the loop itself.",
     "Type for {1} = 0, {2} - 1 do ... end"},
    {NULL, "^\\s*for\\s+(\\w+)\\s+in\\s+range\\(([^(),]+),\\s*([^(),]+)\\)\\s*:", "Lua counts in the loop itself.",
     "Type for {1} = {2}, {3} - 1 do ... end"},
    {NULL, "^\\s*for\\s+(\\w+)\\s+in\\s+([^:]+):(\\s|$)", "In Lua a loop over a list says ipairs, do and end.",
     "Type for _, {1} in ipairs({2}) do ... end"},
    {NULL, "^\\s*(if|while)\\s+(\\S+)\\s+is\\s+None\\s*:", "In Lua it is nil, and == compares.",
     "Type {1} {2} == nil ... end, with `then` after if or `do` after while."},
    {NULL, "^\\s*(if|while)\\s+(\\S+)\\s+is\\s+not\\s+None\\s*:", "In Lua it is nil, and ~= compares.",
     "Type {1} {2} ~= nil ... end, with `then` after if or `do` after while."},
    {NULL, "^\\s*if\\s+([^:]+):(\\s|$)", "In Lua `if` goes on with `then` and ends with `end`.",
     "Type if {1} then ... end"},
    {NULL, "^\\s*while\\s+(True|1)\\s*:", "In Lua `while` goes on with `do` and ends with `end`.",
     "Type while true do ... end"},
    {NULL, "^\\s*while\\s+([^:]+):(\\s|$)", "In Lua `while` goes on with `do` and ends with `end`.",
     "Type while {1} do ... end"},
};

/* Of C: what the socket is, stands among the arguments. */
static const struct row c[] = {
    {NULL, "^\\s*struct\\s+(\\w+)", "Lua has no `struct`. An address is a host and a port.",
     "Type address = {\"127.0.0.1\", 8080}"},
    {"near", "\\b(connect|bind)\\s*\\(\\s*(\\w+)\\s*,\\s*\\(\\s*struct",
     "An address is a host and a port, and no `struct`.",
     "Type {2}:{1}(\"127.0.0.1\", 8080), with the address you mean."},
    {"near", "\\(\\s*struct\\s+\\w+\\s*\\*", "Lua has no casts and no `struct`.",
     "Leave out what stands in the brackets."},
    {NULL, "\\baccept\\s*\\(\\s*(\\w+)\\s*,.*\\)", METHOD, "Type connection, address = {1}:accept()"},
    {"global 'send'", "\\bsend\\s*\\(\\s*(\\w+)\\s*,\\s*([^,()]*[^,() ])\\s*,.*\\)", METHOD, "Type {1}:send({2})"},
    {"global 'recv'", "\\brecv\\s*\\(\\s*(\\w+)\\s*,\\s*(\\w+)\\s*,\\s*(\\w+)", METHOD, "Type {2} = {1}:recv({3})"},
    {"global '(read|write)'", "\\b(read|write)\\s*\\(\\s*(\\w+)\\s*,", METHOD,
     "Type {2}:recv(1024) to read, {2}:sendall(\"text\") to write."},
    {"global '" CALLS "'", "\\b" CALLS "\\s*\\(\\s*([A-Za-z_]\\w*)\\s*,\\s*(.*)\\)", METHOD, "Type {2}:{1}({3})"},
    {"global '" CALLS "'", "\\b" CALLS "\\s*\\(\\s*([A-Za-z_]\\w*)\\s*\\)", METHOD, "Type {2}:{1}()"},
    {"global 'socket'", "\\bsocket\\s*\\(\\s*([AP]F_\\w+)\\s*,\\s*(SOCK_\\w+)",
     "socket is a module, and the function in it has the same name.", "Type s = socket.socket(socket.{1}, socket.{2})"},
    {"global 'socket'", "\\bsocket\\s*\\((.*)\\)", "socket is a module, and the function in it has the same name.",
     "Type socket.socket({1})"},
    {"near '-'", "\\b(\\w+)\\s*->\\s*(\\w+)\\s*($|[^ (A-Za-z0-9_])", "Lua has no ->. A dot leads to a field.",
     "Type {1}.{2}"},
    {"near", "^\\s*(" TYPED "\\s+)*(" TYPES ")\\s*\\**\\s*(\\w+)\\s*(\\[\\w*\\])?\\s*;?\\s*$",
     "Lua needs no declaration.", "Type local {4}"},
    {"near", "^\\s*(" TYPED "\\s+)*(" TYPES ")\\s*\\**\\s*(\\w+)\\s*=\\s*([^;]*[^; ])",
     "Lua needs no type before a name.", "Type {4} = {5}"},
    {"global 'printf'", "\\bprintf\\s*\\((.*)\\)", "`printf` is C.", "Type print(string.format({1}))"},
    {"near '='", "\\b(if|while)\\s*\\(\\s*\\(\\s*(\\w+)\\s*=", "In Lua nothing is stored within a condition.",
     "Store it on a line of its own, {2} = ... An error that comes of it is raised by itself."},
    {"global '(fprintf|fputs|puts)'", "\\b(fprintf\\s*\\(\\s*\\w+\\s*,|f?puts\\s*\\()\\s*(\"[^\"]*\")",
     "In Lua it is print.", "Type print({2})"},
    {"global 'fork'", NULL, "A session makes no second process, but a peer is one, and runs your function.",
     "Type lab.peer(function(listener) ... end)"},
    {"global 'perror'", NULL, "An error ends what runs, and is shown by itself.", "Leave this line out."},
    {"global '_?exit'", NULL, "A script ends with os.exit(). The prompt is left with a command.", "Type :quit"},
    {"global '(sizeof|strlen)'", "\\b(sizeof|strlen)\\s*\\(([^()]*)\\)", "`{1}` is C.", "Type #{2}"},
    {"global '(malloc|calloc|free|memset|memcpy|bzero|strcpy|strncpy)'", NULL, "Lua looks after memory by itself.",
     "Leave this line out."},
    {"near '&'", "[(,]\\s*&\\s*(\\w+)",
     "Lua has no & for the address of a variable. What a call finds out, it returns.", "Leave out what begins with &."},
    {"near '#'", "#\\s*include\\b", "Lua includes nothing: its modules are there already.",
     "Just use them: type socket. and press Tab."},
    {"near '#'", "#\\s*define\\s+(\\w+)\\s+(.*\\S)", "`#define` is C.", "Type {1} = {2}"},
    {"near 'else'", "\\belse\\s+if\\b", "It is one word in Lua.", "Type elseif instead of else if"},
};

static const struct row python[] = {
    {NULL, "(\"[^\"]*\"|'[^']*')\\.join\\(\\[?(.*[^]])\\]?\\)", "In Lua a function joins the texts of a list.",
     "Type table.concat(list, {1}), with your list."},
    {"near", "[{,]\\s*(\"[^\"]*\"|'[^']*')\\s*:[^A-Za-z_]",
     "In Lua the keys of a table stand in square brackets, and = follows.", "Type [{1}] = instead of {1}:"},
    {"near '='", "\\bdict\\s*\\(([^()]*)\\)", "`dict` is Python. In Lua braces make a table.", "Type { {1} }"},
    {NULL, "(\"[^\"]*\"|'[^']*')\\.format\\((.*)\\)",
     "In Lua a function fills in a text, and %s is the place of a value.",
     "Type string.format(\"%s\", {2}), with your text around the %s"},
    {"near '\\*'", "([A-Za-z0-9_.]+)\\s*\\*\\*\\s*([A-Za-z0-9_.]+)", "In Lua a power is written ^.", "Type {1} ^ {2}"},
    {"malformed number", "\\b([0-9]+)_([0-9]+)\\b", "Lua has numbers without _.", "Type {1}{2}"},
    {"near '\\['", "(\\{[^{}]*\\})\\s*\\[\\s*(\\w+)\\s*\\]",
     "A table that is written out stands in parentheses before what is taken of it.", "Type ({1})[{2}]"},
    {NULL, "^\\s*(\\w+\\s*=\\s*)?(\"\"\"|\'\'\')", "Lua has double square brackets around long text.",
     "Type {1}[[text]]"},
    {"global 'sys'", "\\bsys\\.exit\\b", "A script ends with os.exit(). The prompt is left with a command.",
     "Type :quit"},
    {"global 'sys'", "\\bsys\\.argv\\b", "In a script the arguments stand in the table arg.", "Type arg[1]"},
    {"near ','", "^\\s*(\\w+(\\s*,\\s*\\w+)+)\\s*=\\s*\\(([^()]*)\\)\\s*$", "Several values need no brackets.",
     "Type {1} = {3}"},
    {"near ','", "^\\s*\\((\\w+(\\s*,\\s*\\w+)+)\\)\\s*=\\s*(.*\\S)", "Several names need no brackets.",
     "Type {1} = {3}"},
    {"near '(if|else)'", "^\\s*(\\w+)\\((\\S+)\\s+if\\s+(.+)\\s+else\\s+([^ )]+)\\)",
     "Lua has no `if` within an expression.", "Type {1}({3} and {2} or {4})"},
    {"near '(if|else)'", "^\\s*(\\w+\\s*=\\s*)?(\\S+)\\s+if\\s+(.+)\\s+else\\s+(\\S+)",
     "Lua has no `if` within an expression.", "Type {1}{3} and {2} or {4}"},
    {"near", "^\\s*print\\s+([A-Za-z_]\\w*)\\s*$", "A call has brackets.", "Type print({1})"},
    {"near '\\['", "\\[.*\\bfor\\b.*\\bin\\b", "Lua has no lists that are made so. A loop makes one.",
     "Type t = {} for i, x in ipairs(list) do t[i] = x end"},
    {"near ':'", "(\\w+)\\[(\\w+):(\\w+)\\]", "sub() takes a part of a text, counted from 1.",
     "Type {1}:sub({2} + 1, {3})"},
    {"near 'not'", "\\bnot\\s+(\\w+)\\s+in\\s+(\\w+)", "Lua does not ask with `in`. A table is asked by its key.",
     "Type {2}[{1}] == nil"},
    {"global '(dict|list|set|tuple)'", NULL, "`{m1}` is Python. A table is all of these.", "Type t = {}"},
    {NULL, "^\\s*(import|from)\\s+(socket|select|signal|errno|time|os|string|math)\\b",
     "`{1}` is Python. Here {2} is there already.", "Just use it: type {2}. and press Tab."},
    {NULL, "^\\s*(import|from)\\s+([A-Za-z_.]+)", "`{1}` is Python, and there is no module {2} here.",
     ":help lists what is there."},
    {NULL, "\\b([A-Za-z_]\\w*)[.:](connect|connect_ex|bind)\\s*\\(\\((.*)\\)\\)",
     "Lua has no tuples, and a method is called with a colon.", "Type {1}:{2}({3})"},
    {NULL, "\\b([A-Za-z_]\\w*)[.:](\\w+)\\s*\\(([^()]*),\\s*\\(([^()]*,[^()]*)\\)\\)",
     "Lua has no tuples: an address is a table.", "Type {1}:{2}({3}, {{4}})"},
    {NULL, "\\b(\\w+)\\s*=\\s*\\(([^()]*,[^()]*)\\)\\s*$", "Lua has no tuples. A table holds several values.",
     "Type {1} = {{2}}"},
    {NULL, "^\\s*raise\\s+(.*\\S)", "`raise` is Python.", "Type error({1})"},
    {NULL, "\\belif\\b", "`elif` is Python.", "Type elseif"},
    {NULL, "\\belse\\s*:", "In Lua no colon follows `else`.", "Type else"},
    {NULL, "\\blambda\\s+(\\w+)\\s*:\\s*([^,)]+)", "`lambda` is Python.", "Type function({1}) return {2} end"},
    {NULL, "^\\s*await\\s+(.*\\S)", "`await` is Python. Here a call waits by itself.", "Type {1}"},
    {NULL, "^\\s*del\\s+(\\w+)\\s*$", "`del` is Python.", "Type {1} = nil"},
    {NULL, "^\\s*assert\\s+(.*\\S)", "In Lua `assert` is a function.", "Type assert({1})"},
    {NULL, "^\\s*global\\s+(\\w+)", "In Lua a name is global unless it was declared `local`.", "Leave this line out."},
    {NULL, "([A-Za-z0-9_.]+)\\s+is\\s+not\\s+None\\b", "In Lua it is nil, and ~= compares.", "Type {1} ~= nil"},
    {NULL, "([A-Za-z0-9_.]+)\\s+is\\s+None\\b", "In Lua it is nil, and == compares.", "Type {1} == nil"},
    {"near '(is|not)'", "([A-Za-z0-9_.]+)\\s+is\\s+([A-Za-z0-9_.\"']+)", "`is` is Python.", "Type {1} == {2}"},
    {"near 'in'", "([A-Za-z0-9_.\"']+)\\s+in\\s+([A-Za-z0-9_.]+)",
     "Lua does not ask with `in`. A table is asked by its key.", "Type {2}[{1}] ~= nil"},
    {NULL, "([A-Za-z0-9_.\"']+)\\s*!=\\s*([A-Za-z0-9_.\"']+)", "In Lua, not equal is written ~=.", "Type {1} ~= {2}"},
    {NULL, "([A-Za-z0-9_.\"']+)\\s*===\\s*([A-Za-z0-9_.\"']+)", "In Lua, equal is written ==.", "Type {1} == {2}"},
    {"near '='", "\\b(if|while|elseif)\\s+([A-Za-z0-9_.]+)\\s*=\\s*([A-Za-z0-9_.\"']+)", "One = stores, two compare.",
     "Type {1} {2} == {3}"},
    {NULL, "([A-Za-z_][A-Za-z0-9_.]*)\\s*([-+*/])=\\s*(.*\\S)", "Lua has no {2}=.", "Type {1} = {1} {2} {3}"},
    {NULL, "([A-Za-z_][A-Za-z0-9_.]*)([+]{2})", "Lua has no ++.", "Type {1} = {1} + 1"},
    {NULL, "\\b([A-Za-z_]\\w*)\\s*->\\s*(\\w+)\\s*\\((.*)\\)", "A method is called with a colon.", "Type {1}:{2}({3})"},
    {"near '\\?'", "([^=?]*[^=? ])\\s*\\?\\s*([^:]*[^: ])\\s*:\\s*(.*\\S)",
     "Lua has no ? and :, but `and` and `or` do the same.", "Type {1} and {2} or {3}"},
    {NULL, "\\bfor\\s+(\\w+)\\s*(=|in)\\s*(\\w+)\\s*(\\.\\.|to)\\s*(\\w+)", "A loop that counts has a comma.",
     "Type for {1} = {3}, {5} do ... end"},
    {"near '\\{'", "\\bif\\s*\\(?([^(){}]*[^(){} ])\\)?\\s*\\{", "Lua has words around blocks, not braces.",
     "Type if {1} then ... end"},
    {"near '\\{'", "\\bwhile\\s*\\(?([^(){}]*[^(){} ])\\)?\\s*\\{", "Lua has words around blocks, not braces.",
     "Type while {1} do ... end"},
    {NULL, "\\b(\\w+)\\s*=\\s*\\[([^][]*)\\]\\s*$", "In Lua a list stands in braces.", "Type {1} = {{2}}"},
    {"near '\\['", "\\[([^][]*,[^][]*)\\]", "In Lua a list stands in braces.", "Type {{1}}"},
    {"unexpected symbol near", "(\"[^\"]*\"|'[^']*')\\[", "A text has no places in brackets. sub() takes a part of it.",
     "Type ({1}):sub(1, 1)"},
    {NULL, "\\.split\\(|:split\\(", "Lua's texts have no split(). gmatch() goes through their words.",
     "Type for word in (\"a b\"):gmatch(\"%S+\") do print(word) end"},
    {"unexpected symbol near", "^\\s*(\"[^\"]*\"|'[^']*')[:.](\\w+)\\((.*)\\)",
     "A text stands in parentheses before its method.", "Type ({1}):{2}({3})"},
    {"near '#'|length of a nil value", "^\\s*#\\s", "In Lua a comment begins with two hyphens.",
     "Type -- instead of #"},
    {"near '#'", NULL, "In Lua a comment begins with two hyphens.", "Type -- instead of #"},
    {"near '(//|/|/\\*)'", NULL, "In Lua a comment begins with two hyphens.", "Type -- instead"},
    {"near '(&|\\||!)'", "(&&|\\|\\||!)", "Lua writes these words out: and, or, not.", "Type the word instead of {1}"},
    {NULL, "\\b([A-Za-z_]\\w*)[.:](recv)\\(([^()]*)\\)\\.decode\\(",
     "Lua strings are bytes already, and a method is called with a colon.", "Type {1}:{2}({3})"},
    {NULL, "(\"[^\"]*\"|'[^']*'|[A-Za-z_]\\w*)\\.(encode|decode)\\(", "Lua strings are bytes already.",
     "Type {1} without .{2}(...)"},
    {NULL, "\\.(encode|decode)\\(", "Lua strings are bytes already.", "Leave out .{1}(...)"},
    {"global 'b'", "\\bb([\"'][^\"']*[\"'])", "Lua strings are bytes already.", "Leave out the b: {1}"},
    {"global 'f'", "\\bf\"([^\"{}]+)\\{([^\"{}]*)\\}\"", "Lua has no f-strings. Two dots join.", "Type \"{1}\" .. {2}"},
    {"global 'f'", "\\bf\"([^\"{}]*)\\{([^\"{}]*)\\}([^\"{}]+)\"", "Lua has no f-strings. Two dots join.",
     "Type \"{1}\" .. {2} .. \"{3}\""},
    {"global 'f'", "\\bf[\"']\\{([^\"'{}]*)\\}[\"']", "Lua has no f-strings.", "Type tostring({1})"},
    {"global 'f'", "\\bf([\"'][^\"']*[\"'])", "Lua has no f-strings.",
     "Join with .. or type string.format(\"%s\", value)"},
    {"attempt to mod a 'string'", "(\"[^\"]*\"|'[^']*')\\s*%\\s*\\(?([^()]*[^() ])\\)?",
     "In Lua a function fills in a text.", "Type string.format({1}, {2})"},
    {"attempt to mul a 'string'", "(\"[^\"]*\"|'[^']*')\\s*\\*\\s*(\\w+)", "In Lua a function repeats a text.",
     "Type string.rep({1}, {2})"},
    {"attempt to add a '(string|number)' with", "(\"[^\"]*\"|'[^']*'|\\w+)\\s*[+]\\s*(\"[^\"]*\"|'[^']*'|\\w+)",
     "In Lua texts are joined with two dots.", "Type {1} .. {2}"},
    {"global 'len'", "\\blen\\(([^()]*)\\)", "`len` is Python.", "Type #{1}"},
    {"global 'str'", "\\bstr\\(([^()]*)\\)", "`str` is Python.", "Type tostring({1})"},
    {"global '(int|float)'", "\\b(int|float)\\(([^()]*)\\)", "`{1}` is Python.", "Type tonumber({2})"},
    {"global 'range'", NULL, "`range` is Python. In Lua the loop counts.", "Type for i = 1, 10 do ... end"},
    {"global 'bytes'", NULL, "Lua strings are bytes already.", "Type the text as it is."},
    {"global '(input|open)'", NULL, "A session has no {m1}(): it reads no keyboard and no files.",
     "Store the value yourself: name = \"value\""},
    {"global '(exit|quit)'", NULL, "Lua has no {m1}().", "Type :quit, or press Ctrl-D."},
    {"global 'help'", "\\bhelp\\(([^()]*)\\)", "Help is a command here.", "Type :help {1}"},
    {"global 'dir'", "\\bdir\\(([^()]*)\\)", "`dir` is Python.", "Type {1}. and press Tab."},
    {"global 'isinstance'", "isinstance\\(([^,]+),\\s*([A-Za-z_.]*(Error|Exception|error|timeout|Interrupt))\\)",
     "`isinstance` is Python.", "Type {1}:isa({2})"},
    {"global 'isinstance'", "isinstance\\(([^,]+),\\s*(int|float)\\)", "`isinstance` is Python.",
     "Type type({1}) == \"number\""},
    {"global 'isinstance'", "isinstance\\(([^,]+),\\s*(str|bytes)\\)", "`isinstance` is Python.",
     "Type type({1}) == \"string\""},
    {"global 'isinstance'", "isinstance\\(([^,]+),\\s*(list|dict|tuple|set)\\)", "`isinstance` is Python.",
     "Type type({1}) == \"table\""},
    {"global 'isinstance'", "isinstance\\(([^,]+),", "`isinstance` is Python. Here type() tells what a value is.",
     "Type type({1})"},
    {NULL, "\\b(var|let|const)\\s+(\\w+)\\s*=\\s*(.*\\S)", "In Lua a variable needs no word before it, or `local`.",
     "Type {2} = {3}"},
    {NULL, "\\b(True|False)\\b", "In Lua it is written in small letters: true and false.",
     "Type it small instead of {1}."},
    {NULL, "\\b(None|NULL|null)\\b", "What you call {1} is nil in Lua.", "Type nil instead of {1}."},
};

static const struct row sockets[] = {
    {"malformed number near '([0-9]+\\.[0-9]+\\.[0-9.]+)'", NULL, "An address is text, and text stands in quotes.",
     "Type \"{m1}\""},
    {"fields cannot be set", "\\b([A-Za-z_]\\w*)\\.(set\\w+)\\s*=\\s*(.*\\S)", "{2} is a method, and it is called.",
     "Type {1}:{2}({3})"},
    {"address is host and port", "\\b([A-Za-z_]\\w*)[.:](\\w+)\\s*\\(?\\s*\\{?\\s*[\"']([^\"':]*):([0-9]+)[\"']",
     "The address and the port are two values here.", "Type {1}:{2}(\"{3}\", {4})"},
    {"address is host and port", "\\b([A-Za-z_]\\w*):(\\w+)\\s*([\"'][^\"']*[\"'])\\s*,\\s*([0-9]+)",
     "Without parentheses a call takes one text only.", "Type {1}:{2}({3}, {4})"},
    {"address is host and port", "\\b([A-Za-z_]\\w*):(\\w+)\\s*\\(?\\s*([\"'][^\"']*[\"'])\\s*\\)?\\s*$",
     "The port is missing.", "Type {1}:{2}({3}, 8080), with the port you mean."},
    {"(expected|needed|bad argument|self|missing|takes|must be|no value|arguments)",
     "\\b([A-Za-z_]\\w*)\\.(connect|connect_ex|bind|listen|accept|recv|recvfrom|recv_into|send|sendall|"
     "sendto|"
     "shutdown|close|settimeout|gettimeout|setblocking|getblocking|setsockopt|getsockopt|getsockname|"
     "getpeername|fileno|detach|dup|makefile)\\s*\\(([^()]*)\\)",
     "A method is called with a colon, so that it knows its socket.", "Type {1}:{2}({3})"},
    {"(expected|needed|bad argument|self|missing|takes|must be|no value|arguments)",
     "\\b([A-Za-z_]\\w*)\\.(connect|connect_ex|bind|listen|accept|recv|recvfrom|recv_into|send|sendall|"
     "sendto|"
     "shutdown|close|settimeout|gettimeout|setblocking|getblocking|setsockopt|getsockopt|getsockname|"
     "getpeername|fileno|detach|dup|makefile)\\s*\\((.*)\\)",
     "A method is called with a colon, so that it knows its socket.", "Type {1}:{2}({3})"},
    {"nil", "\\((localhost)\\s*,\\s*([0-9]+)\\)", "A name without quotes is a variable, and this one has no value.",
     "Type (\"{1}\", {2})"},
    {"(int|integer|number|str)", ",\\s*[\"']([0-9]+)[\"']\\s*\\}?\\s*\\)", "A port is a number, without quotes.",
     "Type {1} instead of \"{1}\""},
    {"seconds", "\\(\\s*[\"']([0-9.]+)[\"']\\s*\\)", "Seconds are a number, without quotes.",
     "Type {1} instead of \"{1}\""},
    {"field '(tcp|udp)'", "\\bsocket\\.", "socket.{m1} is LuaSocket's. Here the names are Python's.",
     "Type s = socket.socket(), or with socket.SOCK_DGRAM for udp."},
    {"AF_UNIX path too long", NULL, "The path of a Unix socket has room for 107 bytes.", "Take a shorter one."},
    {"port must be", NULL, "A port is a number of 16 bits, so 65535 is the highest.",
     "Take one from 1 to 65535, or 0 to be given a free one."},
};

static const struct near_row near_names[] = {
    {{"\\bnil\\b", "[(,]\\s*([A-Z][A-Z0-9]*_[A-Z0-9_]+)\\s*[,)]", "{1} is in a module.",
      "Type {near}, and so for others like it."},
     "{1}",
     HELP_CONSTANT},
    {{"\\bnil\\b", "\\b(socket|select|signal|errno)\\.([A-Z][A-Z0-9_]+)", "There is no {1}.{2}.",
      "Did you mean {near}?"},
     "{1}.{2}",
     HELP_CONSTANT},
    {{"field '(\\w+)'", "\\bsocket\\.(\\w+)\\s*\\((.*)\\)", "{1} is a method: it belongs to a socket.",
      "Type s = socket.socket(), then s:{1}({2})"},
     "={1}",
     HELP_METHOD},
    {{"attempt to call a nil value \\(method '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_.]*):\\w+",
      "{1} has no method {m1}.", "Type {1}:{bare} if you meant that, or {1}: and Tab to see all."},
     "s:{m1}",
     HELP_METHOD},
    {{"attempt to call a nil value \\(field '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_]*)\\.\\w+",
      "{1} has no function {m1}.", "Type {near} if you meant that, or {1}. and Tab to see all."},
     "{1}.{m1}",
     HELP_FUNCTION},
    {{"attempt to call a nil value \\(global '(\\w+)'\\)", NULL, "There is no function {m1}.",
      "Type {near} if you meant that."},
     "{m1}",
     HELP_FUNCTION},
};

static const struct row lua[] = {
    {"near '<.(194|226)>'", "(“|”|„|«|»)", "Quotes of printed text are none to Lua.", "Type \" instead of {1}"},
    {"near '<.226>'", "(‘|’|‚|‹|›)", "Quotes of printed text are none to Lua.", "Type ' instead of {1}"},
    {"near '<.226>'", "(–|—|−)", "To Lua a minus is a hyphen, and a comment begins with two.",
     "Type - or -- instead of {1}"},
    {"near '<.194>'", "\u00a0", "What looks like a space there is none: it came along with copied text.",
     "Take it away, and type a space."},
    {"near '<.(226|239)>'", "(\u200b|\u200c|\u200d|\u2060|\ufeff)",
     "A letter stands there that nobody sees: it came along with copied text.", "Type the line anew."},
    {"near '<.[0-9]+>'", NULL, "Names in Lua are of a to z, digits and _.",
     "Take another name. Any letters may stand in a text, between quotes."},
    {"unexpected symbol near ':'", "^\\s*:([a-z]+)", "`:{1}` is a command of the tutor, not Lua.",
     "Start `sockrates` in a terminal, and type it there on a line of its own."},
    {"unfinished string near", NULL, "A quote is missing: this text begins and does not end.",
     "Close it with the same quote that opened it."},
    {"'?<eof>'? expected near 'end'", NULL, "There is one `end` too many.", "Take it away, or open a block before it."},
    {"'?<eof>'? expected near '([])}])'|unexpected symbol near '([])}])'", NULL, "A bracket closes that none opened.",
     "Take it away, or open one before it."},
    {"'[)}]' expected near", "(\"[^\"]*\"|'[^']*'|\\b[0-9]+)\\s+(\"[^\"]*\"|'[^']*'|[0-9]\\w*|[A-Za-z_]\\w*)",
     "A comma is missing between two values.", "Type {1}, {2}"},
    {"near '(and|break|do|else|elseif|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|"
     "until|while|end)'",
     "\\b(and|break|do|else|elseif|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|"
     "until|"
     "while|end)\\s*=[^=]",
     "`{1}` is a word of Lua's own and cannot be a name.", "Take another name."},
    {"attempt to call a nil value \\(method '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_.]*):\\w+",
     "{1} has no method {m1}.", "Type {1}: and press Tab to see what it has."},
    {"attempt to call a nil value \\(field '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_]*)\\.\\w+",
     "{1} has no function {m1}.", "Type {1}. and press Tab to see what it has."},
    {"attempt to call a nil value \\(global '(\\w+)'\\)", NULL, "There is no function {m1}.",
     "Check the spelling. Tab completes names."},
    {"attempt to call a (\\w+) value \\((global|local|field|method) '(\\w+)'\\)", NULL,
     "{m3} is a {m1}, and only functions can be called.", "Leave out the parentheses, or check the name."},
    {"attempt to index a nil value \\((global|local|upvalue) '(\\w+)'\\)", NULL,
     "{m2} has no value: nothing was stored in it.", "Did an earlier line fail? Set it first: {m2} = ..."},
    {"attempt to index a nil value \\(field '(\\?|integer index)'\\)", "\\b(\\w+)\\[0\\]", "Lua's lists begin with 1.",
     "Type {1}[1]"},
    {"attempt to index a nil value \\(field '(\\?|integer index)'\\)", "\\b(\\w+)\\[",
     "There is nothing at that place of {1}.", "Its places are 1 to #{1}. Type #{1} to see how many."},
    {"attempt to index a nil value \\((field|method) '(\\w+)'\\)", NULL,
     "There is no {m2} in it, so nothing can be looked up there.", "Check the spelling of {m2}."},
    {"attempt to index a (number|boolean|function) value", NULL, "A {m1} has nothing inside to look up.",
     "Check the name before the dot, the colon or the bracket."},
    {"attempt to concatenate a nil value \\(\\w+ '(\\w+)'\\)", NULL,
     "{m1} has no value, so it cannot be joined to a text.", "Set it first, or type tostring({m1})"},
    {"attempt to concatenate a (table|boolean|userdata) value", NULL, "Only texts and numbers can be joined with `..`.",
     "Put tostring( ) around the other one."},
    {"attempt to perform arithmetic on a (string|nil) value", "[\"']\\s*[+]|[+]\\s*[\"']",
     "In Lua texts are joined with two dots.", "Type .. instead of +"},
    {"attempt to perform arithmetic on a nil value \\(\\w+ '(\\w+)'\\)", NULL,
     "{m1} has no value, so nothing can be counted with it.", "Set it first: {m1} = 0"},
    {"attempt to compare (\\w+) with (\\w+)", NULL, "A {m1} and a {m2} have no order.",
     "Compare two numbers or two texts. An enumeration's number is its .value"},
    {"attempt to compare two (\\w+) values", NULL, "Two values of type {m1} have no order.",
     "Compare something inside them instead."},
    {"stack overflow", NULL, "A function called itself without end.", "Give it a condition under which it stops."},
    {"attempt to assign to const variable '(\\w+)'", NULL, "{m1} was declared <const>: it keeps its value.",
     "Use another name."},
};

/* Nothing is wrong with these: they are names that hold nothing. */
static const struct row empty[] = {
    {NULL, "^\\s*pass\\s*$", "`pass` is Python. In Lua an empty block is just empty.", "Leave this line out."},
    {NULL, "^\\s*(quit|exit)\\s*$", "Commands begin with a colon.", "Type :quit, or press Ctrl-D."},
    {NULL, "^\\s*(help|next|back|lessons|hint|check|solution|why|calls|ladder|sockets|peers|vars)\\s*$",
     "Commands begin with a colon.", "Type :{1}"},
    {NULL, "^[^\"'[-]*\\b(True|False)\\b", "In Lua it is written in small letters: true and false.",
     "{1} is a name like any other, and nothing was stored in it."},
    {NULL, "^\\s*(None|NULL|null)\\s*$", "What you call {1} is nil in Lua.", "Type nil instead of {1}."},
};

static const struct near_row near_empty[] = {
    {{NULL, "^\\s*(socket|select|signal|errno)\\.([A-Z][A-Z0-9_]+)\\s*$", "There is no {1}.{2}.",
      "Did you mean {near}?"},
     "{1}.{2}",
     HELP_CONSTANT},
    {{NULL, "^\\s*(socket|select|signal|errno|time|lab)\\.([a-z][a-z0-9_]+)\\s*$", "There is no {1}.{2}.",
      "Did you mean {near}?"},
     "{1}.{2}",
     HELP_FUNCTION},
    {{NULL, "^\\s*([A-Z][A-Z0-9]*_[A-Z0-9_]+)\\s*$", "{1} is in a module.", "Type {near}"}, "{1}", HELP_CONSTANT},
};

struct match {
    const char *text;
    regmatch_t groups[GROUPS];
};

static bool matches(struct match *match, const char *pattern, const char *text)
{
    match->text = text;
    if (pattern == NULL)
        return true;
    regex_t regex;
    if (text == NULL || regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        return false;
    bool found = regexec(&regex, text, GROUPS, match->groups, 0) == 0;
    regfree(&regex);
    return found;
}

static void add_group(struct text *out, const struct match *match, char digit)
{
    size_t number = (size_t)(digit - '0');
    if (match->text == NULL || number >= GROUPS || match->groups[number].rm_so < 0)
        return;
    regmatch_t group = match->groups[number];
    text_add_bytes(out, match->text + group.rm_so, (size_t)(group.rm_eo - group.rm_so));
}

struct found {
    struct match message, source;
    struct help_entry near;
    bool named; /* `near` is one */
};

/* What the word in braces at `at` stands for; how many bytes it has there, 0 when it is none of ours. */
static size_t add_word(struct text *out, const char *at, const struct found *found)
{
    const char *word = at + 1;
    bool of_message = *word == 'm';
    word += of_message;
    if (*word >= '0' && *word <= '9' && word[1] == '}') {
        add_group(out, of_message ? &found->message : &found->source, *word);
        return (size_t)(word - at) + 2;
    }
    bool near = strncmp(at, "{near}", 6) == 0, bare = strncmp(at, "{bare}", 6) == 0;
    if (!found->named || (!near && !bare))
        return 0;
    text_add(out, near ? found->near.name : found->near.bare);
    return strlen("{near}");
}

static char *fill_in(const char *template, const struct found *found)
{
    struct text out = TEXT_EMPTY;
    while (*template != '\0') {
        size_t taken = *template == '{' ? add_word(&out, template, found) : 0;
        if (taken == 0)
            text_add_char(&out, *template);
        template += taken > 0 ? taken : 1;
    }
    return text_steal(&out);
}

/* --- names ---------------------------------------------------------------------------------------------- */

struct search {
    struct found *found;
    enum help_kind kind;
    const char *place; /* "socket." or "s:": only names that begin so are asked; "" for all */
    struct nearest nearest;
};

static bool try_name(void *self, const struct help_entry *entry)
{
    struct search *search = self;
    const char *best = search->nearest.name;
    if (entry->kind != search->kind || strncmp(entry->name, search->place, strlen(search->place)) != 0)
        return true;
    nearest_try(&search->nearest, entry->bare);
    if (search->nearest.name != best)
        search->found->near = *entry;
    return true;
}

/* "socket.AF_INTE", "s:conect", "sleep" of any module; "=connect" for this very name. */
static bool find_name(struct found *found, const char *template, enum help_kind kind)
{
    char *word = fill_in(template, found);
    const char *name = word + (*word == '=');
    size_t length = strcspn(name, ".:");
    char *place = memory_copy_bytes(name, name[length] != '\0' ? length + 1 : 0);
    struct search search = {found, kind, place, nearest_to(name + strlen(place))};
    help_each(try_name, &search);
    found->named = search.nearest.name != NULL && strcmp(found->near.name, name) != 0 &&
                   (*word != '=' || strcmp(found->near.bare, name) == 0);
    free(place);
    free(word);
    return found->named;
}

/* --- asking --------------------------------------------------------------------------------------------- */

struct question {
    const struct outcome *outcome;
    const char *source;
    char **seen, **attempt;
};

static bool answer(const struct question *question, const struct row *row, const struct found *found)
{
    *question->seen = fill_in(row->seen, found);
    *question->attempt = fill_in(row->attempt, found);
    return true;
}

static bool advise(const struct question *question, const struct row *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct found found = {.named = false};
        if (matches(&found.message, table[i].message, question->outcome->error.message) &&
            matches(&found.source, table[i].source, question->source))
            return answer(question, &table[i], &found);
    }
    return false;
}

/* The first place of the chunk where the row finds such a name: others may be right. */
static bool find_near(struct found *found, const struct near_row *row, const struct question *question)
{
    const char *source = question->source;
    if (!matches(&found->message, row->row.message, question->outcome->error.message))
        return false;
    while (matches(&found->source, row->row.source, source)) {
        if (find_name(found, row->name, row->kind))
            return true;
        if (row->row.source == NULL || found->source.groups[0].rm_eo == 0)
            return false;
        source += found->source.groups[0].rm_eo - 1; /* its last sign may begin the next */
    }
    return false;
}

static bool advise_near(const struct question *question, const struct near_row *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct found found = {.named = false};
        if (find_near(&found, &table[i], question))
            return answer(question, &table[i].row, &found);
    }
    return false;
}

/* Errors that the learner's typing caused; a refused connection is not one, whatever the chunk looks like. */
static bool is_of_typing(const struct outcome_error *error)
{
    static const char *const classes[] = {"SyntaxError",    "LuaError",   "TypeError", "NameError",
                                          "AttributeError", "ValueError", "OSError",   "OverflowError"};
    if (error->symbol != NULL)
        return false;
    for (size_t i = 0; error->class != NULL && i < sizeof classes / sizeof *classes; i++)
        if (strcmp(error->class, classes[i]) == 0)
            return true;
    return false;
}

static bool is_empty(const struct outcome *outcome)
{
    return outcome->value_count == 0 || (outcome->value_count == 1 && strcmp(outcome->values[0].text, "nil") == 0);
}

#define COUNT(table) (sizeof(table) / sizeof *(table))

bool habits_advice(char **seen, char **attempt, const struct outcome *outcome, const char *source)
{
    const struct question question = {outcome, source, seen, attempt};
    if (outcome->kind == OUTCOME_FINE)
        return is_empty(outcome) &&
               (advise(&question, empty, COUNT(empty)) || advise_near(&question, near_empty, COUNT(near_empty)));
    if (!is_of_typing(&outcome->error))
        return false;
    if (strcmp(outcome->error.class, "SyntaxError") == 0 && advise(&question, python_blocks, COUNT(python_blocks)))
        return true;
    return outcome->kind == OUTCOME_ERROR &&
           (advise(&question, c, COUNT(c)) || advise(&question, python, COUNT(python)) ||
            advise(&question, sockets, COUNT(sockets)) || advise_near(&question, near_names, COUNT(near_names)) ||
            advise(&question, lua, COUNT(lua)));
}
