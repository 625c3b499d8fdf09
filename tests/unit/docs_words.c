/*
 * The words of a page, as the search index holds them.
 */
#include "../../docs/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* "word:weight*times" for each, in the order they came. */
static char *words_of(const char *text)
{
    struct words_of_page words = {0};
    struct text out = TEXT_EMPTY;
    words_add(&words, text, strlen(text), 1);
    for (size_t i = 0; i < words.count; i++)
        text_format(&out, "%s%.*s*%u", i > 0 ? " " : "", words.list[i].length, words.text.bytes + words.list[i].begin,
                    words.list[i].times);
    words_free(&words);
    return text_steal(&out);
}

static void check(const char *text, const char *wanted)
{
    char *got = words_of(text);
    assert_string_equal(got, wanted);
    free(got);
}

static void words_are_found(void **state)
{
    (void)state;
    check("", "");
    check("a", "");
    check("Ab, ab; AB!", "ab*3");
    check("connect connecting connections", "connect*1 connecting*1 connections*1");
    check("so_reuseaddr", "so_reuseaddr*1 so*1 reuseaddr*1");
    check("__x__ 127.0.0.1 0x1F", "__x__*1 127*1 0x1f*1");
    check("a1@B2[c3`D4{e5/f6:g7^H8\x7f", "a1*1 b2*1 c3*1 d4*1 e5*1 f6*1 g7*1 h8*1");
    check("naïve—two “quoted”", "naive*1 two*1 quoted*1");
    check("1234567 12345678 123456789", "1234567*1 12345678*1 123456789*1");
    check(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bb",
        "bb*1");
    check("\xff\xfe ok \xc3", "ok*1");
}

/* However it is written, a word is one. */
static void words_are_folded(void **state)
{
    (void)state;
    check("Größe GRÖSSE Gro\xcc\x88\xc3\x9f"
          "e",
          "grosse*3");
    check("décomposé de\xcc\x81"
          "compose\xcc\x81 Decompose",
          "decompose*3");
    check("ΟΔΟΣ οδος Οδός", "οδοσ*3");
    check("İstanbul ISTANBUL", "istanbul*2");
    check("\u0645\u064e\u0631\u062d \u0645\u0631\u062d", "\u0645\u0631\u062d*2");
    check("\u05e9\u05c1\u05dc \u05e9\u05dc", "\u05e9\u05dc*2");
    check("ﬁn\u2461", "fin2*1");
}

/* Runs without spaces are found by any two of their signs, and by one. */
static void dense_runs_are_parted(void **state)
{
    (void)state;
    check("日本語", "日*1 本*1 日本*1 語*1 本語*1");
    check("TCP通信x2", "tcp*1 通*1 信*1 通信*1 x2*1");
    check("\xef\xbd\xbf\xef\xbd\xb9 ソケ", "ソ*2 ケ*2 ソケ*2"); /* half as wide */
    check("น้ำ", "น*1 ้*1 น้*1 ํ*1 ้ํ*1 า*1 ํา*1");
}

static void words_know_their_sections(void **state)
{
    (void)state;
    struct words_of_page words = {0};
    for (int section = 0; section < 40; section++) {
        const char *text = section % 2 ? "odd all" : "even all";
        words_add(&words, text, strlen(text), 1);
        words_section(&words);
    }
    assert_int_equal(words.list[words_find(&words, "even", 4)].sections, 0x55555555);
    assert_int_equal(words.list[words_find(&words, "odd", 3)].sections, 0x6aaaaaaa);
    assert_int_equal(words.list[words_find(&words, "all", 3)].sections, 0x7fffffff);
    words_clear(&words);
    words_add(&words, "odd", 3, 1);
    assert_int_equal(words.list[words_find(&words, "odd", 3)].sections, 1);
    words_free(&words);
}

/* The short way and the general way must spell alike, wherever a word lies. */
static void ways_agree(void **state)
{
    (void)state;
    char plain[64], general[80];
    for (int length = 2; length < 40; length++) {
        memset(plain, 0, sizeof plain);
        memset(plain, 'Q', (size_t)length);
        snprintf(general, sizeof general, "%s\xc3\xa9", plain); /* é is a letter: another word */
        struct words_of_page words = {0};
        words_add(&words, plain, (size_t)length, 1);
        words_add(&words, general, (size_t)length + 2, 1);
        memset(plain, 'q', (size_t)length);
        assert_int_equal(words.count, 2);
        assert_int_equal(words_find(&words, plain, (size_t)length), 0);
        assert_int_equal(words.count, 2);
        words_free(&words);
    }
}

static void many_words_are_kept_apart(void **state)
{
    (void)state;
    struct words_of_page words = {0};
    char word[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 20000; i++) {
            int length = snprintf(word, sizeof word, "word%d", i);
            words_add(&words, word, (size_t)length, round);
        }
    assert_int_equal(words.count, 20000);
    for (size_t i = 0; i < words.count; i++)
        assert_int_equal(words.list[i].times, 2);
    words_clear(&words);
    assert_int_equal(words_find(&words, "word7", 5), 0);
    words_free(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found),
        cmocka_unit_test(words_are_folded),
        cmocka_unit_test(dense_runs_are_parted),
        cmocka_unit_test(words_know_their_sections),
        cmocka_unit_test(ways_agree),
        cmocka_unit_test(many_words_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
