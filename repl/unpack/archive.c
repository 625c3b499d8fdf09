#include "unpack/archive.h"

#include "base/utf8.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No course is larger; what says that it is, is a mistake or a trap. */
#define MOST_ENTRIES 10000
#define MOST_BYTES   (64 << 20)
#define MOST_DEPTH   16

struct unpacking {
    struct archive *archive;
    int folder;
    size_t entries, bytes;
    struct text *fault;
};

/* Always false. */
static bool refuse(struct unpacking *unpacking, const char *name, const char *why)
{
    text_add_char(unpacking->fault, '`');
    utf8_add_visible(unpacking->fault, name, strlen(name));
    text_format(unpacking->fault, "` %s.", why);
    return false;
}

static bool is_part(const char *part, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(part, word, length) == 0;
}

/* What is wrong with the name, or NULL. */
static const char *name_fault(const char *name)
{
    int depth = 0;
    if (*name == '/')
        return "begins at the root of the machine; names in a course begin at its folder";
    for (const char *part = name; *part != '\0'; part += strspn(part, "/")) {
        size_t length = strcspn(part, "/");
        if (is_part(part, length, ".."))
            return "leads out of the course's folder";
        if (++depth > MOST_DEPTH)
            return "lies too deep; a course has at most 16 folders in each other";
        part += length;
    }
    for (; *name != '\0'; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return "has control characters in its name";
    return NULL;
}

/* True where a part of it begins with a dot, or is what Macs add: what tools keep, and nobody's business; "." itself is
 * none. */
static bool is_hidden(const char *name)
{
    for (const char *part = name; *part != '\0'; part += strspn(part, "/")) {
        size_t length = strcspn(part, "/");
        if ((*part == '.' && !is_part(part, length, ".")) || is_part(part, length, "__MACOSX"))
            return true;
        part += length;
    }
    return false;
}

/* Opens the folder that the last part of the name stands in, made as need be; *last is that part.  -1 and errno. */
static int open_above(int folder, const char *name, const char **last)
{
    int at = dup(folder);
    for (const char *slash; at >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + strspn(slash, "/")) {
        char part[NAME_MAX + 1];
        size_t length = (size_t)(slash - name);
        int next = -1;
        errno = ENAMETOOLONG;
        if (length < sizeof part) {
            memcpy(part, name, length);
            part[length] = '\0';
            if (mkdirat(at, part, 0700) == 0 || errno == EEXIST)
                next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        int error = errno;
        close(at);
        errno = error;
        at = next;
    }
    *last = name;
    return at;
}

/* The bytes of this entry, as far as there is room. */
static bool copy(struct unpacking *unpacking, int fd, const char *name)
{
    char bytes[64 << 10];
    ssize_t count;
    while ((count = archive_read_data(unpacking->archive, bytes, sizeof bytes)) > 0) {
        unpacking->bytes += (size_t)count;
        if (unpacking->bytes > MOST_BYTES)
            return refuse(unpacking, name, "is more than a course may hold, 64 MiB in all");
        for (ssize_t done = 0, written; done < count; done += written)
            if ((written = write(fd, bytes + done, (size_t)(count - done))) < 0)
                return refuse(unpacking, name, strerror(errno));
    }
    return count == 0 || refuse(unpacking, name, "is damaged in the archive");
}

static bool make(struct unpacking *unpacking, const char *name, bool file)
{
    const char *last;
    int at = open_above(unpacking->folder, name, &last), fd = -1;
    bool fine = at >= 0;
    if (fine && file) {
        fd = openat(at, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        fine = fd >= 0;
    } else if (fine && *last != '\0' && !is_part(last, strlen(last), ".")) {
        fine = mkdirat(at, last, 0700) == 0 || errno == EEXIST;
    }
    if (!fine)
        refuse(unpacking, name, errno == EEXIST ? "stands in the archive twice" : strerror(errno));
    else if (file)
        fine = copy(unpacking, fd, name);
    if (fd >= 0)
        close(fd);
    if (at >= 0)
        close(at);
    return fine;
}

static bool take(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    if (++unpacking->entries > MOST_ENTRIES)
        return refuse(unpacking, name ? name : "?", "is one file too many; a course has at most 10000");
    if (name == NULL || *name == '\0')
        return refuse(unpacking, "?", "is a name that cannot be read");
    const char *why = name_fault(name);
    if (why != NULL)
        return refuse(unpacking, name, why);
    if (is_hidden(name))
        return true;
    unsigned type = archive_entry_filetype(entry);
    bool linked = archive_entry_hardlink(entry) != NULL || type == AE_IFLNK;
    if (linked || (type != AE_IFREG && type != AE_IFDIR))
        return refuse(unpacking, name,
                      linked ? "is a link; put the file itself there" : "is neither a file nor a folder");
    return make(unpacking, name, type == AE_IFREG);
}

static struct archive *open_archive(const char *file)
{
    struct archive *archive = archive_read_new();
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    archive_read_open_filename(archive, file, 64 << 10);
    return archive;
}

bool archive_unpack(const char *file, const char *folder, struct text *fault)
{
    struct unpacking unpacking = {
        .archive = open_archive(file), .folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .fault = fault};
    struct archive_entry *entry;
    bool fine = unpacking.folder >= 0 || refuse(&unpacking, folder, strerror(errno));
    int code = ARCHIVE_OK;
    while (fine && (code = archive_read_next_header(unpacking.archive, &entry)) >= ARCHIVE_WARN && code != ARCHIVE_EOF)
        fine = take(&unpacking, entry);
    if (fine && code != ARCHIVE_EOF)
        fine = refuse(&unpacking, file, "is no tar or zip file, or a damaged one");
    else if (fine && unpacking.entries == 0)
        fine = refuse(&unpacking, file, "is an empty archive");
    if (unpacking.folder >= 0)
        close(unpacking.folder);
    archive_read_free(unpacking.archive);
    return fine;
}
