#include "base/html_escape.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Eight times this byte. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static const struct {
    const char *text;
    size_t length;
} replacements[] = {{"", 0}, {"&amp;", 5}, {"&lt;", 4}, {"&gt;", 4}, {"&quot;", 6}};

/* Which replacement a byte has; 0: it stays. DOUBT: it may not be shown as it is, or begins what may not. */
enum { DOUBT = 255 };
static const unsigned char replacement_of[256] = {
    ['&'] = 1,         ['<'] = 2,           ['>'] = 3,     ['"'] = 4,
    [0 ... 8] = DOUBT, [11 ... 31] = DOUBT, [127] = DOUBT, [128 ... 255] = DOUBT,
};

/*
 * True when none of eight bytes has a replacement; false may be wrong.  '"' and '&' differ in one bit, so do '<', '>'.
 */
static bool are_plain(const unsigned char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    uint64_t quotes = (eight & ~EACH(4)) ^ EACH('"'), angles = (eight & ~EACH(2)) ^ EACH('<');
    uint64_t controls = eight - EACH(' '), deletes = (eight ^ EACH(0x7f)) - EACH(1);
    return (((quotes - EACH(1)) | (angles - EACH(1)) | controls | deletes | eight) & EACH(0x80)) == 0;
}

/* The length of what stands at the beginning that ASCII does not tell: it is added as it may be shown. */
static size_t add_doubtful(struct text *out, const unsigned char *bytes, size_t length)
{
    size_t taken = 1;
    while (taken < length && replacement_of[bytes[taken]] == DOUBT)
        taken++;
    utf8_add_visible(out, (const char *)bytes, taken);
    return taken;
}

void html_escape(struct text *out, const char *bytes, size_t length)
{
    const unsigned char *c = (const unsigned char *)bytes, *end = c + length;
    while (c < end) {
        const unsigned char *begin = c;
        while (end - c >= 8 && are_plain(c))
            c += 8;
        while (c < end && replacement_of[*c] == 0)
            c++;
        if (c > begin)
            text_add_bytes(out, (const char *)begin, (size_t)(c - begin));
        if (c == end)
            return;
        if (replacement_of[*c] == DOUBT) {
            c += add_doubtful(out, c, (size_t)(end - c));
        } else {
            text_add_bytes(out, replacements[replacement_of[*c]].text, replacements[replacement_of[*c]].length);
            c++;
        }
    }
}

void html_add(struct text *out, const char *string)
{
    html_escape(out, string, strlen(string));
}

void html_escape_between(struct text *out, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    for (const char *quote; (quote = memchr(bytes, '"', (size_t)(end - bytes))) != NULL; bytes = quote + 1) {
        html_escape(out, bytes, (size_t)(quote - bytes));
        text_add_char(out, '"');
    }
    html_escape(out, bytes, (size_t)(end - bytes));
}

/* What an address may hold as it is; '&' and '\'' are references in an attribute, the rest is per cent. */
static const bool address_bytes[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['-'] = true, ['_'] = true, ['.'] = true,
    ['+'] = true,         ['!'] = true,         ['*'] = true,         ['('] = true, [')'] = true, [','] = true,
    ['%'] = true,         ['#'] = true,         ['@'] = true,         ['?'] = true, ['='] = true, [';'] = true,
    [':'] = true,         ['/'] = true,         ['$'] = true,         ['~'] = true,
};

void html_add_address(struct text *out, const char *url)
{
    for (const char *c = url; *c != '\0';) {
        const char *begin = c;
        while (address_bytes[(unsigned char)*c])
            c++;
        text_add_bytes(out, begin, (size_t)(c - begin));
        if (*c == '\0')
            return;
        if (*c == '&')
            text_add(out, "&amp;");
        else if (*c == '\'')
            text_add(out, "&#x27;");
        else
            text_format(out, "%%%02X", (unsigned char)*c);
        c++;
    }
}

static void add_number(struct text *out, size_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    text_add_bytes(out, digits + at, sizeof digits - at);
}

void html_format(struct text *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    for (const char *sign; (sign = strchr(format, '%')) != NULL; format = sign + 2) {
        text_add_bytes(out, format, (size_t)(sign - format));
        if (sign[1] == 't')
            html_add(out, va_arg(list, const char *));
        else if (sign[1] == 'a')
            html_add_address(out, va_arg(list, const char *));
        else if (sign[1] == 's')
            text_add(out, va_arg(list, const char *));
        else if (sign[1] == 'n')
            add_number(out, va_arg(list, size_t));
    }
    text_add(out, format);
    va_end(list);
}

/* The length of "scheme" in "scheme:rest"; 0 for an address without one. */
static size_t scheme_length(const char *url)
{
    size_t length = strcspn(url, ":/?#");
    return url[length] == ':' ? length : 0;
}

bool html_address_safe(const char *url, bool image)
{
    static const char *const harmless[] = {"http", "https", "mailto", "tel", "ftp", "gopher", "irc", "news", "xmpp"};
    static const char *const pictures[] = {"png", "gif", "jpeg", "webp"};
    size_t length = scheme_length(url);
    if (length == 0 && url[0] != ':')
        return true;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (strlen(harmless[i]) == length && strncasecmp(url, harmless[i], length) == 0)
            return true;
    for (size_t i = 0; image && i < sizeof pictures / sizeof *pictures; i++) {
        size_t kind = strlen(pictures[i]);
        if (strncasecmp(url, "data:image/", 11) == 0 && strncasecmp(url + 11, pictures[i], kind) == 0 &&
            (url[11 + kind] == ';' || url[11 + kind] == ','))
            return true;
    }
    return false;
}
