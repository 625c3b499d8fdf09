#include "terminal/slide.h"

#include "base/array.h"
#include "lesson/exercise.h"

/* The first heading of a lesson or a section in these steps. */
static const cmark_node *heading_in(const struct lesson *lesson, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        for (cmark_node *node = lesson->steps[i].first; node != NULL; node = cmark_node_next(node)) {
            if (cmark_node_get_type(node) == CMARK_NODE_HEADING && cmark_node_get_heading_level(node) <= 2)
                return node;
            if (node == lesson->steps[i].last)
                break;
        }
    return NULL;
}

static const char *title_of(const struct lesson *lesson, const struct slide *slide)
{
    int section = lesson->steps[slide->heading != NULL ? slide->first : slide->last].section;
    for (size_t i = 0; slide->heading != NULL && i < lesson->section_count; i++)
        if (lesson->sections[i].heading == slide->heading)
            section = (int)i;
    if (slide->heading != NULL && cmark_node_get_heading_level((cmark_node *)slide->heading) == 1)
        section = -1;
    return section >= 0 ? lesson->sections[section].title : lesson->title;
}

static bool is_hidden(const struct step *step)
{
    return step->block != NULL && step->block->hidden && step->block->role != BLOCK_STARTER;
}

static struct slide slide_from(const struct lesson *lesson, size_t first)
{
    struct slide slide = {.first = first, .last = first};
    while (is_hidden(&lesson->steps[slide.last]) && slide.last + 1 < lesson->step_count)
        slide.last++;
    const struct step *step = &lesson->steps[slide.last];
    slide.heading = heading_in(lesson, slide.first, slide.last);
    slide.title = title_of(lesson, &slide);
    slide.quiz = step->quiz;
    if (step->block != NULL && step->block->role == BLOCK_STARTER)
        slide.exercise = exercise_begun_by(lesson, step->block);
    else if (!is_hidden(step))
        slide.block = step->block;
    return slide;
}

struct slide *slides_of(const struct lesson *lesson, size_t *count)
{
    struct slide *slides = NULL;
    *count = 0;
    for (size_t i = 0; i < lesson->step_count;) {
        struct slide slide = slide_from(lesson, i);
        const struct quiz *before = *count > 0 ? slides[*count - 1].quiz : NULL;
        slide.predicted = slide.block != NULL && before != NULL && before->prediction ? before : NULL;
        ARRAY_ADD(slides, *count, slide);
        i = slide.last + 1;
    }
    return slides;
}

size_t slide_of_step(const struct slide *slides, size_t count, size_t step)
{
    for (size_t i = 0; i < count; i++)
        if (step <= slides[i].last)
            return i;
    return count > 0 ? count - 1 : 0;
}
