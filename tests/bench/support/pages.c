/*
 * pages: the least that making pages can cost: read each file, convert it with libcmark, write it.
 *     pages SOURCE TARGET         every file
 *     pages SOURCE TARGET NAME    only this one; at the others it looks, as who asks which of them changed
 */
#include <cmark.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_file(const char *path, size_t *length)
{
    struct stat facts;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &facts) != 0) {
        perror(path);
        exit(1);
    }
    char *bytes = malloc((size_t)facts.st_size + 1);
    *length = fread(bytes, 1, (size_t)facts.st_size, file);
    fclose(file);
    return bytes;
}

static void convert(const char *source, const char *target)
{
    size_t length;
    char *markdown = read_file(source, &length);
    char *html = cmark_markdown_to_html(markdown, length, CMARK_OPT_DEFAULT);
    FILE *file = fopen(target, "wb");
    if (file == NULL || fwrite(html, 1, strlen(html), file) != strlen(html) || fclose(file) != 0) {
        perror(target);
        exit(1);
    }
    free(html);
    free(markdown);
}

int main(int count, char **arguments)
{
    const char *only = count == 4 ? arguments[3] : NULL;
    struct stat facts;
    DIR *folder = count == 3 || only != NULL ? opendir(arguments[1]) : NULL;
    if (folder == NULL || (mkdir(arguments[2], 0777) != 0 && errno != EEXIST)) {
        perror("usage: pages SOURCE TARGET [NAME]");
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char source[4096], target[4096];
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 3, ".md") != 0)
            continue;
        snprintf(source, sizeof source, "%s/%s", arguments[1], entry->d_name);
        if (only != NULL && (lstat(source, &facts) != 0 || strcmp(entry->d_name, only) != 0))
            continue;
        snprintf(target, sizeof target, "%s/%.*s.html", arguments[2], (int)length - 3, entry->d_name);
        convert(source, target);
    }
    return closedir(folder);
}
