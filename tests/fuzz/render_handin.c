/* Any bytes as a record that was handed in: reading it never crashes, and nothing in it becomes markup of the page. */
#include "base/text.h"
#include "lesson/work.h"
#include "render/handin_page.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *record = json_loadb((const char *)data, size, 0, NULL);
    if (record == NULL)
        return 0;
    json_t *document = json_pack("{s:s, s:{s:s, s:s}, s:o}", "name", "<script>", "course", "title", "<b>", "version",
                                 "1", "record", record);
    struct text page = TEXT_EMPTY;
    struct work work = work_of(record);
    for (size_t i = 0; i < work.lesson_count; i++)
        for (size_t k = 0; k < work.lessons[i].exercise_count; k++)
            assert((work_best(&work.lessons[i].exercises[k]) == NULL) ==
                   (work.lessons[i].exercises[k].attempt_count == 0));
    work_free(&work);
    handin_page(&page, document);
    assert(strstr(text_string(&page), "<script") == NULL && strstr(text_string(&page), "<b>") == NULL);
    text_free(&page);
    json_decref(document);
    return 0;
}
