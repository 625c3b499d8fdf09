/*
 * answers.h: requests that are answered at once.  Floor: kernel.
 *
 * Each gives the content of the reply, without "status": "ok"; a new reference.
 */
#ifndef SOCKRATES_KERNEL_ANSWERS_H
#define SOCKRATES_KERNEL_ANSWERS_H

#include "kernel/state.h"

json_t *answers_info(struct kernel *kernel, const json_t *request);
json_t *answers_completion(struct kernel *kernel, const json_t *request);
json_t *answers_inspection(struct kernel *kernel, const json_t *request);
json_t *answers_completeness(struct kernel *kernel, const json_t *request);
json_t *answers_history(struct kernel *kernel, const json_t *request);
json_t *answers_comms(struct kernel *kernel, const json_t *request);
json_t *answers_connection(struct kernel *kernel, const json_t *request);

#endif
