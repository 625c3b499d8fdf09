#include "terminal/learn.h"

#include "base/path.h"
#include "render/command_line.h"
#include "terminal/batch.h"
#include "terminal/loop.h"

#include <sys/stat.h>
#include <unistd.h>

/* A lesson that is a file is a course of its own, and so is a folder. */
static void set_lesson(struct tutor_options *options, const char *word)
{
    struct stat about;
    bool there = options->lessons == NULL && stat(word, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        options->lessons = word;
    else
        options->lesson = word;
    if (there && S_ISREG(about.st_mode) && path_is_markdown(word)) {
        options->lessons = word;
        options->lesson = "1";
    }
}

int learn_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_LEARN, argc, argv, &status))
        return status;
    struct tutor tutor = {.reading = {.index = -1},
                          .options = {.lessons = line.said[SETTING_LESSONS].word,
                                      .network = line.said[SETTING_NETWORK].number,
                                      .lab = line.said[SETTING_LAB].number ? LAB_ON : LAB_AS_LESSONS_ASK,
                                      .plain = line.said[SETTING_PLAIN].number,
                                      .theme = (enum look_theme)line.said[SETTING_THEME].number}};
    if (line.count > 0)
        set_lesson(&tutor.options, line.arguments[0]);
    if (!isatty(STDIN_FILENO))
        return batch_run(tutor.options.network, tutor.options.lab == LAB_ON);
    loop_run(&tutor);
    return 0;
}
