#include "terminal/learn.h"

#include "base/path.h"
#include "lesson/course.h"
#include "render/command_line.h"
#include "terminal/batch.h"
#include "terminal/loop.h"
#include "terminal/named.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A lesson that is a file is a course of its own, and so is a folder: *course is where that lies, yours to free. */
static void set_lesson(struct tutor_options *options, const char *word, char **course)
{
    struct stat about;
    bool there = options->lessons == NULL && stat(word, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        options->lessons = *course = named_own(word);
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
    const char *word = line.count > 0 ? line.arguments[0] : NULL, *course = tutor.options.lessons;
    bool is_word = course == NULL && word != NULL && elsewhere_is_archive(word);
    const char *fault = course == NULL && word != NULL ? elsewhere_fault(word) : NULL;
    char *own = NULL;
    if (fault != NULL) {
        fprintf(stderr, "sockrates: %s: %s\n", word, fault);
        return 1;
    }
    if (is_word || course != NULL) {
        tutor.options.lessons = own = named_own(is_word ? word : course);
        if (own == NULL)
            return 1;
    }
    if (word != NULL && !is_word)
        set_lesson(&tutor.options, word, &own);
    status = 0;
    if (!isatty(STDIN_FILENO))
        status = batch_run(tutor.options.network, tutor.options.lab == LAB_ON);
    else
        loop_run(&tutor);
    free(own);
    return status;
}
