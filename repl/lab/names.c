#include "lab/names.h"

#include "base/text.h"
#include "lab/terms.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- what the files say --------------------------------------------------------------------------------- */

static void write_hosts(struct text *out, const char *path)
{
    (void)path;
    text_add(out, "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
    for (int host = 0; host < NETWORK_HOSTS; host++)
        text_format(out, "%s %s\n%s %s\n", network_address(host, AF_INET), term_hosts[host],
                    network_address(host, AF_INET6), term_hosts[host]);
}

/* A name that is in no file is asked for on this host, where nobody answers and the kernel says so at once. */
static void write_resolver(struct text *out, const char *path)
{
    (void)path;
    text_add(out, "nameserver 127.0.0.1\noptions attempts:1\n");
}

/* As the machine has it, but names of hosts come from the files: no daemon of the machine is asked. */
static void write_services(struct text *out, const char *path)
{
    struct text old = TEXT_EMPTY;
    text_read_file(&old, path);
    for (const char *line = text_string(&old); *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (strncasecmp(line + strspn(line, " \t"), "hosts:", 6) != 0) {
            text_add_bytes(out, line, length);
            text_add_char(out, '\n');
        }
        line += length + (line[length] == '\n');
    }
    text_add(out, "hosts: files dns\n");
    text_free(&old);
}

/* IPv4 comes first, as in the pictures of the lessons. */
static void write_preferences(struct text *out, const char *path)
{
    (void)path;
    text_add(out, "precedence ::ffff:0:0/96 100\n");
}

static const struct {
    const char *path;
    void (*write)(struct text *out, const char *path);
} files[] = {
    {"/etc/hosts", write_hosts},
    {"/etc/resolv.conf", write_resolver},
    {"/etc/nsswitch.conf", write_services},
    {"/etc/gai.conf", write_preferences},
};

/* --- putting them there --------------------------------------------------------------------------------- */

/* Where they are made; the place is given back at once. */
#define WORKSHOP "/tmp"

static struct status make_file(const char *path, const struct text *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool fine = file >= 0 && fchmod(file, 0644) == 0 && write(file, text->bytes, text->length) == (ssize_t)text->length;
    struct status status = fine ? STATUS_OK : status_errno("names", errno);
    if (file >= 0)
        close(file);
    return status;
}

/* A system may be without one of the files; only that of the hosts is needed. */
static struct status replace(size_t index)
{
    const char *path = files[index].path, *made = WORKSHOP "/file";
    struct text text = TEXT_EMPTY;
    files[index].write(&text, path);
    struct status status = make_file(made, &text);
    if (status_fine(status) && mount(made, path, NULL, MS_BIND, NULL) != 0 && index == 0)
        status = status_errno("names", errno);
    unlink(made);
    text_free(&text);
    return status;
}

struct status names_mount(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) != 0 ||
        mount("names", WORKSHOP, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700,size=64k") != 0)
        return status_errno("names", errno);
    struct status status = STATUS_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && status_fine(status); i++)
        status = replace(i);
    umount2(WORKSHOP, MNT_DETACH);
    return status;
}
