#include "render/habits.h"

#include "base/memory.h"
#include "base/text.h"

#include <regex.h>
#include <string.h>

#define GROUPS 6

/* In the templates {1} is the first group of `source`, {m1} the first one of `message`. */
static const struct row {
    const char *message; /* a pattern that the error's message must match; NULL: any */
    const char *source;  /* a pattern that the chunk must match; NULL: any */
    const char *seen, *attempt;
} rows[] = {
    /* Python */
    {NULL, "^\\s*(import|from)\\s+(socket|select|signal|errno|time|os|string|math)\\b",
     "`{1}` is Python. Here {2} is there already.", "Just use it: type {2}. and press Tab."},
    {NULL, "^\\s*(import|from)\\s+([A-Za-z_.]+)", "`{1}` is Python, and there is no module {2} here.",
     ":help lists what is there."},
    {NULL, "\\b([A-Za-z_]\\w*)[.:](connect|connect_ex|bind)\\s*\\(\\((.*)\\)\\)",
     "Lua has no tuples, and a method is called with a colon.", "Type {1}:{2}({3})"},
    {NULL, "\\b([A-Za-z_]\\w*)[.:](\\w+)\\s*\\(([^()]*),\\s*\\(([^()]*,[^()]*)\\)\\)",
     "Lua has no tuples: an address is a table.", "Type {1}:{2}({3}, {{4}})"},
    {NULL, "^\\s*with\\s+(.*)\\s+as\\s+(\\w+)\\s*:", "`with` is Python.", "Type local {2} <close> = {1}"},
    {NULL, "\\bexcept\\s+([A-Za-z_.]+)", "`except` is Python. Lua calls through pcall.",
     "Type ok, err = pcall(s.connect, s, host, port), then err:isa({1})"},
    {NULL, "^\\s*try\\s*:", "`try` is Python. Lua calls through pcall.",
     "Type ok, err = pcall(s.connect, s, host, port), then look at err."},
    {NULL, "^\\s*raise\\s+(.*\\S)", "`raise` is Python.", "Type error({1})"},
    {NULL, "^\\s*def\\s+(\\w+)\\s*\\(([^)]*)\\)\\s*:", "`def` is Python.", "Type function {1}({2}) ... end"},
    {NULL, "^\\s*for\\s+(\\w+)\\s+in\\s+range\\(([^),]+)\\)\\s*:", "Lua counts in the loop itself.",
     "Type for {1} = 0, {2} - 1 do ... end"},
    {NULL, "^\\s*for\\s+(\\w+)\\s+in\\s+(.+):\\s*$", "In Lua a loop over a list says ipairs, do and end.",
     "Type for _, {1} in ipairs({2}) do ... end"},
    {NULL, "^\\s*(if)\\s+(.+):\\s*$", "In Lua `if` goes on with `then` and ends with `end`.",
     "Type if {2} then ... end"},
    {NULL, "^\\s*while\\s+(.+):\\s*$", "In Lua `while` goes on with `do` and ends with `end`.",
     "Type while {1} do ... end"},
    {NULL, "\\belif\\b", "`elif` is Python.", "Type elseif"},
    {NULL, "\\blambda\\s+(\\w+)\\s*:\\s*([^,)]+)", "`lambda` is Python.",
     "Type function({1}) return {2} end"},
    {NULL, "([A-Za-z0-9_.\"']+)\\s*!=\\s*([A-Za-z0-9_.\"']+)", "In Lua, not equal is written ~=.",
     "Type {1} ~= {2}"},
    {NULL, "([A-Za-z_][A-Za-z0-9_.]*)\\s*([-+*/])=\\s*(.*\\S)", "Lua has no {2}=.", "Type {1} = {1} {2} {3}"},
    {NULL, "([A-Za-z_][A-Za-z0-9_.]*)([+]{2})", "Lua has no ++.", "Type {1} = {1} + 1"},
    {"near '#'", NULL, "In Lua a comment begins with two hyphens.", "Type -- instead of #"},
    {"near '(//|/|/\\*)'", NULL, "In Lua a comment begins with two hyphens.", "Type -- instead"},
    {"near '(&|\\||!)'", "(&&|\\|\\||!)", "Lua writes these words out: and, or, not.",
     "Type the word instead of {1}"},
    {NULL, "\\.(encode|decode)\\(", "Lua strings are bytes already.", "Leave out .{1}(...)"},
    {"global 'b'", "\\bb([\"'][^\"']*[\"'])", "Lua strings are bytes already.", "Leave out the b: {1}"},
    {"global 'f'", "\\bf([\"'][^\"']*[\"'])", "Lua has no f-strings.",
     "Join with .. or type string.format(\"%s\", value)"},
    {"global 'len'", "\\blen\\(([^()]*)\\)", "`len` is Python.", "Type #{1}"},
    {"global 'str'", "\\bstr\\(([^()]*)\\)", "`str` is Python.", "Type tostring({1})"},
    {"global '(int|float)'", "\\b(int|float)\\(([^()]*)\\)", "`{1}` is Python.", "Type tonumber({2})"},
    {"global '(exit|quit)'", NULL, "Lua has no {m1}().", "Type :quit, or press Ctrl-D."},
    {"global 'help'", "\\bhelp\\(([^()]*)\\)", "Help is a command here.", "Type :help {1}"},
    {"global 'dir'", "\\bdir\\(([^()]*)\\)", "`dir` is Python.", "Type {1}. and press Tab."},
    {"global 'super'|global 'isinstance'", "isinstance\\(([^,]+),\\s*([^)]+)\\)", "`isinstance` is Python.",
     "Type {1}:isa({2})"},
    {NULL, "\\b(var|let|const)\\s+(\\w+)\\s*=", "In Lua a variable needs no word before it, or `local`.",
     "Type {2} = ..."},
    {NULL, "\\b(True|False)\\b", "In Lua it is written in small letters: true and false.",
     "Type it small instead of {1}."},
    {NULL, "\\b(None|NULL|null)\\b", "What you call {1} is nil in Lua.", "Type nil instead of {1}."},
    /* Sockets */
    {"malformed number near '([0-9.]+)'", NULL, "An address is text, and text stands in quotes.",
     "Type \"{m1}\""},
    {"(expected|needed|bad argument|self|missing|takes|must be|no value|arguments)",
     "\\b([A-Za-z_]\\w*)\\.(connect|connect_ex|bind|listen|accept|recv|recvfrom|recv_into|send|sendall|"
     "sendto|"
     "shutdown|close|settimeout|gettimeout|setblocking|getblocking|setsockopt|getsockopt|getsockname|"
     "getpeername|fileno|detach|dup|makefile)\\s*\\((.*)\\)",
     "A method is called with a colon, so that it knows its socket.", "Type {1}:{2}({3})"},
    {"nil", "\\((localhost)\\s*,\\s*([0-9]+)\\)",
     "A name without quotes is a variable, and this one has no value.", "Type (\"{1}\", {2})"},
    {"(int|integer|number|str)", ",\\s*[\"']([0-9]+)[\"']\\s*\\}?\\s*\\)",
     "A port is a number, without quotes.", "Type {1} instead of \"{1}\""},
    /* Lua's own */
    {"unfinished string near", NULL, "A quote is missing: this text begins and does not end.",
     "Close it with the same quote that opened it."},
    {"'<eof>' expected near 'end'", NULL, "There is one `end` too many.",
     "Take it away, or open a block before it."},
    {"attempt to call a nil value \\(method '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_.]*):\\w+",
     "{1} has no method {m1}.", "Type {1}: and press Tab to see what it has."},
    {"attempt to call a nil value \\(field '(\\w+)'\\)", "\\b([A-Za-z_][A-Za-z0-9_]*)\\.\\w+",
     "{1} has no function {m1}.", "Type {1}. and press Tab to see what it has."},
    {"attempt to call a nil value \\(global '(\\w+)'\\)", NULL, "There is no function {m1}.",
     "Check the spelling. Tab completes names."},
    {"attempt to index a nil value \\((global|local|upvalue) '(\\w+)'\\)", NULL,
     "{m2} has no value: nothing was stored in it.", "Did an earlier line fail? Set it first: {m2} = ..."},
    {"attempt to index a nil value \\((field|method) '(\\w+)'\\)", NULL,
     "There is no {m2} in it, so nothing can be looked up there.", "Check the spelling of {m2}."},
    {"attempt to concatenate a nil value \\(\\w+ '(\\w+)'\\)", NULL,
     "{m1} has no value, so it cannot be joined to a text.", "Set it first, or type tostring({m1})"},
    {"attempt to concatenate a (table|boolean|userdata) value", NULL,
     "Only texts and numbers can be joined with `..`.", "Put tostring( ) around the other one."},
    {"attempt to perform arithmetic on a (string|nil) value", "[\"']\\s*[+]|[+]\\s*[\"']",
     "In Lua texts are joined with two dots.", "Type .. instead of +"},
    {"attempt to perform arithmetic on a nil value \\(\\w+ '(\\w+)'\\)", NULL,
     "{m1} has no value, so nothing can be counted with it.", "Set it first: {m1} = 0"},
    {"attempt to compare (\\w+) with (\\w+)", NULL, "A {m1} and a {m2} have no order.",
     "Compare two numbers or two texts. An enumeration's number is its .value"},
    {"attempt to compare two (\\w+) values", NULL, "Two values of type {m1} have no order.",
     "Compare something inside them instead."},
    {"stack overflow", NULL, "A function called itself without end.",
     "Give it a condition under which it stops."},
    {"attempt to assign to const variable '(\\w+)'", NULL, "{m1} was declared <const>: it keeps its value.",
     "Use another name."},
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

static char *fill_in(const char *template, const struct match *message, const struct match *source)
{
    struct text out = TEXT_EMPTY;
    for (const char *at = template; *at != '\0'; at++) {
        if (at[0] == '{' && at[1] == 'm' && at[2] >= '0' && at[2] <= '9' && at[3] == '}') {
            add_group(&out, message, at[2]);
            at += 3;
        } else if (at[0] == '{' && at[1] >= '0' && at[1] <= '9' && at[2] == '}') {
            add_group(&out, source, at[1]);
            at += 2;
        } else {
            text_add_char(&out, *at);
        }
    }
    return text_steal(&out);
}

/* Errors that the learner's typing caused; a refused connection is not one, whatever the chunk looks like. */
static bool is_of_typing(const struct outcome_error *error)
{
    static const char *const classes[] = {"SyntaxError", "LuaError",       "TypeError",
                                          "NameError",   "AttributeError", "ValueError"};
    for (size_t i = 0; error->class != NULL && i < sizeof classes / sizeof *classes; i++)
        if (strcmp(error->class, classes[i]) == 0)
            return true;
    return false;
}

bool habits_advice(char **seen, char **attempt, const struct outcome *outcome, const char *source)
{
    if (!is_of_typing(&outcome->error))
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct match message = {0}, chunk = {0};
        if (!matches(&message, rows[i].message, outcome->error.message) ||
            !matches(&chunk, rows[i].source, source))
            continue;
        *seen = fill_in(rows[i].seen, &message, &chunk);
        *attempt = fill_in(rows[i].attempt, &message, &chunk);
        return true;
    }
    return false;
}
