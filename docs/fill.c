#include "fill.h"

#include "mdoc.h"
#include "shells.h"

#include "base/rows.h"
#include "base/span.h"

static const struct part {
    const char *line;
    void (*add)(struct text *out);
} parts[] = {
    {".\\\" synopsis", mdoc_synopsis},         {".\\\" subcommands", mdoc_subcommands},
    {".\\\" commands", mdoc_commands},         {".\\\" modules", mdoc_modules},
    {"# bash: first words", bash_first_words}, {"# bash: values", bash_values},
    {"# bash: commands", bash_commands},       {"# zsh: first words", zsh_first_words},
    {"# zsh: second words", zsh_second_words}, {"# zsh: commands", zsh_commands},
};

static const struct part *part_at(struct span line)
{
    while (line.length > 0 && *line.text == ' ') {
        line.text++;
        line.length--;
    }
    for (size_t i = 0; i < ROW_COUNT(parts); i++)
        if (span_is(line, parts[i].line))
            return &parts[i];
    return NULL;
}

void fill(struct text *out, const char *page)
{
    for (struct span line; span_next_line(&page, &line);) {
        const struct part *part = part_at(line);
        if (part != NULL)
            part->add(out);
        else
            text_add_bytes(out, line.text, (size_t)(page - line.text));
    }
}
