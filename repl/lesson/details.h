/*
 * details.h: <details> in a lesson's tree.  Floor: lesson.
 *
 * GitHub folds what stands between <details><summary>Hint 1</summary> and </details>.  To cmark these are
 * HTML blocks among their siblings, and authors write them in many ways.  In a parsed lesson they are normal:
 * at the top level every HTML block is exactly one opening with its summary, exactly one closing, or
 * something else entirely; and what stood between the tags are nodes between those two.
 */
#ifndef SOCKRATES_LESSON_DETAILS_H
#define SOCKRATES_LESSON_DETAILS_H

#include "lesson/options.h"

#include <cmark.h>
#include <stdbool.h>

/* Makes the top level normal; complains about tags without their partner and about fences that hide in HTML.
 */
void details_normalise(cmark_node *tree, struct complaints *complaints, const char *path);

bool details_opens(cmark_node *node);
bool details_closes(cmark_node *node);

/* The text of the opening's summary, yours to free; "" when it has none. */
char *details_summary(cmark_node *opening);

/* The line of a top-level node, of those that normalising made, too. */
int details_line(cmark_node *node);

#endif
