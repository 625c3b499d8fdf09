#include "arguments.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

enum {
    OPTION_THEME = 256,
    OPTION_URL,
    OPTION_REPOSITORY,
    OPTION_UNSAFE,
    OPTION_KEEP_GOING,
    OPTION_NO_RUN,
    OPTION_FRESH,
    OPTION_REFERENCE,
    OPTION_NO_REFERENCE
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"jobs", required_argument, NULL, 'j'},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"url", required_argument, NULL, OPTION_URL},
    {"repository", required_argument, NULL, OPTION_REPOSITORY},
    {"unsafe", no_argument, NULL, OPTION_UNSAFE},
    {"keep-going", no_argument, NULL, OPTION_KEEP_GOING},
    {"no-run", no_argument, NULL, OPTION_NO_RUN},
    {"fresh", no_argument, NULL, OPTION_FRESH},
    {"reference", no_argument, NULL, OPTION_REFERENCE},
    {"no-reference", no_argument, NULL, OPTION_NO_REFERENCE},
    {"port", required_argument, NULL, 'p'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const char arguments_usage[] =
    "Usage: sockrates docs build SRC -o OUT    make a site of the lessons in SRC\n"
    "       sockrates docs serve SRC           show it at http://localhost:8000 and follow every change\n"
    "       sockrates docs render FILE         print the HTML of one lesson\n"
    "\n"
    "  -o, --output OUT       the folder to write; it is replaced as a whole\n"
    "      --theme DIR        files that come before the theme's own\n"
    "      --url URL          where the site will be, for links that need it\n"
    "      --repository URL   where the lessons can be edited, for a link on each page\n"
    "      --unsafe           let raw HTML and every link pass\n"
    "      --keep-going       write the site although something is wrong\n"
    "      --no-run           do not run the lessons: show what they recorded\n"
    "      --fresh            run every lesson anew, also those that passed before\n"
    "      --reference        with pages about the modules; --no-reference: without.\n"
    "                         Unsaid, courses that run Lua have them\n"
    "  -j, --jobs N           so many lessons at once\n"
    "  -p, --port N           where `serve` listens\n";

/* A link that everybody follows leads to the web and nowhere else. */
static void take_address(struct arguments *arguments, const char **address, const char *option)
{
    size_t scheme = strncasecmp(optarg, "https://", 8) == 0 ? 8 : strncasecmp(optarg, "http://", 7) == 0 ? 7 : 0;
    bool fine = scheme > 0 && isalnum((unsigned char)optarg[scheme]);
    for (const char *c = optarg; *c != '\0'; c++)
        fine = fine && *c > ' ' && *c < 0x7f && strchr("\"<>\\^`{|}", *c) == NULL;
    *address = optarg;
    if (fine)
        return;
    arguments->status = EXIT_USAGE;
    fprintf(stderr, "sockrates docs: --%s is an address like https://example.org/course, not `%s`.\n", option, optarg);
}

static void take_option(struct arguments *arguments, int option)
{
    switch (option) {
    case 'o':
        arguments->site.output = optarg;
        break;
    case 'j':
        arguments->site.jobs = atoi(optarg);
        break;
    case 'p':
        arguments->port = (unsigned)atoi(optarg);
        if (arguments->port < 1 || arguments->port > 65535)
            arguments->status = EXIT_USAGE;
        break;
    case OPTION_THEME:
        arguments->site.theme = optarg;
        break;
    case OPTION_URL:
        take_address(arguments, &arguments->site.url, "url");
        break;
    case OPTION_REPOSITORY:
        take_address(arguments, &arguments->site.repository, "repository");
        break;
    case OPTION_UNSAFE:
        arguments->site.unsafe = true;
        break;
    case OPTION_KEEP_GOING:
        arguments->site.keep_going = true;
        break;
    case OPTION_NO_RUN:
        arguments->site.run = false;
        break;
    case OPTION_FRESH:
        arguments->site.fresh = true;
        break;
    case OPTION_REFERENCE:
        arguments->site.reference = SITE_ALWAYS;
        break;
    case OPTION_NO_REFERENCE:
        arguments->site.reference = SITE_NEVER;
        break;
    case 'h':
        arguments->help = true;
        break;
    default:
        arguments->status = EXIT_USAGE;
    }
}

struct arguments arguments_read(int argc, char **argv)
{
    struct arguments arguments = {.site = {.run = true}};
    for (int option; (option = getopt_long(argc, argv, "o:j:p:h", long_options, NULL)) != -1;)
        take_option(&arguments, option);
    if (arguments.help || arguments.status != EXIT_FINE)
        return arguments;
    if (argc - optind == 1)
        arguments.site.source = argv[optind];
    else
        arguments.status = EXIT_USAGE;
    return arguments;
}
