#include "terminal/named.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void say(enum subcommand_name name, struct text *fault)
{
    if (fault->length > 0)
        command_line_tell(name, "%s", text_string(fault));
    text_free(fault);
}

char *named_own(enum subcommand_name name, const char *named)
{
    struct text fault = TEXT_EMPTY;
    struct stat about;
    if (!elsewhere_is_archive(named))
        return stat(named, &about) == 0 && S_ISDIR(about.st_mode) ? course_root(named) : memory_copy(named);
    char *course = elsewhere_keep(named, &fault);
    say(name, &fault);
    if (course != NULL)
        fprintf(stderr, "The course lies in %s.\n", course);
    return course;
}

struct visit *named_visit(enum subcommand_name name, const char *named)
{
    struct text fault = TEXT_EMPTY;
    struct visit *visit = visit_new(named, false, &fault);
    say(name, &fault);
    return visit;
}

struct course *named_course(enum subcommand_name name, const char *folder)
{
    struct complaints complaints = {0};
    char *home = folder != NULL ? course_root(folder) : course_home();
    struct course *course = home != NULL ? course_read(home, &complaints) : NULL;
    if (course == NULL)
        command_line_tell(name, "%s: %s", home != NULL ? home : "lessons",
                          complaints.count > 0 ? complaints.list[0].message : "there are none");
    complaints_free(&complaints);
    free(home);
    return course;
}
