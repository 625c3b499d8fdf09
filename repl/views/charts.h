/*
 * charts.h: the charts, once.  Floor: views.
 *
 *     bytes    a ruler of each stream: how the calls cut it that sent, and those that received
 *     time     a bar for each call that took time, and how long each was allowed to
 *     ready    what each look of select() and poll() found, socket by socket
 *
 * A row is a symbol, the word of commands, options and lessons, and what to say instead of an empty one.  Its maker is
 * called chart_make_ and the word; options, commands and the panes of lessons are made from these rows, in this order.
 */
#ifndef SOCKRATES_VIEWS_CHARTS_H
#define SOCKRATES_VIEWS_CHARTS_H

/* clang-format off */
#define CHART_ROWS(row)                                                 \
    row(BYTES, bytes, "No stream carried anything in the last step.")   \
    row(TIME, time, "No call of the last step had to wait.")            \
    row(READY, ready, "Nobody called select(), poll() or epoll_wait() in the last step.")
/* clang-format on */

#define CHART_KIND(symbol, word, nothing) CHART_##symbol,
enum chart_kind { CHART_ROWS(CHART_KIND) CHARTS };
#undef CHART_KIND

#endif
