#include "search.h"

#include "heap.h"
#include "words.h"

#include "base/array.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHARDS_MOST = 128,
    PAGES_A_SHARD = 64,
    PREFIX = 3,  /* code points by which words find their shard; theme/search.js says so too */
    CHUNK = 128, /* pages described in one script; there too */
    WRITERS_MOST = 64,
    NUMBER_LONGEST = 10, /* bytes of a number in a record */
};

#define SHARD_BEGIN "sockratesSearch.answer({"
#define SHARD_END   "\n});\n"
#define CHUNK_BEGIN "sockratesSearch.answer(["

struct search_writer {
    struct search *search;
    struct words_of_page words;
    struct text sections, record;
    struct heaps *shards, *chunks;
    size_t chunk; /* where the last page was described */
};

struct search {
    size_t pages, shards, chunks;
    char *folder;
    pthread_mutex_t lock;
    struct search_writer *writers[WRITERS_MOST];
    size_t count;
};

struct search *search_new(size_t pages, const char *folder)
{
    struct search *search = memory_new(1, sizeof *search);
    search->pages = pages;
    search->shards = 1;
    while (search->shards < SHARDS_MOST && search->shards * PAGES_A_SHARD < pages)
        search->shards *= 2;
    search->chunks = (pages + CHUNK - 1) / CHUNK;
    search->folder = memory_copy(folder);
    pthread_mutex_init(&search->lock, NULL);
    return search;
}

static void writer_free(struct search_writer *writer)
{
    words_free(&writer->words);
    text_free(&writer->sections);
    text_free(&writer->record);
    heaps_free(writer->shards);
    heaps_free(writer->chunks);
    free(writer);
}

void search_free(struct search *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < search->count; i++)
        writer_free(search->writers[i]);
    pthread_mutex_destroy(&search->lock);
    free(search->folder);
    free(search);
}

struct search_writer *search_writer(struct search *search)
{
    struct search_writer *writer = memory_new(1, sizeof *writer);
    writer->search = search;
    writer->shards = heaps_new(search->shards, search->folder);
    writer->chunks = heaps_new(search->chunks, search->folder);
    pthread_mutex_lock(&search->lock);
    if (search->count == WRITERS_MOST)
        abort(); /* there are never so many threads */
    search->writers[search->count++] = writer;
    pthread_mutex_unlock(&search->lock);
    return writer;
}

void search_words(struct search_writer *writer, const char *text, size_t length, enum search_weight weight)
{
    words_add(&writer->words, text, length, (int)weight);
}

/* The text as a string of JavaScript. */
static void add_string(struct text *out, const char *string)
{
    text_add_char(out, '"');
    for (const char *c = string; *c != '\0';) {
        const char *begin = c;
        while ((unsigned char)*c >= 0x20 && *c != '"' && *c != '\\')
            c++;
        text_add_bytes(out, begin, (size_t)(c - begin));
        if (*c == '"' || *c == '\\')
            text_format(out, "\\%c", *c++);
        else if (*c != '\0')
            text_format(out, "\\u%04x", (unsigned char)*c++);
    }
    text_add_char(out, '"');
}

void search_section(struct search_writer *writer, const char *id, const char *title)
{
    words_section(&writer->words);
    text_add(&writer->sections, writer->sections.length > 0 ? ",[" : "[");
    add_string(&writer->sections, id);
    text_add_char(&writer->sections, ',');
    add_string(&writer->sections, title);
    text_add_char(&writer->sections, ']');
}

/* Gives what is behind the number. */
static char *put_number(char *out, size_t number)
{
    for (; number >= 128; number >>= 7)
        *out++ = (char)(number | 128);
    *out++ = (char)number;
    return out;
}

static size_t read_number(const char **at)
{
    size_t number = 0;
    for (int shift = 0;; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;
        number |= (size_t)(byte & 127) << shift;
        if (byte < 128)
            return number;
    }
}

static size_t shard_of(const struct search *search, const char *word, size_t length)
{
    uint32_t hash = UINT32_C(0x811c9dc5);
    size_t points = 0;
    for (size_t i = 0; i < length; i++) {
        bool begins = ((unsigned char)word[i] & 0xc0) != 0x80;
        if (begins && points++ == PREFIX)
            break;
        hash = (hash ^ (unsigned char)word[i]) * UINT32_C(0x01000193);
    }
    return hash % search->shards;
}

_Static_assert(WORD_LONGEST < 64, "a record has six bits for it");

/* One record a word: its length and weight, the page, the sections, the bytes. */
static void keep_words(struct search_writer *writer, size_t page)
{
    char record[1 + 2 * NUMBER_LONGEST + WORD_LONGEST];
    char *sections = put_number(record + 1, page);
    for (size_t i = 0; i < writer->words.count; i++) {
        const struct word *word = &writer->words.list[i];
        const char *bytes = writer->words.text.bytes + word->begin;
        bool often = word->weight == SEARCH_TEXT && word->times > 2;
        record[0] = (char)(word->length << 2 | (often ? SEARCH_OFTEN : word->weight));
        char *end = put_number(sections, word->sections);
        memcpy(end, bytes, word->length);
        heaps_add(writer->shards, shard_of(writer->search, bytes, word->length), record,
                  (size_t)(end - record) + word->length);
    }
}

/* One record a page: its number, how long it is, and how the script says it. */
static void keep_page(struct search_writer *writer, size_t page, const char *address, const char *title,
                      const char *summary)
{
    struct text *said = &writer->record;
    char head[2 * NUMBER_LONGEST];
    text_clear(said);
    text_add_char(said, '[');
    add_string(said, address);
    text_add_char(said, ',');
    add_string(said, title);
    text_add_char(said, ',');
    add_string(said, summary);
    text_add(said, ",[");
    text_add_bytes(said, text_string(&writer->sections), writer->sections.length);
    text_add(said, "]]");
    if (page / CHUNK != writer->chunk) /* pages come in rising order */
        heaps_end(writer->chunks, writer->chunk);
    writer->chunk = page / CHUNK;
    heaps_add(writer->chunks, writer->chunk, head, (size_t)(put_number(put_number(head, page), said->length) - head));
    heaps_add(writer->chunks, writer->chunk, said->bytes, said->length);
}

void search_page(struct search_writer *writer, size_t page, const char *address, const char *title, const char *summary)
{
    keep_words(writer, page);
    keep_page(writer, page, address, title, summary);
    words_clear(&writer->words);
    text_clear(&writer->sections);
}

/* What one writer kept of a heap, read record by record; pages come in rising order. */
struct reader {
    struct text text;
    const char *at, *end;
    size_t page, length;
    size_t weight, sections; /* of a word */
    const char *bytes;
    bool over;
};

static void read_word(struct reader *reader)
{
    reader->over = reader->at >= reader->end;
    if (reader->over)
        return;
    unsigned char head = (unsigned char)*reader->at++;
    reader->length = head >> 2;
    reader->weight = head & 3;
    reader->page = read_number(&reader->at);
    reader->sections = read_number(&reader->at);
    reader->bytes = reader->at;
    reader->at += reader->length;
}

static void read_page(struct reader *reader)
{
    reader->over = reader->at >= reader->end;
    if (reader->over)
        return;
    reader->page = read_number(&reader->at);
    reader->length = read_number(&reader->at);
    reader->bytes = reader->at;
    reader->at += reader->length;
}

static void begin_readers(const struct search *search, struct reader *readers, bool words, size_t heap)
{
    for (size_t i = 0; i < search->count; i++) {
        struct reader *reader = &readers[i];
        *reader = (struct reader){.text = TEXT_EMPTY};
        heaps_read(words ? search->writers[i]->shards : search->writers[i]->chunks, heap, &reader->text);
        reader->at = text_string(&reader->text);
        reader->end = reader->at + reader->text.length;
        if (words)
            read_word(reader);
        else
            read_page(reader);
    }
}

/* The reader whose page comes first; NULL at the end. */
static struct reader *first_reader(struct reader *readers, size_t count)
{
    struct reader *first = NULL;
    for (size_t i = 0; i < count; i++)
        if (!readers[i].over && (first == NULL || readers[i].page < first->page))
            first = &readers[i];
    return first;
}

static void end_readers(struct reader *readers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_free(&readers[i].text);
}

/* --- words and their places ------------------------------------------------------------------------------- */

/* The places of one word, as theme/search.js reads them. */
struct entry {
    const char *word; /* in words_of_page, when sorted */
    size_t length;
    struct text places;
    size_t last; /* page */
};

/* Where a word stands: on which page, how much it is worth there, in which of its sections (bit by bit). */
struct place {
    size_t page, weight, sections;
};

/* Gives what is behind the digits. */
static char *put_digits(char *out, size_t number)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    for (; number >= 32; number >>= 5)
        *out++ = digits[(number & 31) | 32];
    *out++ = digits[number];
    return out;
}

static void add_place(struct text *out, size_t *last, const struct place *place)
{
    char digits[32];
    char *end = put_digits(put_digits(digits, (place->page - *last) * 4 + place->weight), place->sections);
    text_add_bytes(out, digits, (size_t)(end - digits));
    *last = place->page;
}

static size_t digit_value(char c)
{
    if (c <= '9')
        return c == '-' ? 62 : (size_t)(c - '0');
    if (c <= 'Z')
        return (size_t)(c - 'A' + 10);
    return c == '_' ? 63 : (size_t)(c - 'a' + 36);
}

static size_t next_number(const char **at)
{
    size_t number = 0, digit = 32;
    for (int shift = 0; digit >= 32 && **at != '"' && shift < 60; shift += 5) {
        digit = digit_value(*(*at)++);
        number |= (digit & 31) << shift;
    }
    return number;
}

/* The place behind this one, on page SIZE_MAX when there is none; a text of places ends in a quotation mark. */
static void next_place(const char **at, struct place *place)
{
    if (**at == '"') {
        place->page = SIZE_MAX;
        return;
    }
    size_t number = next_number(at);
    place->page += number / 4;
    place->weight = number % 4;
    place->sections = next_number(at);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    size_t shorter = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->word, right->word, shorter);
    return order != 0 ? order : (left->length > right->length) - (left->length < right->length);
}

/* Collects the words of one shard, pages in rising order. */
static struct entry *collect(struct search *search, size_t shard, struct words_of_page *words)
{
    struct reader readers[WRITERS_MOST];
    struct entry *entries = NULL;
    size_t count = 0;
    begin_readers(search, readers, true, shard);
    for (struct reader *reader; (reader = first_reader(readers, search->count)) != NULL; read_word(reader)) {
        size_t index = words_find(words, reader->bytes, reader->length);
        if (index == count)
            ARRAY_ADD(entries, count, (struct entry){.places = TEXT_EMPTY});
        struct entry *entry = &entries[index];
        add_place(&entry->places, &entry->last, &(struct place){reader->page, reader->weight, reader->sections});
    }
    end_readers(readers, search->count);
    return entries;
}

/* One line of a shard. */
static void say_entry(struct text *out, const struct entry *entry, const struct text *places, bool first)
{
    text_add(out, first ? "\n\"" : ",\n\"");
    text_add_bytes(out, entry->word, entry->length);
    text_add(out, "\":\"");
    text_add_bytes(out, text_string(places), places->length);
    text_add_char(out, '"');
}

static void say_entries(struct text *out, struct entry *entries, const struct words_of_page *words)
{
    for (size_t i = 0; i < words->count; i++) {
        entries[i].word = words->text.bytes + words->list[i].begin;
        entries[i].length = words->list[i].length;
    }
    array_sort(entries, words->count, sizeof *entries, compare_entries);
    text_add(out, SHARD_BEGIN);
    for (size_t i = 0; i < words->count; i++)
        say_entry(out, &entries[i], &entries[i].places, i == 0);
    text_add(out, SHARD_END);
}

/* --- a few pages ------------------------------------------------------------------------------------------ */

/* Which pages are made anew: some of those from `first` on and before `end`. */
struct span {
    const bool *made; /* NULL: all */
    size_t first, end;
};

static bool is_made(const struct span *span, size_t page)
{
    return page >= span->first && page < span->end && span->made[page];
}

/*
 * The old places of a word but those on pages made anew, and its new ones, in the order of the pages.  What comes
 * before and behind all of these stays as it is written.
 */
static void merge_places(struct text *out, const char *old, const char *new, const struct span *span)
{
    struct place kept = {0}, fresh = {0};
    const char *begin = old, *at = old;
    next_place(&new, &fresh);
    for (struct place next = {0}; next_place(&at, &next), next.page < span->first && next.page < fresh.page; old = at)
        kept = next;
    text_add_bytes(out, begin, (size_t)(old - begin));
    size_t last = kept.page;
    while (*old != '"' && (fresh.page != SIZE_MAX || kept.page < span->end)) {
        next_place(&old, &kept);
        if (is_made(span, kept.page))
            continue;
        for (; fresh.page < kept.page; next_place(&new, &fresh))
            add_place(out, &last, &fresh);
        add_place(out, &last, &kept);
    }
    for (; fresh.page != SIZE_MAX; next_place(&new, &fresh))
        add_place(out, &last, &fresh);
    text_add_bytes(out, old, strcspn(old, "\""));
}

/* True when one of the places is on a page made anew. */
static bool touches(const char *places, const struct span *span)
{
    struct place place = {0};
    for (next_place(&places, &place); place.page < span->end; next_place(&places, &place))
        if (is_made(span, place.page))
            return true;
    return false;
}

/* A shard's word and its places, where `line` is; false at the end of the lines. */
static bool line_of(const char *line, struct entry *entry, const char **places)
{
    *places = "\"";
    if (line == NULL || line[0] != '"')
        return false;
    entry->word = line + 1;
    entry->length = strcspn(line + 1, "\"");
    *places = line + 1 + entry->length + 3; /* behind ":" and its quotes */
    return true;
}

static const char *after_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : NULL;
}

/* Two shards, line by line: both are in the order of their words. */
static void merge_shards(struct text *out, const char *old, const char *new, const struct span *span)
{
    struct entry left, right;
    const char *left_places, *right_places;
    struct text places = TEXT_EMPTY;
    bool first = true, has_left = line_of(old, &left, &left_places), has_right = line_of(new, &right, &right_places);
    text_add(out, SHARD_BEGIN);
    while (has_left || has_right) {
        int order = !has_left ? 1 : !has_right ? -1 : compare_entries(&left, &right);
        text_clear(&places);
        if (order < 0 && !touches(left_places, span))
            text_add_bytes(&places, left_places, strcspn(left_places, "\""));
        else
            merge_places(&places, order <= 0 ? left_places : "\"", order >= 0 ? right_places : "\"", span);
        if (places.length > 0)
            say_entry(out, order <= 0 ? &left : &right, &places, first);
        first = first && places.length == 0;
        if (order <= 0)
            has_left = line_of(old = after_line(old), &left, &left_places);
        if (order >= 0)
            has_right = line_of(new = after_line(new), &right, &right_places);
    }
    text_add(out, SHARD_END);
    text_free(&places);
}

/* --- writing ---------------------------------------------------------------------------------------------- */

static const struct status broken = {.kind = STATUS_PLAIN, .call = "read", .text = "the old one is broken"};

/* Makes the shard of the old one and what is new; false when the old one is broken. */
static bool patch(struct text *shard, const struct output *output, const char *path, const struct span *span)
{
    struct text old = TEXT_EMPTY, new = *shard;
    bool fine = output_read(output, path, &old) && strncmp(text_string(&old), SHARD_BEGIN, strlen(SHARD_BEGIN)) == 0;
    *shard = TEXT_EMPTY;
    if (fine)
        merge_shards(shard, after_line(old.bytes), after_line(new.bytes), span);
    text_free(&old);
    text_free(&new);
    return fine;
}

/* The words of a shard, each with a space in front but the first of all. */
static void add_names(struct text *names, const char *shard)
{
    struct entry entry;
    const char *places;
    for (const char *line = after_line(shard); line_of(line, &entry, &places); line = after_line(line)) {
        text_add(names, names->length > 0 ? " " : "");
        text_add_bytes(names, entry.word, entry.length);
    }
}

static struct status write_shard(struct search *search, size_t shard, struct output *output, const struct span *span,
                                 struct text *names)
{
    struct words_of_page words = {0};
    struct entry *entries = collect(search, shard, &words);
    struct text out = TEXT_EMPTY;
    char *path = text_make("search/shard-%zu.js", shard);
    say_entries(&out, entries, &words);
    bool fine = span->made == NULL || patch(&out, output, path, span);
    struct status status = fine ? output_write(output, path, out.bytes, out.length) : broken;
    if (fine)
        add_names(names, out.bytes);
    for (size_t i = 0; i < words.count; i++)
        text_free(&entries[i].places);
    free(entries);
    words_free(&words);
    text_free(&out);
    free(path);
    return status;
}

/* Each page is a line: as its record says, else as it was, else empty. */
static void say_chunk(struct text *out, const char *old, size_t page, size_t end, struct reader *readers, size_t count)
{
    struct reader *reader = first_reader(readers, count);
    text_add(out, CHUNK_BEGIN);
    for (; page < end; page++, old = old ? after_line(old) : NULL) {
        text_add(out, "\n");
        if (reader == NULL || reader->page != page) {
            text_add_bytes(out, old ? old : ",", old ? strcspn(old, "\n") : 1);
            continue;
        }
        text_add_bytes(out, reader->bytes, reader->length);
        text_add(out, ",");
        read_page(reader);
        reader = first_reader(readers, count);
    }
    text_add(out, "\n]);\n");
}

static struct status write_chunk(struct search *search, size_t chunk, struct output *output, const struct span *span)
{
    struct reader readers[WRITERS_MOST];
    struct text old = TEXT_EMPTY, out = TEXT_EMPTY;
    char *path = text_make("search/pages-%zu.js", chunk);
    size_t first = chunk * CHUNK, end = first + CHUNK < search->pages ? first + CHUNK : search->pages;
    struct status status = STATUS_OK;
    begin_readers(search, readers, false, chunk);
    bool needed = !span->made || first_reader(readers, search->count) != NULL;
    if (needed && span->made && !output_read(output, path, &old)) {
        status = broken;
    } else if (needed) {
        say_chunk(&out, span->made ? after_line(text_string(&old)) : NULL, first, end, readers, search->count);
        status = output_write(output, path, out.bytes, out.length);
    }
    end_readers(readers, search->count);
    text_free(&old);
    text_free(&out);
    free(path);
    return status;
}

__attribute__((format(printf, 3, 4))) static struct status write_script(struct output *output, const char *path,
                                                                        const char *format, ...)
{
    struct text out = TEXT_EMPTY;
    va_list list;
    va_start(list, format);
    text_add(&out, "sockratesSearch.answer(");
    text_format_list(&out, format, list);
    text_add(&out, ");\n");
    va_end(list);
    struct status status = output_write(output, path, out.bytes, out.length);
    text_free(&out);
    return status;
}

struct status search_write(struct search *search, struct output *output, const bool *made)
{
    struct span span = {.made = made, .end = search->pages};
    while (made != NULL && span.first < span.end && !made[span.first])
        span.first++;
    while (made != NULL && span.end > span.first && !made[span.end - 1])
        span.end--;
    struct text names = TEXT_EMPTY;
    struct status status =
        write_script(output, "search/meta.js", "{\"pages\":%zu,\"shards\":%zu}", search->pages, search->shards);
    for (size_t i = 0; i < search->shards && status_fine(status); i++)
        status = write_shard(search, i, output, &span, &names);
    if (status_fine(status))
        status = write_script(output, "search/words.js", "\"%s\"", text_string(&names));
    text_free(&names);
    for (size_t i = 0; i < search->chunks && status_fine(status); i++)
        status = write_chunk(search, i, output, &span);
    for (size_t i = 0; i < search->count && status_fine(status); i++)
        if (!heaps_fine(search->writers[i]->shards) || !heaps_fine(search->writers[i]->chunks))
            status = (struct status){.kind = STATUS_PLAIN, .call = "write", .text = "the disk is full"};
    return status;
}
