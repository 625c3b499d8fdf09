/*
 * sockrates-unpack FILE FOLDER: a course out of an archive.  A program of its own, with limits of its own: sockrates
 * starts without libarchive, and what an archive does to it harms nobody.
 */
#include "unpack/archive.h"

#include <locale.h>
#include <stdio.h>
#include <sys/resource.h>

/* What it may take; a course needs a small part of each.  The sanitizer reserves terabytes for itself. */
#define SECONDS 20
#ifdef __SANITIZE_ADDRESS__
#define MEMORY RLIM_INFINITY
#else
#define MEMORY ((rlim_t)512 << 20)
#endif

int main(int argc, char **argv)
{
    struct text fault = TEXT_EMPTY;
    if (argc != 3) {
        fputs("usage: sockrates-unpack FILE FOLDER\n", stderr);
        return 2;
    }
    setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS, SECONDS});
    setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY, MEMORY});
    setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive gives names in that, however this machine's people speak */
    bool fine = archive_unpack(argv[1], argv[2], &fault);
    if (!fine)
        fprintf(stderr, "sockrates: %s\n", text_string(&fault));
    text_free(&fault);
    return !fine;
}
