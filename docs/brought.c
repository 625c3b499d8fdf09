#include "brought.h"

#include "links.h"

#include "base/array.h"
#include "base/inside.h"
#include "base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file's path of a link to a file beside the lesson; NULL for lessons, for other machines and for places on the
 * page. */
static char *file_of(const char *url)
{
    size_t length = strcspn(url, "#?");
    char *path = strchr(url, ':') != NULL || *url == '/' ? NULL : path_unescape(url, length);
    if (path == NULL || (*path != '\0' && !path_is_markdown(path)))
        return path;
    free(path);
    return NULL;
}

static bool is_there(const struct brought *brought, const char *name)
{
    for (size_t i = 0; i < brought->count; i++)
        if (strcmp(brought->files[i].name, name) == 0)
            return true;
    return false;
}

/* NULL when the file may go along, else why not, as words that follow "which". */
static const char *trouble(struct text *bytes, const char *folder, const char *name)
{
    struct text real = TEXT_EMPTY; /* what a link may hide */
    const char *why = NULL;
    if (!inside_read(bytes, folder, name))
        why = inside_trouble(errno);
    int file = why ? -1 : inside_open(folder, name, &real);
    if (file >= 0)
        close(file);
    if (path_is_markdown(text_string(&real)) || path_ends(text_string(&real), ".check.lua"))
        why = "is a lesson's own";
    text_free(&real);
    return why;
}

static void bring(struct brought *brought, const char *folder, const struct lesson *lesson, cmark_node *node,
                  const char *path, struct complaints *complaints)
{
    struct text bytes = TEXT_EMPTY;
    char *name = path_within(path_below(folder, lesson->path), path);
    const char *why = name ? NULL : inside_trouble(EXDEV);
    if (name != NULL && is_there(brought, name)) {
        free(name);
        return;
    }
    if (why == NULL)
        why = trouble(&bytes, folder, name);
    if (why == NULL) {
        ARRAY_ADD(brought->files, brought->count, (struct brought_file){.name = name, .bytes = bytes});
        return;
    }
    complaints_add(complaints, lesson->path, links_line(node), "This leads to %s, which %s.", path, why);
    text_free(&bytes);
    free(name);
}

void brought_read(struct brought *brought, const char *folder, const struct lesson *lesson,
                  struct complaints *complaints)
{
    cmark_iter *iter = cmark_iter_new(lesson->tree);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event != CMARK_EVENT_ENTER || (type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE))
            continue;
        char *path = file_of(cmark_node_get_url(node));
        if (path != NULL)
            bring(brought, folder, lesson, node, path, complaints);
        free(path);
    }
    cmark_iter_free(iter);
}

void brought_free(struct brought *brought)
{
    for (size_t i = 0; i < brought->count; i++) {
        free(brought->files[i].name);
        text_free(&brought->files[i].bytes);
    }
    free(brought->files);
    *brought = (struct brought){.count = 0};
}
