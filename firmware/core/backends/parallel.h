// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// One task over many items, by several threads.

#ifndef MOORING_CORE_BACKENDS_PARALLEL_H_
#define MOORING_CORE_BACKENDS_PARALLEL_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define parallel_for MOORING_NAMESPACE(parallel_for)

// Most items that a task is given at once: a kernel of lanes is at its best
// long before.
enum { kParallelMaxChunk = 512 };

/** Does `count` items from `first` on; `context` is for all threads. */
typedef void (*parallel_task_t)(const void *context, size_t first,
                                size_t count);

/**
 * Has `task` do each of `count` items once.
 *
 * Items are dealt out in chunks, each thread taking the next one when it is
 * done with its last, so that a thread that is slowed down holds nobody up.
 *
 * @param threads how many may work, the caller's being one of them; 0: one for
 *                each processor. Where the system gives no more, fewer work.
 */
void parallel_for(size_t count, uint32_t threads, parallel_task_t task,
                  const void *context);

#endif  // MOORING_CORE_BACKENDS_PARALLEL_H_
