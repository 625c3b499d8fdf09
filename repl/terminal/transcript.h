/*
 * transcript.h: code that was pasted with its prompts.  Floor: terminal.
 */
#ifndef SOCKRATES_TERMINAL_TRANSCRIPT_H
#define SOCKRATES_TERMINAL_TRANSCRIPT_H

/*
 * The next entry of what was typed or pasted, yours to free; NULL after the last.  When `text` begins with a
 * prompt (ours, Lua's, Python's) it is a transcript: each prompt begins an entry, prompts are taken away, and
 * lines without one, being results, left out.  Else all of it is one entry.  *at begins as `text`.
 */
char *transcript_next(const char *text, const char **at);

#endif
