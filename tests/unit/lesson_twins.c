/* twin_c.h, twin_program.h: what of a piece of C stands where; what programs say of their pieces. */
#include "base/text.h"
#include "lesson/twin_c.h"
#include "lesson/twin_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Without the blanks at ends of lines, and lines of nothing. */
static char *squeezed(const char *code)
{
    struct text out = TEXT_EMPTY;
    for (size_t length; *code != '\0'; code += length + (code[length] == '\n')) {
        length = strcspn(code, "\n");
        size_t kept = length;
        while (kept > 0 && code[kept - 1] == ' ')
            kept--;
        if (kept > 0)
            text_format(&out, "%.*s\n", (int)kept, code);
    }
    return text_steal(&out);
}

struct split {
    const char *code, *top, *rest;
};

static const struct split splits[] = {
    {"int s = socket(AF_INET, SOCK_STREAM, 0);\nclose(s);\n", "",
     "int s = socket(AF_INET, SOCK_STREAM, 0);\nclose(s);\n"},
    {"#include <stdio.h>\n\nputs(\"a\");\n", "#include <stdio.h>\n", "puts(\"a\");\n"},
    {"#define TWICE(x) \\\n    (2 * (x))\nint a = TWICE(2);\n", "#define TWICE(x) \\\n    (2 * (x))\n",
     "int a = TWICE(2);\n"},
    {"/* Says it. */\nstatic void say(const char *what)\n{\n    puts(what);\n}\n\nsay(\"{\");\n",
     "/* Says it. */\nstatic void say(const char *what)\n{\n    puts(what);\n}\n", "say(\"{\");\n"},
    {"struct pair { int a, b; };\nstruct pair p = {1, 2};\n", "struct pair { int a, b; };\n",
     "struct pair p = {1, 2};\n"},
    {"typedef int number;\nnumber n = 1;\n", "typedef int number;\n", "number n = 1;\n"},
    {"enum { A, B };\nint a = A;\n", "enum { A, B };\n", "int a = A;\n"},
    {"struct pair make(int a) { return (struct pair){a, a}; }\n",
     "struct pair make(int a) { return (struct pair){a, a}; }\n", ""},
    {"if (a == 1) {\n    b();\n} else {\n    c();\n}\nint f(void) { return 1; }\n", "int f(void) { return 1; }\n",
     "if (a == 1) {\n    b();\n} else {\n    c();\n}\n"},
    {"for (int i = 0; i < 3; i++) {\n    f(i);\n}\n", "", "for (int i = 0; i < 3; i++) {\n    f(i);\n}\n"},
    {"do { f(); } while (g());\n", "", "do { f(); } while (g());\n"},
    {"struct sockaddr_in to = {\n    .sin_family = AF_INET,\n    .sin_port = htons(80),\n};\nconnect(s, a, b);\n", "",
     "struct sockaddr_in to = {\n    .sin_family = AF_INET,\n    .sin_port = htons(80),\n};\nconnect(s, a, b);\n"},
    {"char c = '{';\n// int f(void) {\nclose(s);\n", "", "char c = '{';\n// int f(void) {\nclose(s);\n"},
    {"int a[] = {1, 2}, b = 3;\n", "", "int a[] = {1, 2}, b = 3;\n"},
    {"{\n    int inner = 1;\n}\n", "", "{\n    int inner = 1;\n}\n"},
    {"static int never(", "", "static int never(\n"},
    {"", "", ""},
};

static void pieces_of_c_find_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        char *top, *rest;
        twin_c_split(splits[i].code, &top, &rest);
        assert_int_equal(strlen(top), strlen(splits[i].code));
        assert_int_equal(strlen(rest), strlen(splits[i].code));
        char *top_lines = squeezed(top), *rest_lines = squeezed(rest);
        assert_string_equal(top_lines, splits[i].top);
        assert_string_equal(rest_lines, splits[i].rest);
        free(top_lines);
        free(rest_lines);
        free(top);
        free(rest);
    }
}

static void marks_are_found_among_other_words(void **state)
{
    (void)state;
    static const char output[] = "\n@twin 0 begins 100 \nhello\n@twin 0 ends 200 \n\n@twin 1 begins 300 \n"
                                 "@twin 1 raised 350 111 12 ,ConnectionRefusedError,OSError, OSError: [Errno 111] no\n"
                                 "@twin 1 ends 400 \n@twin 7 begins 1 \n@twin x\n@twin 2 begins 500 \nno line's end";
    struct twin_mark *marks = twin_marks_read(output, 3);
    assert_int_equal(marks[0].begin, 100);
    assert_int_equal(marks[0].end, 200);
    assert_null(marks[0].error);
    assert_string_equal(marks[1].error, "OSError: [Errno 111] no");
    assert_string_equal(marks[1].kinds, ",ConnectionRefusedError,OSError,");
    assert_int_equal(marks[1].code, 111);
    assert_int_equal(marks[1].line, 12);
    assert_int_equal(marks[2].begin, 500);
    assert_int_equal(marks[2].end, 0);
    twin_marks_free(marks, 3);
}

static void a_program_of_c_has_its_lines_and_peers(void **state)
{
    (void)state;
    const struct twin first = {.code = "#include <stdio.h>\nputs(echo.host);\n", .line = 10};
    const struct twin second = {.code = "puts(\"\\\"\");\n", .line = 20};
    struct twin_peer peer = {(char *)"echo", {.length = sizeof(struct sockaddr_in)}, {0}};
    peer.address.in =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(7), .sin_addr = {htonl(0x0a000002)}};
    const struct twin_step steps[] = {{&first, &peer, 1}, {&second, &peer, 1}};
    char *program = twin_program(CODE_C, "a\"b.md", steps, 2);
    assert_non_null(strstr(program, "extern struct peer echo;\n#line 10 \"a\\\"b.md\"\n#include <stdio.h>\n"));
    assert_non_null(strstr(program, "sockrates_mark(1, \"begins\");\n#line 20 \"a\\\"b.md\"\nputs(\"\\\"\");\n"));
    const char *set = strstr(program, "echo = (struct peer){\"10.0.0.2\", 7, ");
    assert_non_null(set);
    assert_null(strstr(set + 1, "echo = (struct peer)"));
    free(program);
    program = twin_program(CODE_PYTHON, "a.md", steps, 2);
    assert_non_null(
        strstr(program, "(10, \"#include <stdio.h>\\nputs(echo.host);\\n\", {\"echo\": (\"10.0.0.2\", 7)}),"));
    assert_non_null(strstr(program, "(20, \"puts(\\\"\\\\\\\"\\\");\\n\", {}),"));
    free(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_c_find_their_place),
        cmocka_unit_test(marks_are_found_among_other_words),
        cmocka_unit_test(a_program_of_c_has_its_lines_and_peers),
    };
    return cmocka_run_group_tests_name("twins", tests, NULL, NULL);
}
