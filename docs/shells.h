/*
 * shells.h: what shells complete behind `sockrates`, in their languages.  Part of the site generator.
 */
#ifndef SOCKRATES_DOCS_SHELLS_H
#define SOCKRATES_DOCS_SHELLS_H

#include "base/text.h"

/* Of bash: the first words; the values of options; what may stand behind each command. */
void bash_first_words(struct text *out);
void bash_values(struct text *out);
void bash_commands(struct text *out);

/* Of zsh: the first words; the second ones, where there are such; what may stand behind each command. */
void zsh_first_words(struct text *out);
void zsh_second_words(struct text *out);
void zsh_commands(struct text *out);

#endif
