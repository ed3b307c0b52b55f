// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Many signatures, by one back end and several threads.

#include <stdbool.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/parallel.h"
#include "mooring/ed25519.h"
#include "mooring/verify.h"

typedef struct batch {
  const verify_backend_t *backend;
  const uint8_t *keys;
  const uint8_t *signatures;
  const uint8_t *messages;
  const size_t *offsets;     // NULL: every message has this length
  size_t message_len_bytes;  // unless there are offsets
  uint8_t *verdicts;
} batch_t;

static void judge(const void *context, size_t first, size_t count) {
  const batch_t *const batch = context;
  size_t equal[kParallelMaxChunk + 1];
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

bool verify_offsets_fit(size_t count, const size_t *offsets, size_t end) {
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
  if (offsets != NULL ? !verify_offsets_fit(count, offsets, messages_len_bytes)
                      : messages_len_bytes % count != 0) {
    return kVerifyBadOffsets;
  }
  const batch_t batch = {
      .backend = backend,
      .keys = keys,
      .signatures = signatures,
      .messages = messages == NULL ? kNoMessage : messages,
      .offsets = offsets,
      .message_len_bytes = messages_len_bytes / count,
      .verdicts = verdicts,
  };
  parallel_for(count, threads, judge, &batch);
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
