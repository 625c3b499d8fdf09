#include "base/outlet.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- terminals ------------------------------------------------------------------------------------------ */

/* The length of a sequence at the beginning that may stay; 0: none. */
typedef size_t allowed(const char *bytes, size_t length);

static size_t allowed_colour(const char *bytes, size_t length)
{
    return utf8_colour_length(bytes, length);
}

static size_t allowed_line(const char *bytes, size_t length)
{
    static const char back[] = "\r\033[K";
    return length >= sizeof back - 1 && memcmp(bytes, back, sizeof back - 1) == 0 ? sizeof back - 1 : 0;
}

static void add(struct text *out, const char *bytes, size_t length, allowed *may_stay)
{
    size_t begin = 0, stays;
    for (size_t i = 0; i<length; i += stays> 0 ? stays : 1) {
        stays = bytes[i] == '\033' || bytes[i] == '\r' ? may_stay(bytes + i, length - i) : 0;
        if (stays == 0)
            continue;
        utf8_add_visible(out, bytes + begin, i - begin);
        text_add_bytes(out, bytes + i, stays);
        begin = i + stays;
    }
    utf8_add_visible(out, bytes + begin, length - begin);
}

void outlet_add(struct text *out, const char *bytes, size_t length)
{
    add(out, bytes, length, allowed_colour);
}

/* --- logs ----------------------------------------------------------------------------------------------- */

/* True where ##[ or ##word[ begins. */
static bool is_hash_order(const char *text)
{
    if (text[0] != '#' || text[1] != '#')
        return false;
    text += 2;
    while (isalpha((unsigned char)*text))
        text++;
    return *text == '[';
}

/* True when a line begins behind the text, as `line_begins` says it does before. */
static bool defuse(struct text *text, const struct outlet_signs *signs, bool line_begins)
{
    struct text safe = TEXT_EMPTY;
    for (size_t i = 0; i < text->length;) {
        const char *at = text->bytes + i;
        int32_t point;
        size_t colour = utf8_colour_length(at, text->length - i);
        size_t taken = colour > 0 ? colour : utf8_decode(at, text->length - i, &point);
        bool order = line_begins && at[0] == ':' && at[1] == ':';
        line_begins = *at == '\n' || (line_begins && (colour > 0 || utf8_is_space(point)));
        text_add_bytes(&safe, at, taken);
        i += taken;
        if (order || is_hash_order(at)) {
            text_add(&safe, order ? signs->colon : signs->hash);
            i++;
        }
    }
    text_free(text);
    *text = safe;
    return line_begins;
}

void outlet_defuse(struct text *text, const struct outlet_signs *signs)
{
    defuse(text, signs, true);
}

/* --- streams -------------------------------------------------------------------------------------------- */

/* `held` is the beginning of something whose end was not written yet. */
struct guard {
    struct guard *before; /* another stream's */
    int file;
    struct text held;
    bool line_begins;
};

/* How many bytes at the end begin a character of UTF-8 that is not complete. */
static size_t begun_character(const char *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        unsigned char byte = (unsigned char)bytes[length - back];
        size_t whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
        if (whole > 0)
            return whole > back ? back : 0;
        if (byte < 0x80)
            break;
    }
    return 0;
}

/* How many bytes at the end may become an order. */
static size_t begun_order(const char *bytes, size_t length)
{
    size_t word = length;
    while (word > 0 && isalpha((unsigned char)bytes[word - 1]))
        word--;
    size_t signs = word;
    while (signs > 0 && bytes[signs - 1] == '#')
        signs--;
    if (signs < word)
        return length - signs;
    return length > 0 && bytes[length - 1] == ':' && (length == 1 || isspace((unsigned char)bytes[length - 2]));
}

static ssize_t guard_write(void *cookie, const char *bytes, size_t length)
{
    struct guard *guard = cookie;
    if (length == 1 && *bytes == '\a') /* readline rings the bell */
        return file_write_all(guard->file, bytes, length) ? 1 : -1;
    struct text all = guard->held, shown = TEXT_EMPTY;
    text_add_bytes(&all, bytes, length);
    size_t character = begun_character(text_string(&all), all.length);
    size_t order = begun_order(text_string(&all), all.length);
    size_t whole = all.length - (character > order ? character : order);
    add(&shown, text_string(&all), whole, allowed_line);
    guard->held = TEXT_EMPTY;
    text_add_bytes(&guard->held, text_string(&all) + whole, all.length - whole);
    guard->line_begins = defuse(&shown, &(struct outlet_signs){"\\:", "\\#"}, guard->line_begins);
    bool fine = file_write_all(guard->file, text_string(&shown), shown.length);
    text_free(&shown);
    text_free(&all);
    return fine ? (ssize_t)length : -1;
}

void outlet_guard(FILE **stream)
{
    static struct guard *last; /* as long as the program, and to be found by whoever looks for leaks */
    if (fileno(*stream) < 0)
        return; /* it is guarded */
    struct guard *guard = memory_new(1, sizeof *guard);
    *guard = (struct guard){.file = fileno(*stream), .line_begins = true, .before = last};
    FILE *guarded = fopencookie(guard, "w", (cookie_io_functions_t){.write = guard_write});
    if (guarded == NULL) {
        free(guard);
        return;
    }
    last = guard;
    setvbuf(guarded, NULL, guard->file == STDERR_FILENO ? _IONBF : _IOLBF, 0);
    fflush(*stream);
    *stream = guarded;
}
