// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of prepared keys and their cache.

typedef struct mooring_prepared mooring_prepared_t;
typedef struct mooring_prepared_cache mooring_prepared_cache_t;
typedef struct prepared_cache_counts {
  uint64_t hits;
  uint64_t misses;
  uint64_t prepared;
  uint64_t evicted;
} prepared_cache_counts_t;
typedef struct comb_entry {
  uint64_t column[15];
  uint64_t check;
} comb_entry_t;
typedef struct comb {
  comb_entry_t *entries;
  uint64_t seed;
  uint32_t window;
} comb_t;
struct mooring_prepared {
  uint8_t key[32];
  comb_t minus_a;
  uint64_t check;
};

enum {
  kCombDiffers = ...,
  kCombEquals = ...,
  kCombDamaged = ...,
  ...
};

enum {
  kPreparedSmall = ...,
  kPreparedMedium = ...,
  kPreparedStandard = ...,
  kPreparedLarge = ...,
  kPreparedNoRoom = ...,
  ...
};

size_t mooring_prepared_bytes(uint32_t size);
uint32_t mooring_prepare(const mooring_prepared_t **prepared, void *memory,
                         size_t memory_len_bytes, uint32_t size,
                         const uint8_t *key);
int mooring_prepared_is_intact(const mooring_prepared_t *prepared);
uint32_t mooring_verify_prepared(const mooring_prepared_t *prepared,
                                 const uint8_t *key, const uint8_t *message,
                                 size_t message_len_bytes,
                                 const uint8_t *signature);
uint32_t mooring_verify_batch_prepared(const mooring_prepared_t *prepared,
                                       const uint8_t *key, size_t count,
                                       const uint8_t *signatures,
                                       const uint8_t *messages,
                                       size_t messages_len_bytes,
                                       const size_t *offsets, uint32_t threads,
                                       uint8_t *verdicts);
uint32_t prepared_verify_with(const verify_backend_t *backend,
                              const mooring_prepared_t *prepared,
                              const uint8_t *key, const uint8_t *message,
                              size_t message_len_bytes,
                              const uint8_t *signature);
uint32_t prepared_batch_with(const verify_backend_t *backend,
                             const mooring_prepared_t *prepared,
                             const uint8_t *key, size_t count,
                             const uint8_t *signatures, const uint8_t *messages,
                             size_t messages_len_bytes, const size_t *offsets,
                             uint32_t threads, uint8_t *verdicts);

size_t mooring_prepared_cache_bytes(size_t capacity, uint32_t size);
mooring_prepared_cache_t *mooring_prepared_cache_create(void *memory,
                                                        size_t memory_len_bytes,
                                                        size_t capacity,
                                                        uint32_t size,
                                                        uint32_t sightings);
void mooring_prepared_cache_destroy(mooring_prepared_cache_t *cache);
void mooring_prepared_cache_counts(mooring_prepared_cache_t *cache,
                                   prepared_cache_counts_t *counts);
uint32_t mooring_verify_cached(mooring_prepared_cache_t *cache,
                               const uint8_t *key, const uint8_t *message,
                               size_t message_len_bytes,
                               const uint8_t *signature);
uint32_t mooring_verify_batch_cached(mooring_prepared_cache_t *cache,
                                     size_t count, const uint8_t *keys,
                                     const uint8_t *signatures,
                                     const uint8_t *messages,
                                     size_t messages_len_bytes,
                                     const size_t *offsets, uint32_t threads,
                                     uint8_t *verdicts);
uint32_t cached_batch_with(const verify_backend_t *backend,
                           mooring_prepared_cache_t *cache, size_t count,
                           const uint8_t *keys, const uint8_t *signatures,
                           const uint8_t *messages, size_t messages_len_bytes,
                           const size_t *offsets, uint32_t threads,
                           uint8_t *verdicts);

const comb_t *comb_base(void);
void probe_inverse(uint8_t *out, const uint8_t *a);
uint32_t probe_digits(int16_t *digits, const uint8_t *scalar, uint32_t window);
void probe_judge(const verify_backend_t *backend,
                 const mooring_prepared_t *const *prepared, uint32_t count,
                 const uint8_t *scalars, const uint8_t *signatures,
                 uint8_t *outcomes);
