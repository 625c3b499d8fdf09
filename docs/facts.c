#include "facts.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = "facts 1";

struct head {
    char magic[8];
    int64_t build;
    uint64_t pages;
};

/*
 * One page.  Behind it stand the hashes of its ids, then page and line of each link, then, each with its
 * zero, the path, the title, the summary, the links' fragments and the files; then up to three bytes of
 * nothing.
 */
struct record {
    uint32_t length; /* of all of this, a multiple of four */
    uint32_t ids, links, files;
    int32_t minutes;
    uint32_t summary; /* 0: there is none */
};

struct facts {
    struct text bytes;
    const struct record **records;
    size_t count, blocks;
    bool *changed;
    size_t next; /* the record that is probably asked for next */
};

/* --- reading -------------------------------------------------------------------------------------------- */

static const uint32_t *ids_of(const struct record *record)
{
    return (const uint32_t *)(record + 1);
}

static const uint32_t *links_of(const struct record *record)
{
    return ids_of(record) + record->ids;
}

static const char *strings_of(const struct record *record)
{
    return (const char *)(links_of(record) + 2 * (size_t)record->links);
}

static const char *after(const char *string)
{
    return string + strlen(string) + 1;
}

/* True when the record is whole: all its strings end within it. */
static bool is_whole(const struct record *record, size_t left)
{
    if (left < sizeof *record || record->length > left || record->length < sizeof *record || record->length % 4 != 0)
        return false;
    size_t fixed = sizeof *record + 4 * ((size_t)record->ids + 2 * (size_t)record->links), strings = 0;
    for (size_t i = fixed; i < record->length; i++)
        strings += ((const char *)record)[i] == '\0';
    return fixed <= record->length && strings >= 3 + (size_t)record->links + record->files;
}

static bool find_records(struct facts *facts, int64_t build)
{
    const char *bytes = text_string(&facts->bytes);
    const struct head *head = (const struct head *)bytes;
    size_t at = sizeof *head;
    if (facts->bytes.length < at || memcmp(head->magic, magic, sizeof magic) != 0 || head->build != build ||
        head->pages > facts->bytes.length)
        return false;
    facts->count = (size_t)head->pages;
    facts->records = memory_new(facts->count, sizeof *facts->records);
    facts->changed = memory_new(facts->count, sizeof *facts->changed);
    for (size_t i = 0; i < facts->count; i++) {
        facts->records[i] = (const struct record *)(bytes + at);
        if (!is_whole(facts->records[i], facts->bytes.length - at))
            return false;
        at += facts->records[i]->length;
    }
    return true;
}

struct facts *facts_read(const struct site_options *options, const struct stamps_before *before)
{
    struct facts *facts = memory_new(1, sizeof *facts);
    char *path = stamps_beside(options, "facts");
    bool fine = path != NULL && text_read_file(&facts->bytes, path) && find_records(facts, before->build);
    free(path);
    for (size_t i = 0; fine && i < before->changed_count; i++) {
        fine = before->changed[i] < facts->count;
        if (fine)
            facts->changed[before->changed[i]] = true;
    }
    facts->blocks = before->blocks;
    if (fine)
        return facts;
    facts_free(facts);
    return NULL;
}

void facts_free(struct facts *facts)
{
    if (facts == NULL)
        return;
    text_free(&facts->bytes);
    free(facts->records);
    free(facts->changed);
    free(facts);
}

bool facts_changed(const struct facts *facts, size_t page)
{
    return facts->changed[page];
}

size_t facts_blocks(const struct facts *facts)
{
    return facts->blocks;
}

const char *facts_title(void *self, const char *path)
{
    struct facts *facts = self;
    if (facts->next == facts->count || strcmp(strings_of(facts->records[facts->next]), path) != 0)
        return NULL;
    size_t page = facts->next++;
    return facts->changed[page] ? NULL : after(strings_of(facts->records[page]));
}

static void restore_page(const struct record *record, struct site_page *page)
{
    const char *string = after(after(strings_of(record)));
    page->minutes = record->minutes;
    page->summary = record->summary ? memory_copy(string) : NULL;
    string = after(string);
    page->id_count = record->ids;
    page->ids = memory_new((record->ids + 7) / 8 * 8, sizeof *page->ids); /* as links_add_id() has it */
    memcpy(page->ids, ids_of(record), record->ids * sizeof *page->ids);
    page->link_count = record->links;
    page->links = memory_new(record->links, sizeof *page->links);
    for (size_t i = 0; i < record->links; i++, string = after(string))
        page->links[i] =
            (struct site_link){links_of(record)[2 * i], memory_copy(string), (int)links_of(record)[2 * i + 1]};
    page->file_count = record->files;
    page->files = memory_new(record->files, sizeof *page->files);
    for (size_t i = 0; i < record->files; i++, string = after(string))
        page->files[i] = memory_copy(string);
}

bool facts_restore(const struct facts *facts, struct site *site)
{
    if (facts->count != site->count)
        return false;
    for (size_t i = 0; i < site->count; i++) {
        const char *path = strings_of(facts->records[i]);
        if (strcmp(path, site->pages[i].entry->path) != 0 || strcmp(after(path), site->pages[i].title) != 0)
            return false;
        for (size_t k = 0; k < facts->records[i]->links; k++)
            if (links_of(facts->records[i])[2 * k] >= site->count)
                return false;
    }
    for (size_t i = 0; i < site->count; i++)
        if (!facts->changed[i])
            restore_page(facts->records[i], &site->pages[i]);
    return true;
}

bool facts_same_files(const struct facts *facts, const struct site *site)
{
    for (size_t i = 0; i < site->count; i++) {
        const struct record *record = facts->records[i];
        const struct site_page *page = &site->pages[i];
        const char *string = strings_of(record);
        if (!facts->changed[i])
            continue;
        if (record->files != page->file_count)
            return false;
        for (size_t k = 0; k < 3 + (size_t)record->links; k++)
            string = after(string);
        for (size_t k = 0; k < page->file_count; k++, string = after(string))
            if (strcmp(string, page->files[k]) != 0)
                return false;
    }
    return true;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void add_string(struct text *out, const char *string)
{
    text_add_bytes(out, string, strlen(string) + 1);
}

static void add_page(struct text *out, const struct site_page *page)
{
    struct record record = {.ids = page->id_count,
                            .links = (uint32_t)page->link_count,
                            .files = (uint32_t)page->file_count,
                            .minutes = page->minutes,
                            .summary = page->summary != NULL};
    text_clear(out);
    text_add_bytes(out, (const char *)&record, sizeof record);
    if (page->id_count > 0)
        text_add_bytes(out, (const char *)page->ids, page->id_count * sizeof *page->ids);
    for (size_t i = 0; i < page->link_count; i++)
        text_add_bytes(out, (const char *)(uint32_t[]){(uint32_t)page->links[i].page, (uint32_t)page->links[i].line},
                       8);
    add_string(out, page->entry->path);
    add_string(out, page->title);
    add_string(out, page->summary ? page->summary : "");
    for (size_t i = 0; i < page->link_count; i++)
        add_string(out, page->links[i].fragment);
    for (size_t i = 0; i < page->file_count; i++)
        add_string(out, page->files[i]);
    text_add_bytes(out, "\0\0\0", (4 - out->length % 4) % 4);
    record.length = (uint32_t)out->length;
    memcpy(out->bytes, &record, sizeof record);
}

/* Page by page, so that a long course needs no more memory; a file that is not whole is not read. */
void facts_save(const struct site *site, int64_t build)
{
    char *path = stamps_beside(site->options, "facts");
    FILE *file = path && (unlink(path) == 0 || true) ? fopen(path, "wxe") : NULL;
    struct text out = TEXT_EMPTY;
    struct head head = {.build = build, .pages = site->count};
    memcpy(head.magic, magic, sizeof magic);
    if (file != NULL)
        fwrite(&head, sizeof head, 1, file);
    for (size_t i = 0; file != NULL && i < site->count; i++) {
        add_page(&out, &site->pages[i]);
        fwrite(out.bytes, 1, out.length, file);
    }
    if (file != NULL && fclose(file) != 0)
        unlink(path);
    text_free(&out);
    free(path);
}
