#include "terminal/doctor.h"

#include "base/clock.h"
#include "base/memory.h"
#include "follow/follow.h"
#include "lesson/needs.h"
#include "lesson/progress.h"
#include "render/command_line.h"
#include "session/room.h"
#include "session/session.h"

#include <errno.h>
#include <readline/readline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* One finding. */
struct finding {
    bool fine;
    bool needed; /* lessons need it */
    struct text text;
};

static void find_versions(struct tutor *tutor, struct finding *finding)
{
    (void)tutor;
    struct utsname name;
    finding->fine = true;
    text_format(&finding->text, "Sockrates %s, %s, readline %s, %s", SOCKRATES_VERSION, session_language(),
                rl_library_version, progress_library());
    if (uname(&name) == 0)
        text_format(&finding->text, ", %s %s", name.sysname, name.release);
}

static void find_terminal(struct tutor *tutor, struct finding *finding)
{
    const struct look *look = &tutor->screen.look;
    const char *kind = getenv("TERM");
    finding->fine = look->unicode && look->width >= 40;
    text_format(&finding->text, "%s, %d columns, %s, %s", kind ? kind : "no TERM", look->width,
                look->colour ? look->light ? "colours for a light background" : "colours for a dark background"
                             : "no colour",
                look->unicode ? "UTF-8" : "no UTF-8");
    if (!look->unicode)
        text_add(&finding->text, ". Texts are shown in ASCII; set LC_ALL=C.UTF-8 for more");
    if (look->width < 40)
        text_add(&finding->text, ". Make the window wider: 40 columns are the least to read well");
}

static void find_lessons(struct tutor *tutor, struct finding *finding)
{
    struct complaints complaints = {NULL, 0};
    char *home = tutor->options.lessons ? memory_copy(tutor->options.lessons) : course_home();
    struct course *course = home ? course_read(home, &complaints) : NULL;
    finding->needed = true;
    finding->fine = course != NULL && course->entry_count > 0;
    if (finding->fine)
        text_format(&finding->text, "%zu in %s", course->entry_count, home);
    else
        text_format(&finding->text, "none%s%s. Say where they are with --lessons DIR", home ? " in " : "",
                    home ? home : "");
    complaints_free(&complaints);
    course_free(course);
    free(home);
}

static void find_progress(struct tutor *tutor, struct finding *finding)
{
    (void)tutor;
    char *path = progress_path(), *notice;
    struct progress *progress = progress_open(path, "", &notice);
    finding->fine = notice == NULL;
    text_add(&finding->text, notice ? notice : path);
    progress_close(progress);
    free(notice);
    free(path);
}

/* A session that says 2 when asked for 1 + 1, and reaches its own echo. */
static void find_session(struct tutor *tutor, struct finding *finding)
{
    static const char code[] = "local s = socket.socket(); s:settimeout(5); s:connect(lab.echo().address); "
                               "s:sendall('hi'); local answer = s:recv(2); s:close(); return answer";
    struct session_options options = {.time = 10 * CLOCK_SECOND};
    struct session *session = session_new(&options);
    struct chunk chunk = {.name = "doctor", .first_line = 1, .text = code, .length = sizeof code - 1};
    struct outcome *outcome = session_evaluate(session, &chunk, NULL);
    (void)tutor;
    finding->needed = true;
    finding->fine = outcome->kind == OUTCOME_FINE && outcome->value_count == 1;
    if (finding->fine)
        text_add(&finding->text, "a socket reached its echo over loopback");
    else
        text_format(&finding->text, "a socket did not reach its echo over loopback: %s %s. Is the interface lo up?",
                    outcome->error.class ? outcome->error.class : "",
                    outcome->reason          ? outcome->reason
                    : outcome->error.message ? outcome->error.message
                                             : "");
    outcome_free(outcome);
    session_free(session);
}

/* What stands behind the doors of a session. */
static void find_walls(struct tutor *tutor, struct finding *finding)
{
    (void)tutor;
    struct room room = room_look();
    finding->fine = room.scopes && room.filter && !room.sanitized;
    if (room.landlock > 0)
        text_format(&finding->text, "Landlock %d keeps lessons from files%s", room.landlock,
                    room.scopes ? " and from other processes"
                                : " (version 6, of Linux 6.12, from other processes too)");
    else
        text_add(&finding->text, "no Landlock in this kernel (Linux 5.13 brings it, where it is switched on)");
    text_add(&finding->text, room.sanitized ? "; built with sanitizers, so no filter of system calls"
                             : room.filter  ? "; seccomp filters system calls"
                                            : "; no seccomp filter in this kernel");
}

/* Starts a program that does nothing, and follows it to its end. */
static void find_follow(struct tutor *tutor, struct finding *finding)
{
    char *arguments[] = {(char *)"true", NULL};
    struct ring *ring = ring_new(1024);
    struct follow *follow = follow_new(&(struct follow_options){.ring = ring});
    int number;
    struct status status = follow_start(follow, &(struct follow_program){.arguments = arguments, .actor = 0}, &number);
    (void)tutor;
    finding->fine = status_fine(status) && follow_run(follow, number, FOLLOW_ENDED, 10 * CLOCK_SECOND);
    if (finding->fine) {
        text_add(&finding->text, "`sockrates trace` can follow programs");
    } else {
        char *words = follow_explain(status, arguments[0], NULL);
        text_format(&finding->text, "no program can be followed. %s", words);
        free(words);
    }
    follow_free(follow);
    ring_free(ring);
}

/* A row has a function, or is about what blocks of lessons may need. */
static const struct probe {
    const char *what;
    void (*find)(struct tutor *tutor, struct finding *finding);
    unsigned need;
    const char *fine;
} probes[] = {
    {"Versions", .find = find_versions},
    {"Terminal", .find = find_terminal},
    {"Lessons", .find = find_lessons},
    {"Progress", .find = find_progress},
    {"Sessions", .find = find_session},
    {"Walls", .find = find_walls},
    {"Programs", .find = find_follow},
    {"Lab", .need = NEED_LAB, .fine = "a private network can be made"},
    {"Raw sockets", .need = NEED_RAW, .fine = "allowed"},
    {"IPv6", .need = NEED_IPV6, .fine = "there is ::1"},
};

static void find_need(const struct probe *probe, struct finding *finding)
{
    unsigned missing = needs_missing(probe->need);
    finding->fine = missing == 0;
    if (finding->fine)
        text_add(&finding->text, probe->fine);
    else
        needs_explain(&finding->text, missing);
}

/* False when something that lessons need is missing. */
static bool examine(struct tutor *tutor)
{
    const struct look *look = &tutor->screen.look;
    bool well = true;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        struct finding finding = {.text = TEXT_EMPTY};
        struct text first = TEXT_EMPTY, out = TEXT_EMPTY, words = TEXT_EMPTY;
        if (probes[i].find != NULL)
            probes[i].find(tutor, &finding);
        else
            find_need(&probes[i], &finding);
        well = well && (finding.fine || !finding.needed);
        look_add(&first, look, finding.fine ? STYLE_RIGHT : STYLE_WRONG, finding.fine ? "yes" : "no ");
        text_format(&first, "  %-12s ", probes[i].what);
        look_add_visible(&words, look, text_string(&finding.text), finding.text.length);
        look_wrap(&out, look, text_string(&first), "                  ", text_string(&words));
        screen_take(&tutor->screen, &out);
        text_free(&first);
        text_free(&words);
        text_free(&finding.text);
    }
    return well;
}

void doctor_show(struct tutor *tutor)
{
    examine(tutor);
}

int doctor_command(int argc, char **argv)
{
    struct command_line line;
    int status;
    if (!command_line_read(&line, SUBCOMMAND_DOCTOR, argc, argv, &status))
        return status;
    struct tutor tutor = {.reading = {.index = -1}};
    screen_init(&tutor.screen, false, THEME_UNKNOWN);
    return examine(&tutor) ? 0 : 1;
}
