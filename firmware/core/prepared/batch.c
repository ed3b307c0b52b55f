// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Batches over prepared keys: arguments checked, items dealt out to threads.

#include <string.h>

#include "backends/parallel.h"
#include "prepared/cache.h"
#include "prepared/prepared.h"

typedef struct batch {
  const verify_backend_t *backend;
  mooring_prepared_cache_t *cache;
  const mooring_prepared_t *prepared;  // of all items, if there is no cache
  const uint8_t *keys;                 // one only, if there is no cache
  const uint8_t *signatures;
  const uint8_t *messages;
  const size_t *offsets;     // NULL: every message has this length
  size_t message_len_bytes;  // unless there are offsets
  uint8_t *verdicts;
} batch_t;

// Verifies items whose keys lie end to end.
static void verify(const batch_t *batch,
                   const mooring_prepared_t *const *prepared,
                   const uint8_t *keys, size_t first, size_t count) {
  size_t equal[kParallelMaxChunk + 1];
  const size_t *offsets = equal;
  if (batch->offsets != NULL) {
    offsets = batch->offsets + first;
  } else {
    for (size_t i = 0; i <= count; i++) {
      equal[i] = (first + i) * batch->message_len_bytes;
    }
  }
  prepared_verify_many(batch->backend, prepared, count, keys,
                       batch->signatures + first * kEd25519SignatureBytes,
                       batch->messages, offsets, batch->verdicts + first);
}

static void judge_one_key(const void *context, size_t first, size_t count) {
  const batch_t *const batch = context;
  const mooring_prepared_t *prepared[kParallelMaxChunk];
  uint8_t keys[kParallelMaxChunk * kEd25519KeyBytes];
  for (size_t i = 0; i < count; i++) {
    prepared[i] = batch->prepared;
    memcpy(keys + i * kEd25519KeyBytes, batch->keys, kEd25519KeyBytes);
  }
  // cppcheck-suppress uninitvar  // a chunk is never empty
  verify(batch, prepared, keys, first, count);
}

static void judge_cached(const void *context, size_t first, size_t count) {
  const batch_t *const batch = context;
  const uint8_t *const keys = batch->keys + first * kEd25519KeyBytes;
  const mooring_prepared_t *prepared[kParallelMaxChunk];
  prepared_cache_borrow(batch->cache, count, keys, prepared);
  verify(batch, prepared, keys, first, count);
  prepared_cache_return(batch->cache, count, prepared);
}

static verify_status_t run(batch_t *batch, size_t count,
                           size_t messages_len_bytes, uint32_t threads) {
  static const uint8_t kNoMessage[1];
  if (count == 0) {
    return kVerifyOk;
  }
  memset(batch->verdicts, 0, count);
  if (batch->backend == NULL) {
    return kVerifyNoBackend;
  }
  if (batch->offsets != NULL
          ? !verify_offsets_fit(count, batch->offsets, messages_len_bytes)
          : messages_len_bytes % count != 0) {
    return kVerifyBadOffsets;
  }
  batch->message_len_bytes = messages_len_bytes / count;
  if (batch->messages == NULL) {
    batch->messages = kNoMessage;
  }
  parallel_for(count, threads,
               batch->cache == NULL ? judge_one_key : judge_cached, batch);
  return kVerifyOk;
}

verify_status_t prepared_batch_with(const verify_backend_t *backend,
                                    const mooring_prepared_t *prepared,
                                    const uint8_t key[kEd25519KeyBytes],
                                    size_t count, const uint8_t *signatures,
                                    const uint8_t *messages,
                                    size_t messages_len_bytes,
                                    const size_t *offsets, uint32_t threads,
                                    uint8_t *verdicts) {
  batch_t batch = {
      .backend = backend,
      .prepared = prepared,
      .keys = key,
      .signatures = signatures,
      .messages = messages,
      .offsets = offsets,
      .verdicts = verdicts,
  };
  return run(&batch, count, messages_len_bytes, threads);
}

verify_status_t cached_batch_with(
    const verify_backend_t *backend, mooring_prepared_cache_t *cache,
    size_t count, const uint8_t *keys, const uint8_t *signatures,
    const uint8_t *messages, size_t messages_len_bytes, const size_t *offsets,
    uint32_t threads, uint8_t *verdicts) {
  batch_t batch = {
      .backend = backend,
      .cache = cache,
      .keys = keys,
      .signatures = signatures,
      .messages = messages,
      .offsets = offsets,
      .verdicts = verdicts,
  };
  return run(&batch, count, messages_len_bytes, threads);
}

verify_status_t mooring_verify_batch_prepared(
    const mooring_prepared_t *prepared, const uint8_t key[kEd25519KeyBytes],
    size_t count, const uint8_t *signatures, const uint8_t *messages,
    size_t messages_len_bytes, const size_t *offsets, uint32_t threads,
    uint8_t *verdicts) {
  return prepared_batch_with(verify_backend_chosen(), prepared, key, count,
                             signatures, messages, messages_len_bytes, offsets,
                             threads, verdicts);
}

verify_status_t mooring_verify_batch_cached(
    mooring_prepared_cache_t *cache, size_t count, const uint8_t *keys,
    const uint8_t *signatures, const uint8_t *messages,
    size_t messages_len_bytes, const size_t *offsets, uint32_t threads,
    uint8_t *verdicts) {
  return cached_batch_with(verify_backend_chosen(), cache, count, keys,
                           signatures, messages, messages_len_bytes, offsets,
                           threads, verdicts);
}

verify_status_t mooring_verify_cached(
    mooring_prepared_cache_t *cache, const uint8_t key[kEd25519KeyBytes],
    const uint8_t *message, size_t message_len_bytes,
    const uint8_t signature[kEd25519SignatureBytes]) {
  const mooring_prepared_t *prepared;
  prepared_cache_borrow(cache, 1, key, &prepared);
  const verify_status_t status = mooring_verify_prepared(
      prepared, key, message, message_len_bytes, signature);
  prepared_cache_return(cache, 1, &prepared);
  return status;
}
