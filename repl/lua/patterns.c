#include "lua/patterns.h"

#include "lua/runtime.h"

#include <ctype.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* As deep as Lua's own goes before it calls a pattern too complex. */
#define DEEPEST       200
#define CAPTURES_MOST 32

enum { CAPTURE_OPEN = -1, CAPTURE_PLACE = -2 };

struct capture {
    const char *begin;
    ptrdiff_t length; /* or CAPTURE_OPEN, CAPTURE_PLACE: where it stands is asked for, not what */
};

struct matcher {
    lua_State *L;
    struct runtime *runtime;
    const char *subject, *end;
    const char *pattern_end;
    int depth;
    int count;
    struct capture captures[CAPTURES_MOST];
};

/* Begins at `s`; gives where the match ends, or NULL. */
static const char *match_here(struct matcher *m, const char *s, const char *p);

/* --- one character -------------------------------------------------------------------------------------- */

/* Behind the single character class that begins at `p`. */
static const char *class_end(struct matcher *m, const char *p)
{
    if (*p++ == '%') {
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (p[-1] != '[')
        return p;
    p += *p == '^';
    do { /* a ']' that stands first is one of the set */
        if (p == m->pattern_end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%' && p < m->pattern_end)
            p++;
    } while (p == m->pattern_end || *p != ']');
    return p + 1;
}

/*
 * %a, %D ...: an upper-case letter means the others.  %z is from before patterns could hold zero bytes.  A table of the
 * functions would have the dynamic linker look for each of them at every start.
 */
static bool in_class(int c, int letter)
{
    bool found;
    switch (tolower(letter)) {
    case 'a':
        found = isalpha(c);
        break;
    case 'c':
        found = iscntrl(c);
        break;
    case 'd':
        found = isdigit(c);
        break;
    case 'g':
        found = isgraph(c);
        break;
    case 'l':
        found = islower(c);
        break;
    case 'p':
        found = ispunct(c);
        break;
    case 's':
        found = isspace(c);
        break;
    case 'u':
        found = isupper(c);
        break;
    case 'w':
        found = isalnum(c);
        break;
    case 'x':
        found = isxdigit(c);
        break;
    case 'z':
        found = c == 0;
        break;
    default:
        return letter == c;
    }
    return found == (islower(letter) != 0);
}

/* `p` at the '[', `last` at the ']'. */
static bool in_set(int c, const char *p, const char *last)
{
    bool wanted = p[1] != '^';
    for (p += wanted ? 1 : 2; p < last; p++) {
        if (*p == '%') {
            if (in_class(c, (unsigned char)*++p))
                return wanted;
        } else if (p[1] == '-' && p + 2 < last) {
            if ((unsigned char)p[0] <= c && c <= (unsigned char)p[2])
                return wanted;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return wanted;
        }
    }
    return !wanted;
}

/* True when the character at `s` is of the class between `p` and `behind`. */
static bool matches_one(const struct matcher *m, const char *s, const char *p, const char *behind)
{
    if (s >= m->end)
        return false;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.':
        return true;
    case '%':
        return in_class(c, (unsigned char)p[1]);
    case '[':
        return in_set(c, p, behind - 1);
    default:
        return (unsigned char)*p == c;
    }
}

/* --- captures ------------------------------------------------------------------------------------------- */

static const char *match_capture_begin(struct matcher *m, const char *s, const char *p, ptrdiff_t kind)
{
    if (m->count >= CAPTURES_MOST)
        luaL_error(m->L, "too many captures");
    m->captures[m->count++] = (struct capture){s, kind};
    const char *end = match_here(m, s, p);
    if (end == NULL)
        m->count--;
    return end;
}

static const char *match_capture_end(struct matcher *m, const char *s, const char *p)
{
    int i = m->count - 1;
    while (i >= 0 && m->captures[i].length != CAPTURE_OPEN)
        i--;
    if (i < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->captures[i].length = s - m->captures[i].begin;
    const char *end = match_here(m, s, p);
    if (end == NULL)
        m->captures[i].length = CAPTURE_OPEN;
    return end;
}

/* %1: the same again; NULL when it is not. */
static const char *match_again(struct matcher *m, const char *s, int digit)
{
    int i = digit - '1';
    if (i < 0 || i >= m->count || m->captures[i].length == CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    size_t length = (size_t)m->captures[i].length;
    bool same = (size_t)(m->end - s) >= length && memcmp(m->captures[i].begin, s, length) == 0;
    return same ? s + length : NULL;
}

/* --- what stands for more ------------------------------------------------------------------------------- */

/* %bxy: from an x to the y that belongs to it. */
static const char *match_balanced(struct matcher *m, const char *s, const char *p)
{
    if (p >= m->pattern_end - 1)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->end || *s != p[0])
        return NULL;
    int open = 1;
    while (++s < m->end) {
        if (*s == p[1]) {
            if (--open == 0)
                return s + 1;
        } else if (*s == p[0]) {
            open++;
        }
    }
    return NULL;
}

/* %f[set]: between a character that is not of the set and one that is; there is a zero byte at either end. */
static bool at_frontier(const struct matcher *m, const char *s, const char *p, const char *behind)
{
    int before = s == m->subject ? 0 : (unsigned char)s[-1], at = s < m->end ? (unsigned char)*s : 0;
    return !in_set(before, p, behind - 1) && in_set(at, p, behind - 1);
}

/* As many as there are, then fewer. */
static const char *match_most(struct matcher *m, const char *s, const char *p, const char *behind)
{
    ptrdiff_t count = 0;
    while (matches_one(m, s + count, p, behind)) {
        runtime_check(m->runtime, m->L);
        count++;
    }
    for (; count >= 0; count--) {
        const char *end = match_here(m, s + count, behind + 1);
        if (end != NULL)
            return end;
    }
    return NULL;
}

/* As few as will do. */
static const char *match_least(struct matcher *m, const char *s, const char *p, const char *behind)
{
    for (;;) {
        const char *end = match_here(m, s, behind + 1);
        if (end != NULL)
            return end;
        if (!matches_one(m, s, p, behind))
            return NULL;
        s++;
    }
}

/* --- a pattern ------------------------------------------------------------------------------------------ */

/* A step that needs no other one after it is taken in this loop: s and p move on; NULL when there is no match. */
static const char *match_steps(struct matcher *m, const char *s, const char *p)
{
    while (p != m->pattern_end) {
        const char *behind;
        if (*p == '(')
            return p[1] == ')' ? match_capture_begin(m, s, p + 2, CAPTURE_PLACE)
                               : match_capture_begin(m, s, p + 1, CAPTURE_OPEN);
        if (*p == ')')
            return match_capture_end(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end)
            return s == m->end ? s : NULL;
        if (*p == '%' && p + 1 < m->pattern_end && p[1] == 'b') {
            if ((s = match_balanced(m, s, p + 2)) == NULL)
                return NULL;
            p += 4;
            continue;
        }
        if (*p == '%' && p + 1 < m->pattern_end && p[1] == 'f') {
            p += 2;
            if (p == m->pattern_end || *p != '[')
                luaL_error(m->L, "missing '[' after '%%f' in pattern");
            behind = class_end(m, p);
            if (!at_frontier(m, s, p, behind))
                return NULL;
            p = behind;
            continue;
        }
        if (*p == '%' && p + 1 < m->pattern_end && isdigit((unsigned char)p[1])) {
            if ((s = match_again(m, s, p[1])) == NULL)
                return NULL;
            p += 2;
            continue;
        }
        behind = class_end(m, p);
        char suffix = behind < m->pattern_end ? *behind : '\0';
        bool one = matches_one(m, s, p, behind);
        if (suffix == '*')
            return match_most(m, s, p, behind);
        if (suffix == '+')
            return one ? match_most(m, s + 1, p, behind) : NULL;
        if (suffix == '-')
            return match_least(m, s, p, behind);
        if (suffix == '?') {
            const char *end = one ? match_here(m, s + 1, behind + 1) : NULL;
            if (end != NULL)
                return end;
            behind++;
        } else if (one) {
            s++;
        } else {
            return NULL;
        }
        p = behind;
    }
    return s;
}

static const char *match_here(struct matcher *m, const char *s, const char *p)
{
    runtime_check(m->runtime, m->L);
    if (m->depth++ == DEEPEST)
        luaL_error(m->L, "pattern too complex");
    const char *end = match_steps(m, s, p);
    m->depth--;
    return end;
}

static struct matcher new_matcher(lua_State *L, const char *subject, size_t length, const char *pattern,
                                  size_t pattern_length)
{
    return (struct matcher){.L = L,
                            .runtime = runtime_of(L),
                            .subject = subject,
                            .end = subject + length,
                            .pattern_end = pattern + pattern_length};
}

/* A match from `s` on, with nothing left of an earlier attempt. */
static const char *match_from(struct matcher *m, const char *s, const char *p)
{
    m->depth = m->count = 0;
    return match_here(m, s, p);
}

/* --- results -------------------------------------------------------------------------------------------- */

/* Pushes capture `i` of the match from `s` to `end`; without captures the whole is the first. */
static void push_capture(struct matcher *m, int i, const char *s, const char *end)
{
    lua_State *L = m->L;
    if (i >= m->count) {
        if (i != 0)
            luaL_error(L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(L, s, (size_t)(end - s));
        return;
    }
    const struct capture *capture = &m->captures[i];
    if (capture->length == CAPTURE_OPEN)
        luaL_error(L, "unfinished capture");
    if (capture->length == CAPTURE_PLACE)
        lua_pushinteger(L, capture->begin - m->subject + 1);
    else
        lua_pushlstring(L, capture->begin, (size_t)capture->length);
}

/* All captures; where there are none, the whole if `whole`. */
static int push_captures(struct matcher *m, const char *s, const char *end, bool whole)
{
    int count = m->count == 0 && whole ? 1 : m->count;
    luaL_checkstack(m->L, count, "too many captures");
    for (int i = 0; i < count; i++)
        push_capture(m, i, s, end);
    return count;
}

/* An index as strings count them, from 1, from the end when negative; at least 1. */
static size_t first_index(lua_State *L, int index, size_t length)
{
    lua_Integer i = luaL_optinteger(L, index, 1);
    if (i > 0)
        return (size_t)i;
    if (i == 0 || i < -(lua_Integer)length)
        return 1;
    return length + (size_t)i + 1;
}

/* --- find and match ------------------------------------------------------------------------------------- */

static bool is_plain(const char *pattern, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (pattern[i] != '\0' && strchr("^$*+?.([%-", pattern[i]) != NULL)
            return false;
    return true;
}

static int find_plain(lua_State *L, const char *s, size_t length, const char *p, size_t pattern_length, size_t first)
{
    const char *found = memmem(s + first - 1, length - (first - 1), p, pattern_length);
    if (found == NULL)
        return luaL_pushfail(L), 1;
    lua_pushinteger(L, found - s + 1);
    lua_pushinteger(L, found - s + (lua_Integer)pattern_length);
    return 2;
}

static int find_or_match(lua_State *L, bool find)
{
    size_t length, pattern_length;
    const char *s = luaL_checklstring(L, 1, &length), *p = luaL_checklstring(L, 2, &pattern_length);
    size_t first = first_index(L, 3, length);
    if (first > length + 1)
        return luaL_pushfail(L), 1;
    if (find && (lua_toboolean(L, 4) || is_plain(p, pattern_length)))
        return find_plain(L, s, length, p, pattern_length, first);
    bool anchored = *p == '^' && pattern_length > 0;
    struct matcher m = new_matcher(L, s, length, p, pattern_length);
    for (const char *at = s + first - 1; at <= m.end; at++) {
        const char *end = match_from(&m, at, p + anchored);
        if (end != NULL && find) {
            lua_pushinteger(L, at - s + 1);
            lua_pushinteger(L, end - s);
            return 2 + push_captures(&m, at, end, false);
        }
        if (end != NULL)
            return push_captures(&m, at, end, true);
        if (anchored)
            break;
    }
    luaL_pushfail(L);
    return 1;
}

static int find(lua_State *L)
{
    return find_or_match(L, true);
}

static int match(lua_State *L)
{
    return find_or_match(L, false);
}

/* --- gmatch --------------------------------------------------------------------------------------------- */

/* Upvalues: subject, pattern, where to go on (from 0), where the last match ended (-1: there was none). */
static int gmatch_next(lua_State *L)
{
    size_t length, pattern_length;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &length);
    const char *p = lua_tolstring(L, lua_upvalueindex(2), &pattern_length);
    lua_Integer from = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    struct matcher m = new_matcher(L, s, length, p, pattern_length);
    for (; from <= (lua_Integer)length; from++) {
        const char *end = match_from(&m, s + from, p);
        if (end == NULL || end - s == last)
            continue;
        for (int upvalue = 3; upvalue <= 4; upvalue++) {
            lua_pushinteger(L, end - s);
            lua_replace(L, lua_upvalueindex(upvalue));
        }
        return push_captures(&m, s + from, end, true);
    }
    return 0;
}

static int gmatch(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t first = first_index(L, 3, length);
    lua_settop(L, 2);
    lua_pushinteger(L, first > length + 1 ? (lua_Integer)length + 1 : (lua_Integer)first - 1);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gmatch_next, 4);
    return 1;
}

/* --- gsub ----------------------------------------------------------------------------------------------- */

/* The replacement text, with %0, %1 and %% in it. */
static void add_replacement(struct matcher *m, luaL_Buffer *out, const char *s, const char *end)
{
    lua_State *L = m->L;
    size_t length;
    const char *text = lua_tolstring(L, 3, &length), *text_end = text + length;
    while (text < text_end) {
        const char *percent = memchr(text, '%', (size_t)(text_end - text));
        luaL_addlstring(out, text, (size_t)((percent ? percent : text_end) - text));
        if (percent == NULL)
            break;
        char next = percent[1]; /* a zero byte stands behind every string */
        text = percent + 2;
        if (next == '%') {
            luaL_addchar(out, '%');
        } else if (next == '0') {
            luaL_addlstring(out, s, (size_t)(end - s));
        } else if (isdigit((unsigned char)next)) {
            push_capture(m, next - '1', s, end);
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(out);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
    }
}

/* What the function or table says; the match itself when that is nil or false. */
static bool add_value(struct matcher *m, luaL_Buffer *out, const char *s, const char *end, int kind)
{
    lua_State *L = m->L;
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(m, s, end, true), 1);
    } else if (kind == LUA_TTABLE) {
        push_capture(m, 0, s, end);
        lua_gettable(L, 3);
    } else {
        add_replacement(m, out, s, end);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, s, (size_t)(end - s));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
    return true;
}

static int gsub(lua_State *L)
{
    size_t length, pattern_length;
    const char *s = luaL_checklstring(L, 1, &length), *p = luaL_checklstring(L, 2, &pattern_length);
    int kind = lua_type(L, 3);
    bool anchored = *p == '^' && pattern_length > 0, changed = false;
    luaL_argexpected(L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
                     "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    const char *last = NULL;
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    struct matcher m = new_matcher(L, s, length, p, pattern_length);
    while (count < most) {
        const char *end = match_from(&m, s, p + anchored);
        if (end != NULL && end != last) {
            count++;
            changed = add_value(&m, &out, s, end, kind) || changed;
            s = last = end;
        } else if (s < m.end) {
            luaL_addchar(&out, *s++);
        } else {
            break;
        }
        if (anchored)
            break;
    }
    if (changed) {
        luaL_addlstring(&out, s, (size_t)(m.end - s));
        luaL_pushresult(&out);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}

/* --- rep ------------------------------------------------------------------------------------------------ */

/* Copies what is there already, twice as much each time, in pieces that are over soon. */
static void fill(struct runtime *runtime, lua_State *L, char *bytes, size_t there, size_t length)
{
    while (there < length) {
        size_t piece = there < length - there ? there : length - there;
        memcpy(bytes + there, bytes, piece < 1 << 20 ? piece : 1 << 20);
        there += piece < 1 << 20 ? piece : 1 << 20;
        runtime_check(runtime, L);
    }
}

static int rep(lua_State *L)
{
    size_t length, separator_length;
    const char *s = luaL_checklstring(L, 1, &length);
    lua_Integer times = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    if (times <= 0)
        return lua_pushliteral(L, ""), 1;
    size_t step = length + separator_length;
    if (step < length || step > (size_t)INT32_MAX / (size_t)times)
        return luaL_error(L, "resulting string too large");
    size_t whole = step * (size_t)times - separator_length;
    luaL_Buffer out;
    char *bytes = luaL_buffinitsize(L, &out, whole);
    memcpy(bytes, s, length);
    if (times > 1)
        memcpy(bytes + length, separator, separator_length);
    if (step > 0)
        fill(runtime_of(L), L, bytes, times > 1 ? step : length, whole);
    luaL_pushresultsize(&out, whole);
    return 1;
}

/* -------------------------------------------------------------------------------------------------------- */

void patterns_install(lua_State *L)
{
    static const luaL_Reg functions[] = {{"find", find}, {"match", match}, {"gmatch", gmatch},
                                         {"gsub", gsub}, {"rep", rep},     {NULL, NULL}};
    lua_getglobal(L, LUA_STRLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
