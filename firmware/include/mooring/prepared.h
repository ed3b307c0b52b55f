// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Public keys that are seen again and again: tables of a key's multiples, made
// once, with which each verification is several times as fast (hosts only).
//
// Verdicts are those of mooring_verify(), word for word. Tables serve only the
// key that they were made of, compared in all its bytes, and each entry is
// checked when it is used: one that is damaged is noticed, and the signature is
// verified without tables. What is checked are faults; who can write to the
// tables at will can also choose the verdict.
//
// A prepared key is read-only once made, and any number of threads may use it
// at the same time. The first to prepare a key in a process also builds the
// table of the base point, 3 MB of static memory, in a few milliseconds.

#ifndef MOORING_INCLUDE_MOORING_PREPARED_H_
#define MOORING_INCLUDE_MOORING_PREPARED_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "mooring/verify.h"

#define mooring_prepared_bytes MOORING_NAMESPACE(prepared_bytes)
#define mooring_prepare MOORING_NAMESPACE(prepare)
#define mooring_prepared_is_intact MOORING_NAMESPACE(prepared_is_intact)
#define mooring_verify_prepared MOORING_NAMESPACE(verify_prepared)
#define mooring_verify_batch_prepared MOORING_NAMESPACE(verify_batch_prepared)
#define mooring_prepared_cache_bytes MOORING_NAMESPACE(prepared_cache_bytes)
#define mooring_prepared_cache_create MOORING_NAMESPACE(prepared_cache_create)
#define mooring_prepared_cache_destroy MOORING_NAMESPACE(prepared_cache_destroy)
#define mooring_prepared_cache_counts MOORING_NAMESPACE(prepared_cache_counts)
#define mooring_verify_cached MOORING_NAMESPACE(verify_cached)
#define mooring_verify_batch_cached MOORING_NAMESPACE(verify_batch_cached)

/** How large a key's tables are: the bits of a key's scalar a table takes. */
typedef uint32_t prepared_size_t;

enum {
  kPreparedSmall = 4,     // 74 KB: fleets of keys
  kPreparedMedium = 6,    // 182 KB
  kPreparedStandard = 8,  // 529 KB
  kPreparedLarge = 11,    // 3.0 MB: one key, in bulk
  // The 20th of sparse_words.py --count 20 --distance 12 --seed 4 (verify.h).
  kPreparedNoRoom = 0x6c220dab,  // too little memory, or no such size
};

/** A prepared key. Must stay where it was made. */
typedef struct mooring_prepared mooring_prepared_t;

/** Memory that a prepared key takes, wherever it begins; 0 for no size. */
size_t mooring_prepared_bytes(prepared_size_t size);

/**
 * Prepares a key in the caller's memory.
 *
 * @param memory   of any alignment; the caller's again when no one uses
 *                 `*prepared` any longer.
 * @param prepared on success the prepared key, within `memory`; else NULL.
 * @return kVerifyOk, kVerifyBadKey or kPreparedNoRoom.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_prepare(const mooring_prepared_t **prepared,
                                void *memory, size_t memory_len_bytes,
                                prepared_size_t size, const uint8_t key[32]);

/** Whether nothing of it has changed since it was made: reads all of it. */
int mooring_prepared_is_intact(const mooring_prepared_t *prepared);

/**
 * As mooring_verify() for Ed25519.
 *
 * @param prepared of this key; if it is another's, damaged or NULL, it is not
 *                 used.
 * @return kVerifyOk, kVerifyBadKey, kVerifyBadSignature or kVerifyNoBackend.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify_prepared(const mooring_prepared_t *prepared,
                                        const uint8_t key[32],
                                        const uint8_t *message,
                                        size_t message_len_bytes,
                                        const uint8_t signature[64]);

/**
 * As mooring_verify_batch() for Ed25519, where all items have one key.
 *
 * @param prepared as for mooring_verify_prepared().
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify_batch_prepared(
    const mooring_prepared_t *prepared, const uint8_t key[32], size_t count,
    const uint8_t *signatures, const uint8_t *messages,
    size_t messages_len_bytes, const size_t *offsets, uint32_t threads,
    uint8_t *verdicts);

// -----------------------------------------------------------------------------
// A bounded number of prepared keys
// -----------------------------------------------------------------------------

/**
 * Prepared keys, of which the least recently used makes room for a new one.
 *
 * A key is prepared when it has been seen so often that it pays: until then it
 * costs nothing but a count. Threads may share a cache.
 */
typedef struct mooring_prepared_cache mooring_prepared_cache_t;

/** What a cache did so far. */
typedef struct prepared_cache_counts {
  uint64_t hits;      // items whose key was prepared
  uint64_t misses;    // items verified without
  uint64_t prepared;  // keys prepared
  uint64_t evicted;   // of them, how many had to go
} prepared_cache_counts_t;

/** Memory that a cache takes, wherever it begins; 0 for no size or capacity. */
size_t mooring_prepared_cache_bytes(size_t capacity, prepared_size_t size);

/**
 * Makes an empty cache in the caller's memory.
 *
 * @param capacity keys at the same time, from 1 on.
 * @param sightings how often a key must be seen before it is prepared, from 1.
 * @return NULL for too little memory, or no such size or capacity.
 */
mooring_prepared_cache_t *mooring_prepared_cache_create(void *memory,
                                                        size_t memory_len_bytes,
                                                        size_t capacity,
                                                        prepared_size_t size,
                                                        uint32_t sightings);

/** Gives up what the system lent it; the memory is the caller's. */
void mooring_prepared_cache_destroy(mooring_prepared_cache_t *cache);

/** What it did so far. */
void mooring_prepared_cache_counts(mooring_prepared_cache_t *cache,
                                   prepared_cache_counts_t *counts);

/** As mooring_verify_prepared(), by the cache's own prepared keys. */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify_cached(mooring_prepared_cache_t *cache,
                                      const uint8_t key[32],
                                      const uint8_t *message,
                                      size_t message_len_bytes,
                                      const uint8_t signature[64]);

/** As mooring_verify_batch() for Ed25519, by the cache's own prepared keys. */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify_batch_cached(
    mooring_prepared_cache_t *cache, size_t count, const uint8_t *keys,
    const uint8_t *signatures, const uint8_t *messages,
    size_t messages_len_bytes, const size_t *offsets, uint32_t threads,
    uint8_t *verdicts);

#endif  // MOORING_INCLUDE_MOORING_PREPARED_H_
