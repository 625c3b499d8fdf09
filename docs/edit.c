#include "edit.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Behind a repository's address, before the branch. */
static const struct {
    const char *host, *form;
} hosts[] = {
    {"github.com/", "/edit/"},
    {"gitlab.com/", "/-/edit/"},
    {"codeberg.org/", "/_edit/"},
    {"bitbucket.org/", "/src/"},
};

/* The form for editing of what is the address of a whole repository; NULL for others. */
static const char *form_of(const char *repository, size_t length)
{
    const char *host = strstr(repository, "://");
    for (size_t i = 0; host != NULL && i < sizeof hosts / sizeof *hosts; i++) {
        const char *name = host + 3 + strlen(hosts[i].host), *end = repository + length;
        if (strncmp(host + 3, hosts[i].host, strlen(hosts[i].host)) != 0 || name >= end)
            continue;
        const char *slash = memchr(name, '/', (size_t)(end - name));
        bool whole = slash != NULL && slash + 1 < end && memchr(slash + 1, '/', (size_t)(end - slash - 1)) == NULL;
        return whole ? hosts[i].form : NULL;
    }
    return NULL;
}

/* The length of the folder's beginning in which .git lies; of the whole folder when there is none. */
static size_t root_length(const char *folder)
{
    char *path = memory_copy(folder);
    for (size_t length = strlen(path); length > 0; length = strlen(path)) {
        char *git = text_make("%s/.git", path), *slash = strrchr(path, '/');
        bool found = access(git, F_OK) == 0;
        free(git);
        if (found) {
            free(path);
            return length;
        }
        *slash = '\0';
    }
    free(path);
    return strlen(folder);
}

/* The branch that is checked out in this root; "HEAD" where that is not told.  Yours to free. */
static char *branch_of(const char *folder, size_t root)
{
    static const char ref[] = "ref: refs/heads/";
    struct text head = TEXT_EMPTY;
    char *path = text_make("%.*s/.git/HEAD", (int)root, folder);
    bool known = text_read_file(&head, path) && strncmp(text_string(&head), ref, strlen(ref)) == 0;
    const char *name = known ? text_string(&head) + strlen(ref) : "HEAD";
    char *branch = memory_copy_bytes(name, strcspn(name, "\r\n"));
    text_free(&head);
    free(path);
    return branch;
}

char *edit_base(const char *repository, const char *folder)
{
    size_t length = strlen(repository);
    while (length > 0 && repository[length - 1] == '/')
        length--;
    if (length > 4 && strncmp(repository + length - 4, ".git", 4) == 0)
        length -= 4;
    const char *form = form_of(repository, length);
    if (form == NULL)
        return text_make("%s%s", repository, repository[strlen(repository) - 1] == '/' ? "" : "/");
    size_t root = root_length(folder);
    char *branch = branch_of(folder, root), *below = path_escape(folder + root + (folder[root] == '/'));
    char *base = text_make("%.*s%s%s/%s%s", (int)length, repository, form, branch, below, *below != '\0' ? "/" : "");
    free(branch);
    free(below);
    return base;
}
