#include "terminal/line.h"

#include <stdio.h>
#include <string.h>
#include <readline/readline.h>

/* The begin of the line in which the offset lies. */
static int begin_of(int at)
{
    while (at > 0 && rl_line_buffer[at - 1] != '\n')
        at--;
    return at;
}

static int end_of(int at)
{
    while (at < rl_end && rl_line_buffer[at] != '\n')
        at++;
    return at;
}

/* Into the line that begins at `start`, as far from its begin as the cursor is from that of its own line. */
static void move_to(int start)
{
    int column = rl_point - begin_of(rl_point), end = end_of(start);
    rl_point = start + column < end ? start + column : end;
    while (rl_point > start && (rl_line_buffer[rl_point] & 0xc0) == 0x80)
        rl_point--;
}

bool line_up(void)
{
    int start = begin_of(rl_point);
    if (start > 0)
        move_to(begin_of(start - 1));
    return start > 0;
}

bool line_is_last(void)
{
    return end_of(rl_point) == rl_end;
}

bool line_down(void)
{
    if (line_is_last())
        return false;
    move_to(end_of(rl_point) + 1);
    return true;
}

void line_put_above(const char *text)
{
    int point = rl_point;
    rl_begin_undo_group();
    rl_point = 0;
    rl_insert_text(text);
    rl_insert_text("\n");
    rl_point += point;
    rl_end_undo_group();
    line_up();
}

int line_go_begin(int count, int key)
{
    (void)count, (void)key;
    int begin = begin_of(rl_point);
    rl_point = begin < rl_point ? begin : 0;
    return 0;
}

int line_go_end(int count, int key)
{
    (void)count, (void)key;
    int end = end_of(rl_point);
    rl_point = end > rl_point ? end : rl_end;
    return 0;
}

int line_cut_end(int count, int key)
{
    (void)count, (void)key;
    int end = end_of(rl_point);
    return rl_kill_text(rl_point, end == rl_point && end < rl_end ? end + 1 : end);
}

int line_cut_begin(int count, int key)
{
    (void)count, (void)key;
    int begin = begin_of(rl_point), end = rl_point;
    if (begin == end && begin > 0)
        begin--;
    rl_point = begin;
    return rl_kill_text(end, begin);
}

int line_part(int count, int key)
{
    (void)count, (void)key;
    return rl_insert_text("\n") == 1 ? 0 : 1;
}
