// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Many signatures, by one back end and several threads.
//
// Items are dealt out in chunks, each thread taking the next one when it is
// done with its last, so that a thread that is slowed down holds nobody up.
// Verdicts depend on the items alone.

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "backends/backend.h"
#include "mooring/ed25519.h"
#include "mooring/verify.h"

enum {
  kMaxThreads = 256,
  kMaxChunk = 512,  // items; beyond it a call costs nothing per item
  kLanes = 16,      // chunks are multiples of what a kernel takes side by side
  kChunksPerThread = 4,
};

typedef struct batch {
  const verify_backend_t *backend;
  size_t count;
  const uint8_t *keys;
  const uint8_t *signatures;
  const uint8_t *messages;
  const size_t *offsets;     // NULL: every message has this length
  size_t message_len_bytes;  // unless there are offsets
  uint8_t *verdicts;
  size_t chunk;
  atomic_size_t next;  // the first item that nobody has taken
} batch_t;

static void judge(const batch_t *batch, size_t first, size_t count) {
  size_t equal[kMaxChunk + 1];
  const size_t *offsets = equal;
  if (batch->offsets != NULL) {
    offsets = batch->offsets + first;
  } else {
    for (size_t i = 0; i <= count; i++) {
      equal[i] = (first + i) * batch->message_len_bytes;
    }
  }
  batch->backend->verify_many(
      count, batch->keys + first * kEd25519KeyBytes,
      batch->signatures + first * kEd25519SignatureBytes, batch->messages,
      offsets, batch->verdicts + first);
}

static void *work(void *context) {
  batch_t *const batch = context;
  for (;;) {
    const size_t first = atomic_fetch_add_explicit(&batch->next, batch->chunk,
                                                   memory_order_relaxed);
    if (first >= batch->count) {
      return NULL;
    }
    const size_t left = batch->count - first;
    judge(batch, first, left < batch->chunk ? left : batch->chunk);
  }
}

static uint32_t processors(void) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 && online < kMaxThreads ? (uint32_t)online : 1;
}

static size_t chunk_for(size_t count, uint32_t threads) {
  const size_t share = count / ((size_t)threads * kChunksPerThread);
  const size_t rounded = share - share % kLanes + kLanes;
  return threads == 1 || rounded > kMaxChunk ? kMaxChunk : rounded;
}

// Whoever starts the others works too, so that no thread at all is no failure.
static void work_together(batch_t *batch, uint32_t threads) {
  pthread_t others[kMaxThreads - 1];
  uint32_t started = 0;
  while (started + 1 < threads &&
         pthread_create(&others[started], NULL, work, batch) == 0) {
    started++;
  }
  work(batch);
  for (uint32_t i = 0; i < started; i++) {
    pthread_join(others[i], NULL);
  }
}

static bool is_in_order(size_t count, const size_t *offsets, size_t end) {
  for (size_t i = 0; i < count; i++) {
    if (offsets[i] > offsets[i + 1]) {
      return false;
    }
  }
  return offsets[count] <= end;
}

verify_status_t verify_batch_with(const verify_backend_t *backend, size_t count,
                                  const uint8_t *keys,
                                  const uint8_t *signatures,
                                  const uint8_t *messages,
                                  size_t messages_len_bytes,
                                  const size_t *offsets, uint32_t threads,
                                  uint8_t *verdicts) {
  static const uint8_t kNoMessage[1];
  if (count == 0) {
    return kVerifyOk;
  }
  memset(verdicts, 0, count);
  if (offsets != NULL ? !is_in_order(count, offsets, messages_len_bytes)
                      : messages_len_bytes % count != 0) {
    return kVerifyBadOffsets;
  }
  if (threads == 0) {
    threads = processors();
  }
  if (threads > kMaxThreads) {
    threads = kMaxThreads;
  }
  batch_t batch = {
      .backend = backend,
      .count = count,
      .keys = keys,
      .signatures = signatures,
      .messages = messages == NULL ? kNoMessage : messages,
      .offsets = offsets,
      .message_len_bytes = messages_len_bytes / count,
      .verdicts = verdicts,
      .chunk = chunk_for(count, threads),
  };
  const size_t chunks = (count - 1) / batch.chunk + 1;
  work_together(&batch, chunks < threads ? (uint32_t)chunks : threads);
  return kVerifyOk;
}

verify_status_t mooring_verify_batch(verify_algorithm_t algorithm, size_t count,
                                     const uint8_t *keys,
                                     const uint8_t *signatures,
                                     const uint8_t *messages,
                                     size_t messages_len_bytes,
                                     const size_t *offsets, uint32_t threads,
                                     uint8_t *verdicts) {
  const verify_backend_t *const backend = verify_backend_chosen();
  if (algorithm == kVerifyAlgorithmEd25519 && backend != NULL) {
    return verify_batch_with(backend, count, keys, signatures, messages,
                             messages_len_bytes, offsets, threads, verdicts);
  }
  if (count != 0) {
    memset(verdicts, 0, count);
  }
  return backend == NULL ? kVerifyNoBackend : kVerifyUnknownAlgorithm;
}
