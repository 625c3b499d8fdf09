#include "terminal/learn.h"

#include "base/memory.h"
#include "base/path.h"
#include "lesson/course.h"
#include "lesson/course_find.h"
#include "render/command_line.h"
#include "terminal/batch.h"
#include "terminal/hosts.h"
#include "terminal/loop.h"
#include "terminal/named.h"
#include "terminal/present.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder that a path is in; yours to free. */
static char *folder_of(const char *path)
{
    char *folder = path_folder(path);
    if (*folder != '\0')
        return folder;
    free(folder);
    return memory_copy(".");
}

/*
 * A lesson that is a file is a course of its own, and so is a folder, also by its SUMMARY.md: *course is where that
 * lies, yours to free.
 */
static void set_lesson(struct tutor_options *options, const char *word, char **course)
{
    struct stat about;
    bool there = options->lessons == NULL && stat(word, &about) == 0;
    bool file = there && S_ISREG(about.st_mode), order = file && strcmp(path_name(word), "SUMMARY.md") == 0;
    if (order || (there && S_ISDIR(about.st_mode))) {
        char *folder = order ? folder_of(word) : memory_copy(word);
        options->lessons = *course = named_own(SUBCOMMAND_LEARN, folder);
        free(folder);
    } else if (file && path_is_markdown(word)) {
        options->lessons = word;
        options->lesson = "1";
    } else {
        options->lesson = word;
    }
}

/* True of a word that is a path and no lesson's name: "4" and "connect" are not, nor "05-connect.md" that came along.
 */
static bool is_path(const char *word)
{
    struct stat about;
    if (stat(word, &about) == 0 || strchr(word, '/') != NULL)
        return true;
    if (!path_is_markdown(word))
        return false;
    struct complaints complaints = {0};
    char *home = course_home();
    struct course *course = home != NULL ? course_read(home, &complaints) : NULL;
    bool lesson = course != NULL && course_find(course, word) >= 0;
    course_free(course);
    complaints_free(&complaints);
    free(home);
    return !lesson;
}

/* What is wrong with a word that names a lesson or a course; the exit status, 0: nothing. */
static int judge_word(const char *word)
{
    const char *fault = elsewhere_fault(word);
    if (fault == NULL)
        return is_path(word) ? command_line_readable(SUBCOMMAND_LEARN, word) : 0;
    command_line_tell(SUBCOMMAND_LEARN, "%s: %s", word, fault);
    return 2;
}

/* The course is what the first word names, if that is one; several files are lessons of the folder they are in. */
static int present(struct tutor *tutor, struct command_line *line, const char *course)
{
    char **words = line->arguments, *folder = NULL;
    bool named = course == NULL && tutor->options.lessons != NULL;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return command_line_wrong(SUBCOMMAND_LEARN, "--present takes keys from a terminal and shows lessons on it");
    if (named && line->count > 1 && path_is_markdown(words[0]) && strcmp(path_name(words[0]), "SUMMARY.md") != 0) {
        folder = folder_of(words[0]);
        tutor->options.lessons = folder;
    } else if (named) {
        words++;
    }
    int status = present_run(tutor, words);
    free(folder);
    return status;
}

int learn_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_LEARN, argc, argv, &status))
        return status;
    if (line.said[SETTING_LAB].number && hosts_around(SUBCOMMAND_LEARN))
        return 1;
    struct tutor tutor = {.reading = {.index = -1},
                          .options = {.lessons = line.said[SETTING_LESSONS].word,
                                      .network = line.said[SETTING_NETWORK].number,
                                      .lab = line.said[SETTING_LAB].number ? LAB_ON : LAB_AS_LESSONS_ASK,
                                      .present = line.said[SETTING_PRESENT].number,
                                      .plain = line.said[SETTING_PLAIN].number,
                                      .theme = (enum look_theme)line.said[SETTING_THEME].number}};
    if (line.count > 1 && !tutor.options.present)
        return command_line_wrong(SUBCOMMAND_LEARN, "one lesson at a time: \"%s\" is one more", line.arguments[1]);
    const char *word = line.count > 0 ? line.arguments[0] : NULL, *course = tutor.options.lessons;
    bool is_word = course == NULL && word != NULL && elsewhere_is_archive(word);
    char *own = NULL;
    if (course == NULL && word != NULL && (status = judge_word(word)) != 0)
        return status;
    if (is_word || course != NULL) {
        tutor.options.lessons = own = named_own(SUBCOMMAND_LEARN, is_word ? word : course);
        if (own == NULL)
            return 2;
    }
    if (word != NULL && !is_word)
        set_lesson(&tutor.options, word, &own);
    status = 0;
    if (tutor.options.present)
        status = present(&tutor, &line, course);
    else if (isatty(STDIN_FILENO))
        loop_run(&tutor);
    else if (word != NULL && !is_word)
        status = command_line_wrong(SUBCOMMAND_LEARN,
                                    "%s: lessons are read at a terminal, and standard input is none; "
                                    "`sockrates check FILE` runs one without",
                                    word);
    else
        status = batch_run(tutor.options.network, tutor.options.lab == LAB_ON);
    free(own);
    return status;
}
