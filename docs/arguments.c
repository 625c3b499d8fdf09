#include "arguments.h"

#include "lesson/course.h"

#include <stdio.h>

void arguments_print(const struct complaints *complaints, const char *kind)
{
    for (size_t i = 0; i < complaints->count; i++) {
        const struct complaint *complaint = &complaints->list[i];
        if (complaint->line > 0)
            fprintf(stderr, "%s:%d: %s%s\n", complaint->path, complaint->line, kind, complaint->message);
        else
            fprintf(stderr, "%s: %s%s\n", complaint->path, kind, complaint->message);
    }
}

struct site_options arguments_site(const struct command_line *line, const char *source)
{
    const struct said *said = line->said;
    return (struct site_options){.source = source,
                                 .output = said[SETTING_OUTPUT].word,
                                 .theme = said[SETTING_THEME].word,
                                 .url = said[SETTING_URL].word,
                                 .repository = said[SETTING_REPOSITORY].word,
                                 .unsafe = said[SETTING_UNSAFE].number,
                                 .keep_going = said[SETTING_KEEP_GOING].number,
                                 .run = !said[SETTING_NO_RUN].number,
                                 .fresh = said[SETTING_FRESH].number,
                                 .reference = (enum reference_wish)said[SETTING_REFERENCE].number,
                                 .jobs = said[SETTING_JOBS].number};
}

struct visit *arguments_visit(const struct command_line *line, enum subcommand_name name)
{
    struct text fault = TEXT_EMPTY;
    struct visit *visit = visit_new(line->arguments[0], true, &fault);
    if (fault.length > 0)
        command_line_tell(name, "%s", text_string(&fault));
    text_free(&fault);
    return visit;
}

int arguments_failed(const char *source)
{
    struct complaints complaints = {0};
    struct course *course = course_read(source, &complaints);
    int status = course != NULL ? EXIT_FAILED : EXIT_WRONG;
    course_free(course);
    complaints_free(&complaints);
    return status;
}
