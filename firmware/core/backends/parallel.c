// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "backends/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
  kMaxThreads = 256,
  kLanes = 16,  // chunks are multiples of what a kernel takes side by side
  kChunksPerThread = 4,
};

typedef struct work {
  parallel_task_t task;
  const void *context;
  size_t count;
  size_t chunk;
  atomic_size_t next;  // the first item that nobody has taken
} work_t;

static void *work_on(void *argument) {
  work_t *const work = argument;
  for (;;) {
    const size_t first = atomic_fetch_add_explicit(&work->next, work->chunk,
                                                   memory_order_relaxed);
    if (first >= work->count) {
      return NULL;
    }
    const size_t left = work->count - first;
    work->task(work->context, first, left < work->chunk ? left : work->chunk);
  }
}

static uint32_t processors(void) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online < kMaxThreads ? (uint32_t)online : kMaxThreads;
}

static size_t chunk_for(size_t count, uint32_t threads) {
  const size_t share = count / ((size_t)threads * kChunksPerThread);
  const size_t rounded = share - share % kLanes + kLanes;
  return threads == 1 || rounded > kParallelMaxChunk ? kParallelMaxChunk
                                                     : rounded;
}

void parallel_for(size_t count, uint32_t threads, parallel_task_t task,
                  const void *context) {
  if (count == 0) {
    return;
  }
  if (threads == 0) {
    threads = processors();
  }
  if (threads > kMaxThreads) {
    threads = kMaxThreads;
  }
  work_t work = {
      .task = task,
      .context = context,
      .count = count,
      .chunk = chunk_for(count, threads),
  };
  const size_t chunks = (count - 1) / work.chunk + 1;
  const size_t helpers = (chunks < threads ? chunks : threads) - 1;
  pthread_t others[kMaxThreads - 1];
  size_t started = 0;
  while (started < helpers &&
         pthread_create(&others[started], NULL, work_on, &work) == 0) {
    started++;
  }
  // Whoever starts the others works too: no thread at all is no failure.
  work_on(&work);
  for (size_t i = 0; i < started; i++) {
    pthread_join(others[i], NULL);
  }
}
