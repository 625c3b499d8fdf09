#include "follow/lines.h"

#include "base/memory.h"
#include "follow/name.h"
#include "follow/python_lines.h"
#include "follow/tracee.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Unwinding a stack is slow: of what does not make its calls directly so many are looked at. */
#define UNWINDINGS_MOST 2000

#define PLACES 1024 /* a power of two */

/* A place that a call returned to, and its line. */
struct place {
    uint64_t address;
    int line;
};

struct program {
    pid_t process;
    Dwfl *dwfl;                         /* NULL: it tells no lines */
    const struct python_layout *python; /* NULL: it is no Python that is known */
    uint64_t runtime;                   /* of that */
    bool attached;                      /* its stacks can be unwound */
    unsigned unwound;                   /* so often already */
    struct place places[PLACES];
};

struct lines {
    struct program **list;
    size_t count;
};

static struct lines *lines_new(void)
{
    return memory_new(1, sizeof(struct lines));
}

static void program_free(struct program *program)
{
    if (program->dwfl != NULL)
        dwfl_end(program->dwfl);
    free(program);
}

static void lines_free(struct lines *lines)
{
    if (lines == NULL)
        return;
    for (size_t i = 0; i < lines->count; i++)
        program_free(lines->list[i]);
    free(lines->list);
    free(lines);
}

static void lines_forget(void *self, pid_t process)
{
    struct lines *lines = self;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->list[i]->process == process) {
            program_free(lines->list[i]);
            lines->list[i--] = lines->list[--lines->count];
        }
}

/* --- the program's files -------------------------------------------------------------------------------- */

/* Only what stands in the file itself: nobody is asked for more. */
static int find_nothing(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
                        const char *link, GElf_Word sum, char **found)
{
    (void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)sum, (void)found;
    return -1;
}

static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf, .find_debuginfo = find_nothing};

struct search {
    uint64_t version, runtime; /* addresses; 0: not found */
};

/* Python's own symbols, in its executable or its library. */
static int search_module(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, void *self)
{
    struct search *search = self;
    (void)data, (void)base;
    int count = strstr(name, "python") != NULL ? dwfl_module_getsymtab(module) : 0;
    for (int i = 0; i < count && (search->version == 0 || search->runtime == 0); i++) {
        GElf_Sym symbol;
        GElf_Addr address;
        const char *found = dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);
        if (found != NULL && strcmp(found, "Py_Version") == 0)
            search->version = address;
        if (found != NULL && strcmp(found, "_PyRuntime") == 0)
            search->runtime = address;
    }
    return DWARF_CB_OK;
}

static void find_python(struct program *program)
{
    struct search search = {0};
    uint64_t version;
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (dwfl == NULL)
        return;
    dwfl_linux_proc_report(dwfl, program->process);
    dwfl_report_end(dwfl, NULL, NULL);
    dwfl_getmodules(dwfl, search_module, &search, 0);
    dwfl_end(dwfl);
    if (search.runtime != 0 && tracee_take(program->process, search.version, &version, sizeof version))
        program->python = python_layout_of(version);
    program->runtime = search.runtime;
}

/* An interpreter's own source is not what people wrote. */
static bool is_interpreted(pid_t process)
{
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)process);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0)
        return true;
    target[length] = '\0';
    return name_is_interpreter(target);
}

static struct program *program_new(struct lines *lines, pid_t process)
{
    struct program *program = memory_new(1, sizeof *program);
    program->process = process;
    lines->list = memory_resize(lines->list, lines->count + 1, sizeof *lines->list);
    lines->list[lines->count++] = program;
    if (is_interpreted(process)) {
        find_python(program);
        return program;
    }
    program->dwfl = dwfl_begin(&callbacks);
    if (program->dwfl == NULL)
        return program;
    dwfl_linux_proc_report(program->dwfl, process);
    dwfl_report_end(program->dwfl, NULL, NULL);
    program->attached = dwfl_linux_proc_attach(program->dwfl, process, true) == 0;
    return program;
}

static struct program *program_of(struct lines *lines, pid_t process)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->list[i]->process == process)
            return lines->list[i];
    return program_new(lines, process);
}

/* --- places --------------------------------------------------------------------------------------------- */

/* Of the standard libraries of Rust and Go, which are built into programs. */
static bool is_foreign(const char *file)
{
    return file == NULL || strstr(file, "/rustc/") != NULL || strncmp(file, "library/", 8) == 0 ||
           strstr(file, "/library/std/") != NULL || strstr(file, "/library/core/") != NULL ||
           strstr(file, "/go/src/") != NULL || strncmp(file, "/usr/lib/go", 11) == 0;
}

/* The line of the instruction there; 0 for none that people wrote. */
static int line_of(const struct program *program, Dwarf_Addr address)
{
    Dwfl_Module *module = dwfl_addrmodule(program->dwfl, address);
    Dwfl_Line *found = module != NULL ? dwfl_module_getsrc(module, address) : NULL;
    int line = 0;
    const char *file = found != NULL ? dwfl_lineinfo(found, NULL, &line, NULL, NULL, NULL) : NULL;
    return is_foreign(file) ? 0 : line;
}

struct walk {
    const struct program *program;
    int line;
};

static int take_frame(Dwfl_Frame *frame, void *self)
{
    struct walk *walk = self;
    Dwarf_Addr address;
    bool activation;
    if (!dwfl_frame_pc(frame, &address, &activation))
        return DWARF_CB_ABORT;
    walk->line = line_of(walk->program, activation ? address : address - 1);
    return walk->line != 0 ? DWARF_CB_ABORT : DWARF_CB_OK;
}

static int unwind(struct program *program, pid_t thread)
{
    struct walk walk = {.program = program};
    if (program->attached && program->unwound++ < UNWINDINGS_MOST)
        dwfl_getthread_frames(program->dwfl, thread, take_frame, &walk);
    return walk.line;
}

/* Most calls are made by a function of the library that the program itself called: then its line is next on the stack.
 */
static int lines_at(void *self, pid_t process, pid_t thread, uint64_t address)
{
    struct program *program = program_of(self, process);
    if (program->python != NULL)
        return python_line(program->python, program->runtime, thread);
    if (program->dwfl == NULL || address == 0)
        return 0;
    struct place *place = &program->places[(address ^ address >> 10) % PLACES];
    if (place->address == address && place->line != 0)
        return place->line;
    *place = (struct place){address, line_of(program, address - 1)};
    return place->line != 0 ? place->line : unwind(program, thread);
}

const struct lines_functions lines_functions = {lines_new, lines_free, lines_at, lines_forget};
