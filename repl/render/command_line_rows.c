#include "render/command_line.h"

#include "lab/schedule.h"
#include "translate/languages.h"
#include "views/charts.h"

#define LANGUAGE(symbol, word, name) #word,
static const char *const languages_known[] = {LANGUAGES(LANGUAGE) NULL};

#define CHART(symbol, word, nothing) #word,
static const char *const charts_known[] = {CHART_ROWS(CHART) NULL};

#define JOBS_MOST   100000
#define REPEAT_MOST 100000
#define PORT_MOST   65535
#define ANY_NUMBER  0x7fffffff

/* clang-format off */
const struct option_row common_options[] = {
    {"help", 'h', SETTING_HELP, OPTION_FLAG, .number = 1, .help = "show this"},
    {NULL},
};

static const struct option_row learn_options[] = {
    {"lessons", 0, SETTING_LESSONS, OPTION_PATH, "PATH", .help = "take the lessons from this folder, file or archive",
     .there = true},
    {"network", 0, SETTING_NETWORK, OPTION_FLAG, .number = 1, .help = "let sockets reach other machines too"},
    {"lab", 0, SETTING_LAB, OPTION_FLAG, .number = 1,
     .help = "a private network of two hosts, me and peer, and its packets"},
    {"present", 0, SETTING_PRESENT, OPTION_FLAG, .number = 1,
     .help = "for a room: one step a screen, and a key for everything"},
    {"plain", 0, SETTING_PLAIN, OPTION_FLAG, .number = 1,
     .help = "no colour, no ornaments, no moving cursor: for screen readers"},
    {"theme", 0, SETTING_THEME, OPTION_WORD, .words = (const char *const[]){"dark", "light", NULL}, .number = THEME_DARK,
     .help = "for which background; else as COLORFGBG says, else dark"},
    {NULL},
};

static const struct option_row run_options[] = {
    {"trace", 0, SETTING_VIEW, OPTION_FLAG, .number = VIEW_TRACE,
     .help = "each system call as C would write it, on standard error, while it runs"},
    {"trace-all", 0, SETTING_VIEW, OPTION_FLAG, .number = VIEW_TRACE_ALL,
     .help = "the same, without folding what repeats"},
    {"ladder", 0, SETTING_VIEW, OPTION_FLAG, .number = VIEW_LADDER,
     .help = "the picture of who said what to whom, with the packets of a lab, on standard error, at the end"},
    {"chart", 0, SETTING_VIEW, OPTION_WORD, .words = charts_known, .number = VIEW_CHART,
     .help = "a ruler of each stream, bars of time, or who was ready when, on standard error, at the end"},
    {"to", 0, SETTING_VIEW, OPTION_WORD, .words = languages_known, .number = VIEW_PROGRAM,
     .help = "a program that makes the same calls, instead of what the script prints"},
    {"json", 0, SETTING_VIEW, OPTION_FLAG, .number = VIEW_JSON,
     .help = "the outcome and every call as JSON, instead of what the script prints"},
    {"lab", 0, SETTING_LAB, OPTION_FLAG, .number = 1,
     .help = "in a private network of two hosts, me and peer"},
    {"pcapng", 0, SETTING_PCAPNG, OPTION_PATH, "FILE", .help = "with --lab: its packets as a capture for Wireshark"},
    {NULL},
};

static const struct option_row trace_options[] = {
    {"with", 0, SETTING_WITH, OPTION_MANY, "COMMAND",
     .help = "start this before, and wait until it listens; several times if need be; 'NAME: COMMAND' names it"},
    {"calls", 0, SETTING_CALLS, OPTION_FLAG, .number = 1,
     .help = "each call as C would write it, while the program runs, instead of the picture"},
    {"chart", 0, SETTING_VIEW, OPTION_WORD, .words = charts_known, .number = VIEW_CHART,
     .help = "a ruler of each stream, bars of time, or who was ready when, instead of the picture"},
    {"quiet", 0, SETTING_QUIET, OPTION_FLAG, .number = 1, .help = "only what is to be said of calls that failed"},
    {"svg", 0, SETTING_SVG, OPTION_PATH, "FILE", .help = "the picture as a drawing"},
    {"json", 0, SETTING_JSON_FILE, OPTION_PATH, "FILE", .help = "every call, and the picture, for programs"},
    {"lab", 0, SETTING_LAB, OPTION_FLAG, .number = 1,
     .help = "in a private network of two hosts: the program on me, those of --with on peer"},
    {"pcapng", 0, SETTING_PCAPNG, OPTION_PATH, "FILE", .help = "with --lab: its packets as a capture for Wireshark"},
    {"all", 0, SETTING_ALL, OPTION_FLAG, .number = 1,
     .help = "also the calls that the C library makes for itself, to look up names"},
    {"output", 'o', SETTING_OUTPUT, OPTION_PATH, "FILE", .help = "write there what else goes to standard error"},
    {NULL},
};

static const struct option_row lab_options[] = {
    {"peer", 0, SETTING_PEER, OPTION_MANY, "COMMAND",
     .help = "run this on the other host first, and wait until it listens; may be said several times"},
    {"delay", 0, SETTING_DELAY, OPTION_TEXT, "TIME", .help = "that each packet takes, each way: 50ms"},
    {"jitter", 0, SETTING_JITTER, OPTION_TEXT, "TIME", .help = "up to so much more, so packets overtake each other"},
    {"loss", 0, SETTING_LOSS, OPTION_TEXT, "SHARE", .help = "of the packets that is lost: 5%"},
    {"dup", 0, SETTING_DUP, OPTION_TEXT, "SHARE", .help = "of the packets that arrives twice"},
    {"rate", 0, SETTING_RATE, OPTION_TEXT, "RATE", .help = "of the wire, each way: 1mbit, 64kbit"},
    {"queue", 0, SETTING_QUEUE, OPTION_NUMBER, "N", .number = SCHEDULE_MOST,
     .help = "packets that may wait for the rate; one more is dropped"},
    {"seed", 0, SETTING_SEED, OPTION_NUMBER, "N", .number = ANY_NUMBER, .help = "of chance; another one, other losses"},
    {"drop", 0, SETTING_DROP, OPTION_MANY, "PACKETS",
     .help = "drop these: syn:1 is the first SYN, fin every FIN, peer+data:2 the second with data from peer; may be "
             "said several times"},
    {"ladder", 0, SETTING_VIEW, OPTION_FLAG, .number = VIEW_LADDER,
     .help = "the packets as a picture, on standard error, at the end"},
    {"trace", 0, SETTING_TRACE, OPTION_FLAG, .number = 1,
     .help = "follow the programs of both hosts: their calls, and the packets between them, in one picture"},
    {"save", 0, SETTING_PCAPNG, OPTION_PATH, "FILE", .help = "the packets as a capture for Wireshark"},
    {"on", 0, SETTING_HOST, OPTION_WORD, .words = (const char *const[]){"me", "peer", NULL}, .number = 1,
     .help = "in a lab already: run the program on this host"},
    {NULL},
};

static const struct option_row check_options[] = {
    {"accept", 0, SETTING_ACCEPT, OPTION_FLAG, .number = 1,
     .help = "write the new outputs into the lessons, wildcards kept"},
    {"watch", 0, SETTING_WATCH, OPTION_FLAG, .number = 1,
     .help = "check again whenever a lesson is saved, until Ctrl-C"},
    {"repeat", 0, SETTING_REPEAT, OPTION_NUMBER, "N", .number = REPEAT_MOST,
     .help = "run everything N times and name the blocks that fail sometimes"},
    {"jobs", 'j', SETTING_JOBS, OPTION_NUMBER, "N", .number = JOBS_MOST,
     .help = "so many lessons at once (8 for each processor)"},
    {"format", 0, SETTING_FORMAT, OPTION_WORD, .words = (const char *const[]){"text", "tap", "junit", "json", "github", NULL},
     .number = FORMAT_TEXT, .help = "how to print the results; github is the marks for GitHub Classroom"},
    {"json", 0, SETTING_FORMAT, OPTION_FLAG, .number = FORMAT_JSON, .help = "the same as --format json"},
    {NULL},
};

#define UNSAFE {"unsafe", 0, SETTING_UNSAFE, OPTION_FLAG, .number = 1, .help = "let raw HTML and every link pass"}

#define SITE_OPTIONS                                                                                               \
    {"theme", 0, SETTING_THEME, OPTION_FOLDER, "FOLDER", .help = "files that come before the theme's own",         \
     .there = true},        \
    {"url", 0, SETTING_URL, OPTION_ADDRESS, "URL", .help = "where the site will be, for links that need it"},      \
    {"repository", 0, SETTING_REPOSITORY, OPTION_ADDRESS, "URL",                                                   \
     .help = "where the lessons can be edited, for a link on each page"},                                          \
    UNSAFE,                                                                                                        \
    {"keep-going", 0, SETTING_KEEP_GOING, OPTION_FLAG, .number = 1,                                                \
     .help = "write the site although something is wrong"},                                                        \
    {"no-run", 0, SETTING_NO_RUN, OPTION_FLAG, .number = 1,                                                        \
     .help = "do not run the lessons: show what they recorded"},                                                   \
    {"fresh", 0, SETTING_FRESH, OPTION_FLAG, .number = 1,                                                          \
     .help = "run every lesson anew, also those that passed before"},                                              \
    {"reference", 0, SETTING_REFERENCE, OPTION_FLAG, .number = REFERENCE_ALWAYS,                                   \
     .help = "with pages about the modules; unsaid, courses that run Lua have them"},                              \
    {"no-reference", 0, SETTING_REFERENCE, OPTION_FLAG, .number = REFERENCE_NEVER, .help = "without them"},        \
    {"jobs", 'j', SETTING_JOBS, OPTION_NUMBER, "N", .number = JOBS_MOST, .help = "so many lessons at once"},       \
    {NULL}

static const struct option_row build_options[] = {
    {"output", 'o', SETTING_OUTPUT, OPTION_FOLDER, "SITE", .help = "the folder to write; it is replaced as a whole"},
    SITE_OPTIONS
};

static const struct option_row serve_options[] = {
    {"port", 'p', SETTING_PORT, OPTION_NUMBER, "N", .number = PORT_MOST,
     .help = "where to listen: 8000, or any free port where that is taken"},
    SITE_OPTIONS
};

static const struct option_row render_options[] = {UNSAFE, {NULL}};

static const struct option_row export_options[] = {
    {"to", 0, SETTING_FORMAT, OPTION_WORD, .words = (const char *const[]){"ipynb", "course", NULL},
     .number = EXPORT_NOTEBOOKS,
     .help = "what to write: notebooks for Jupyter, also when unsaid, or the course as learners may have it"},
    {"output", 'o', SETTING_OUTPUT, OPTION_FOLDER, "FOLDER", .help = "where to write them"},
    {"for", 0, SETTING_FOR, OPTION_WORD, .words = (const char *const[]){"learners", "nbgrader", NULL},
     .number = READER_LEARNERS, .help = "nbgrader: with solutions and hidden checks, from which it makes a release"},
    {"keep-going", 0, SETTING_KEEP_GOING, OPTION_FLAG, .number = 1,
     .help = "write notebooks although a block failed"},
    {"no-run", 0, SETTING_NO_RUN, OPTION_FLAG, .number = 1,
     .help = "do not run the lessons: show what they recorded"},
    {"fresh", 0, SETTING_FRESH, OPTION_FLAG, .number = 1,
     .help = "run every lesson anew, also those that passed before"},
    {"jobs", 'j', SETTING_JOBS, OPTION_NUMBER, "N", .number = JOBS_MOST, .help = "so many lessons at once"},
    {NULL},
};

static const struct option_row kernel_options[] = {
    {"user", 0, SETTING_USER, OPTION_FLAG, .number = 1, .help = "for you alone; also without an option"},
    {"prefix", 0, SETTING_PREFIX, OPTION_FOLDER, "FOLDER",
     .help = "for everybody whose Jupyter looks there: /usr/local, or a Python environment"},
    {"sys-prefix", 0, SETTING_SYS_PREFIX, OPTION_FLAG, .number = 1, .help = "in the Python environment that is active"},
    {NULL},
};

static const struct option_row progress_options[] = {
    {"json", 0, SETTING_JSON, OPTION_FLAG, .number = 1, .help = "for programs"},
    {"lessons", 0, SETTING_LESSONS, OPTION_PATH, "PATH",
     .help = "of this course instead of the one that came with the program", .there = true},
    {NULL},
};

static const struct option_row handin_options[] = {
    {"output", 'o', SETTING_OUTPUT, OPTION_PATH, "NAME.html", .help = "the file to write; its name is whose work it is"},
    {"lessons", 0, SETTING_LESSONS, OPTION_PATH, "PATH",
     .help = "of this course instead of the one that came with the program", .there = true},
    {NULL},
};

static const struct option_row collect_options[] = {
    {"output", 'o', SETTING_OUTPUT, OPTION_PATH, "TABLE",
     .help = "the file to write, .csv or .html; unsaid, CSV on standard output"},
    {"lessons", 0, SETTING_LESSONS, OPTION_PATH, "PATH",
     .help = "of this course instead of the one that came with the program", .there = true},
    {"jobs", 'j', SETTING_JOBS, OPTION_NUMBER, "N", .number = JOBS_MOST,
     .help = "so many answers at once (4 for each processor)"},
    {NULL},
};

const struct subcommand subcommand_rows[SUBCOMMAND_COUNT] = {
    [SUBCOMMAND_LEARN] = {"learn", "[LESSON ...|COURSE]", "step through lessons; also without a command", learn_options,
                          .most = ANY_NUMBER, .files = "*.md"},
    [SUBCOMMAND_RUN] = {"run", "FILE|- [ARGUMENT ...]", "run a Lua script", run_options, .least = 1, .most = ANY_NUMBER,
                        .lacks = "name a script to run, or - for standard input", .files = "*.lua", .passes = true,
                        .there = 1,
                        .ends = "Exit status: 0 the script came to its end, 1 an error ended it, 2 wrong usage; else as "
                                "the script says with os.exit()."},
    [SUBCOMMAND_TRACE] = {"trace", "PROGRAM [ARGUMENT ...]", "run a program of any language and draw its socket calls",
                          trace_options, .least = 1, .most = ANY_NUMBER, .lacks = "name a program to run", .files = "*",
                          .passes = true, .ends = "Exit status: the program's own; 126 or 127 it could not start, 2 wrong usage."},
    [SUBCOMMAND_LAB] = {"lab", "[-- PROGRAM [ARGUMENT ...]]", "a private network of two hosts for your own programs",
                        lab_options, .most = ANY_NUMBER, .passes = true, .ends = "Exit status: the program's own; 126 or 127 it could not start, 2 wrong usage."},
    [SUBCOMMAND_CHECK] = {"check", "PATH ...", "run lessons as their own tests", check_options, .least = 1,
                          .most = ANY_NUMBER, .lacks = "name a lesson or a folder of lessons to check", .files = "*.md",
                         .there = ANY_NUMBER},
    [SUBCOMMAND_NEW_LESSON] = {"new lesson", "NAME", "write a small lesson to start from", .least = 1, .most = 1,
                               .lacks = "name it, like 09-many-sockets"},
    [SUBCOMMAND_NEW_COURSE] = {"new course", "NAME", "write a small course to start from", .least = 1, .most = 1,
                               .lacks = "name its folder, like networks-1"},
    [SUBCOMMAND_DOCS_BUILD] = {"docs build", "FOLDER -o SITE", "make a site of the lessons in a folder", build_options,
                               .least = 1, .most = 1, .lacks = "name a folder of lessons", .files = "/", .there = 1},
    [SUBCOMMAND_DOCS_SERVE] = {"docs serve", "FOLDER", "show it on this machine, and follow every change", serve_options,
                               .least = 1, .most = 1, .lacks = "name a folder of lessons", .files = "/", .there = 1},
    [SUBCOMMAND_DOCS_RENDER] = {"docs render", "FILE", "print the HTML of one lesson", render_options,
                                .least = 1, .most = 1, .lacks = "name a lesson", .files = "*.md", .there = 1},
    [SUBCOMMAND_DOCS_EXPORT] = {"docs export", "FILE|FOLDER -o FOLDER", "make notebooks of lessons, or copies for learners",
                                export_options, .least = 1, .most = 1, .lacks = "name a lesson or a folder of lessons",
                                .files = "*.md", .there = 1},
    [SUBCOMMAND_KERNEL_INSTALL] = {"kernel install", "", "make notebooks in Jupyter know Sockrates", kernel_options},
    [SUBCOMMAND_KERNEL_START] = {"kernel start", "FILE", "serve a notebook; Jupyter runs this", .least = 1,
                                 .most = ANY_NUMBER, .lacks = "name the connection file that Jupyter wrote",
                                 .files = "*.json", .passes = true},
    [SUBCOMMAND_PROGRESS] = {"progress", "", "how far you are in each lesson", progress_options},
    [SUBCOMMAND_HANDIN] = {"handin", "[LESSON ...] -o NAME.html", "your work as one file for your teacher",
                           handin_options, .most = ANY_NUMBER},
    [SUBCOMMAND_COLLECT] = {"collect", "FOLDER [LESSON ...]", "mark the hand-ins of a class", collect_options, .least = 1,
                            .most = ANY_NUMBER, .lacks = "name the folder with the hand-ins", .files = "/",
                            .there = 1},
    [SUBCOMMAND_DOCTOR] = {"doctor", "", "what works here, and what to do about the rest"},
    [SUBCOMMAND_HELP] = {"help", "[NAME]", "show this, or what is known of a name", .most = ANY_NUMBER},
};
/* clang-format on */
