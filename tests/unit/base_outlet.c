/* What leaves the program: no orders to a terminal but colours, none to a machine that keeps a log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outlet.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void only_colours_stay(void **state)
{
    (void)state;
    static const char nasty[] = "\033[1;31mred\033[0m \033]0;x\a\033[2J\r\033[K\xc2\x9b\xff\u202e\n";
    struct text out = TEXT_EMPTY;
    outlet_add(&out, nasty, strlen(nasty));
    assert_string_equal(text_string(&out),
                        "\033[1;31mred\033[0m \\x1b]0;x\\x07\\x1b[2J\\x0d\\x1b[K\\xc2\\x9b\\xff\\u{202e}\n");
    text_free(&out);
}

static const struct {
    const char *text, *safe;
} orders[] = {
    {"::error::x\n", ":\\:error::x\n"},
    {"a\n  ::error::x ::y\n", "a\n  :\\:error::x ::y\n"},
    {"\xc2\xa0\xe3\x80\x80::x\n", "\xc2\xa0\xe3\x80\x80:\\:x\n"},
    {"a ##[error]x ##vso[task.x]y ##teamcity[z]\n", "a #\\#[error]x #\\#vso[task.x]y #\\#teamcity[z]\n"},
    {"###[x]\n", "##\\#[x]\n"},
    {"a::b ## heading #[x] ##x y[1]\n", "a::b ## heading #[x] ##x y[1]\n"},
};

static void orders_are_defused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct text text = TEXT_EMPTY;
        text_add(&text, orders[i].text);
        outlet_defuse(&text, &(struct outlet_signs){"\\:", "\\#"});
        assert_string_equal(text_string(&text), orders[i].safe);
        text_free(&text);
    }
}

/* What a guarded stream wrote of a text, in pieces of this size; yours to free. */
static char *written(const char *text, size_t piece)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    FILE *stream = fdopen(ends[1], "w"), *below = stream;
    outlet_guard(&stream);
    assert_ptr_not_equal(stream, below);
    for (size_t at = 0, length = strlen(text); at < length; at += piece) {
        fwrite(text + at, 1, length - at < piece ? length - at : piece, stream);
        fflush(stream);
    }
    fclose(below);
    char *bytes = calloc(1, 4096);
    assert_true(read(ends[0], bytes, 4095) > 0);
    close(ends[0]);
    return bytes; /* the guard itself lives as long as the program */
}

static void a_guarded_stream_is_safe_however_it_is_written(void **state)
{
    (void)state;
    static const char text[] = "d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80 \033]0;x\xc2\x9b\n::error::\n##vso[x]\n";
    for (size_t piece = 1; piece < sizeof text; piece++) {
        char *bytes = written(text, piece);
        assert_string_equal(bytes,
                            "d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80 \\x1b]0;x\\xc2\\x9b\n:\\:error::\n#\\#vso[x]\n");
        free(bytes);
    }
}

static void a_line_can_be_taken_back(void **state)
{
    (void)state;
    char *bytes = written("\r\033[K1 of 2\n", 4096);
    assert_string_equal(bytes, "\r\033[K1 of 2\n");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_colours_stay),
        cmocka_unit_test(orders_are_defused),
        cmocka_unit_test(a_guarded_stream_is_safe_however_it_is_written),
        cmocka_unit_test(a_line_can_be_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
