#include "base/utf8.h"
#include "render/class_table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char class_csv_begin[] = "name,file,record,";

/* Spreadsheets take what begins so for a formula; some also the wide forms of these signs. */
static bool is_formula(const char *text)
{
    int32_t first = 0;
    if (*text == '\0')
        return false;
    utf8_decode(text, strlen(text), &first);
    return strchr("=+-@\t\r\n", (int)(first < 128 ? first : 'x')) != NULL || first == 0xff1d || first == 0xff0b ||
           first == 0xff0d || first == 0xff20;
}

static void add_cell(struct text *out, const char *text)
{
    bool quoted = strpbrk(text, ",\"\r\n;") != NULL || *text == ' ';
    if (quoted)
        text_add_char(out, '"');
    if (is_formula(text))
        text_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            text_add_char(out, '"');
        text_add_char(out, *text);
    }
    if (quoted)
        text_add_char(out, '"');
}

static void add_text(struct text *out, const char *text)
{
    add_cell(out, text);
    text_add_char(out, ',');
}

static void add_number(struct text *out, size_t number)
{
    text_format(out, "%zu,", number);
}

/* In UTC, as ISO 8601 has it. */
static void add_moment(struct text *out, int64_t seconds)
{
    time_t moment = (time_t)seconds;
    struct tm parts;
    char room[32];
    if (seconds > 0 && seconds < INT64_C(1) << 40 && gmtime_r(&moment, &parts) != NULL &&
        strftime(room, sizeof room, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        text_add(out, room);
    text_add_char(out, ',');
}

static void add_heading(struct text *out, const struct class *class)
{
    text_format(out, "%sversion,begun,handed_in,minutes,right,answered,", class_csv_begin);
    for (size_t i = 0; i < class->exercise_count; i++) {
        char *name = text_make("%s/%s", class->exercises[i].lesson->name, class->exercises[i].slug);
        char *visible = utf8_name(name);
        add_text(out, visible);
        free(visible);
        free(name);
    }
    text_add(out, "solved,points,of,attempts,hints,solutions,differs,shares,entries\r\n");
}

/* The points that it gives; nothing for what was not tried. */
static void add_mark(struct text *out, const struct class_exercise *exercise, const struct class_mark *mark)
{
    if (mark->tried && mark->verdict == MARKING_PASSED)
        text_format(out, "%d", exercise->exercise->points);
    else if (mark->tried)
        text_add_char(out, mark->verdict == MARKING_FAILED ? '0' : '?');
    text_add_char(out, ',');
}

/* Exercises that the record calls solved, but that were not when they ran again. */
static void add_differing(struct text *out, const struct class *class, const struct class_hand *hand)
{
    struct text names = TEXT_EMPTY;
    for (size_t i = 0; i < class->exercise_count; i++)
        if (hand->marks[i].claimed && hand->marks[i].verdict == MARKING_FAILED)
            text_format(&names, "%s%s/%s", names.length > 0 ? " " : "", class->exercises[i].lesson->name,
                        class->exercises[i].slug);
    add_text(out, text_string(&names));
    text_free(&names);
}

static void add_sums(struct text *out, const struct class *class, const struct class_hand *hand)
{
    size_t attempts = 0, hints = 0, solutions = 0;
    for (size_t i = 0; i < class->exercise_count; i++) {
        attempts += hand->marks[i].attempts;
        hints += hand->marks[i].hints;
        solutions += hand->marks[i].solution;
    }
    add_number(out, hand->passed);
    add_number(out, hand->points);
    add_number(out, class->points);
    add_number(out, attempts);
    add_number(out, hints);
    add_number(out, solutions);
    add_differing(out, class, hand);
}

/* Of what is no hand-in there is nothing to say but why. */
static void add_empty(struct text *out, const struct class *class)
{
    text_add_repeat(out, ",", 6 + class->exercise_count + 8);
    text_add(out, "\r\n");
}

static void add_hand(struct text *out, const struct class *class, const struct class_hand *hand)
{
    struct text state = TEXT_EMPTY;
    class_add_state(&state, hand);
    add_text(out, hand->name);
    add_text(out, hand->file);
    add_text(out, text_string(&state));
    text_free(&state);
    if (hand->marks == NULL) {
        add_empty(out, class);
        return;
    }
    add_text(out, hand->same_version ? "same" : "other");
    add_moment(out, hand->begun);
    add_moment(out, hand->ended);
    add_number(out, (size_t)(hand->spent + 59) / 60);
    add_number(out, hand->right);
    add_number(out, hand->answered);
    for (size_t i = 0; i < class->exercise_count; i++)
        add_mark(out, &class->exercises[i], &hand->marks[i]);
    add_sums(out, class, hand);
    add_text(out, hand->kin > 0 ? class->hands[hand->kin - 1].file : "");
    text_format(out, "%zu\r\n", hand->shared);
}

void class_csv(struct text *out, const struct class *class)
{
    add_heading(out, class);
    for (size_t i = 0; i < class->hand_count; i++)
        add_hand(out, class, &class->hands[i]);
}
