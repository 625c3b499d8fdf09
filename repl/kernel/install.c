#include "kernel/install.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *install_user_folder(void)
{
    const char *own = getenv("JUPYTER_DATA_DIR"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (own != NULL && *own != '\0')
        return memory_copy(own);
    if (data != NULL && *data == '/')
        return text_make("%s/jupyter", data);
    return text_make("%s/.local/share/jupyter", home && *home ? home : "/tmp");
}

char *install_environment_folder(void)
{
    static const char *const variables[] = {"VIRTUAL_ENV", "CONDA_PREFIX"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *folder = getenv(variables[i]);
        if (folder != NULL && *folder == '/')
            return text_make("%s/share/jupyter", folder);
    }
    return NULL;
}

/* What starts a kernel: this very program. */
static json_t *kernel_spec(void)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    return json_pack("{s:[s, s, s], s:s, s:s, s:s, s:{}}", "argv", program, "start", "{connection_file}",
                     "display_name", "Sockrates (Lua)", "language", "lua", "interrupt_mode", "message", "metadata");
}

static bool write_file(const char *folder, const char *name, const char *bytes, size_t length)
{
    char *path = text_make("%s/%s", folder, name);
    bool fine = file_create(path, bytes, length) || (errno == EEXIST && file_replace(path, bytes, length));
    free(path);
    return fine;
}

static bool write_spec(const char *folder)
{
    json_t *spec = kernel_spec();
    char *text = json_dumps(spec, JSON_INDENT(2));
    json_decref(spec);
    bool fine = text != NULL && write_file(folder, "kernel.json", text, strlen(text));
    free(text);
    return fine;
}

static void copy_file(const char *from, const char *folder, const char *name)
{
    char *path = text_make("%s/%s", from, name);
    struct text bytes = TEXT_EMPTY;
    if (text_read_file(&bytes, path))
        write_file(folder, name, text_string(&bytes), bytes.length);
    text_free(&bytes);
    free(path);
}

/* What launchers show; a kernel without them works as well. */
static void copy_logos(const char *folder)
{
    static const char *const names[] = {"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"};
    char *logos = place_logos();
    for (size_t i = 0; logos != NULL && i < sizeof names / sizeof *names; i++)
        copy_file(logos, folder, names[i]);
    free(logos);
}

char *install_kernel(const char *folder, struct text *why)
{
    char *place = text_make("%s/kernels/sockrates", folder);
    if (file_make_open_folders(place) && write_spec(place)) {
        copy_logos(place);
        return place;
    }
    text_format(why, "%s cannot be written: %s.", place, strerror(errno));
    free(place);
    return NULL;
}
