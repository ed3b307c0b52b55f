// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "prepared/cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "prepared/comb.h"
#include "prepared/prepared.h"

// Slots are numbered; kNone ends a chain, a list, and what is not found.
enum { kNone = UINT32_MAX, kSightingsPerSlot = 4 };

/** Room for one prepared key. */
typedef struct slot {
  const mooring_prepared_t *prepared;  // NULL while none is, or it is made
  uint8_t key[kEd25519KeyBytes];
  uint32_t next_in_bucket;
  uint32_t older, newer;  // by last use
  uint32_t borrowed;      // by how many; above 0 it stays
} slot_t;

/** How often a key was seen that is not prepared; collisions forget. */
typedef struct sighting {
  uint64_t tag;
  uint32_t count;
} sighting_t;

struct mooring_prepared_cache {
  pthread_mutex_t mutex;
  prepared_cache_counts_t counts;
  prepared_size_t size;
  uint32_t capacity;
  uint32_t sightings_wanted;
  uint32_t used;            // slots that ever held a key
  uint32_t oldest, newest;  // by last use
  slot_t *slots;            // capacity
  uint32_t *buckets;        // capacity
  sighting_t *sightings;    // kSightingsPerSlot * capacity
  uint8_t *room;            // capacity times room_bytes
  size_t room_bytes;
};

// -----------------------------------------------------------------------------
// Memory
// -----------------------------------------------------------------------------

// A multiple of the alignment, so that every slot's room loses as little.
static size_t round_up(size_t bytes) {
  return (bytes + kCombAlignment - 1) / kCombAlignment * kCombAlignment;
}

static size_t bytes_per_slot(prepared_size_t size) {
  return round_up(mooring_prepared_bytes(size)) + sizeof(slot_t) +
         sizeof(uint32_t) + kSightingsPerSlot * sizeof(sighting_t);
}

size_t mooring_prepared_cache_bytes(size_t capacity, prepared_size_t size) {
  if (mooring_prepared_bytes(size) == 0 || capacity == 0 ||
      capacity >= UINT32_MAX / kSightingsPerSlot ||
      capacity > (SIZE_MAX / 2) / bytes_per_slot(size)) {
    return 0;
  }
  return round_up(sizeof(mooring_prepared_cache_t)) + kCombAlignment +
         capacity * bytes_per_slot(size);
}

// Takes `bytes` from the front of what `*memory` points at.
static void *take(uint8_t **memory, size_t bytes) {
  void *const taken = *memory;
  *memory += bytes;
  return taken;
}

mooring_prepared_cache_t *mooring_prepared_cache_create(void *memory,
                                                        size_t memory_len_bytes,
                                                        size_t capacity,
                                                        prepared_size_t size,
                                                        uint32_t sightings) {
  const size_t needed = mooring_prepared_cache_bytes(capacity, size);
  if (needed == 0 || memory_len_bytes < needed || sightings == 0) {
    return NULL;
  }
  uint8_t *free_bytes =
      (uint8_t *)memory + (-(uintptr_t)memory & (kCombAlignment - 1));
  mooring_prepared_cache_t *const cache =
      take(&free_bytes, round_up(sizeof *cache));
  memset(cache, 0, sizeof *cache);
  if (pthread_mutex_init(&cache->mutex, NULL) != 0) {
    return NULL;
  }
  cache->size = size;
  cache->capacity = (uint32_t)capacity;
  cache->sightings_wanted = sightings;
  cache->oldest = kNone;
  cache->newest = kNone;
  cache->room_bytes = round_up(mooring_prepared_bytes(size));
  // From the most to the least aligned.
  cache->room = take(&free_bytes, capacity * cache->room_bytes);
  cache->slots = take(&free_bytes, capacity * sizeof *cache->slots);
  cache->sightings = take(
      &free_bytes, kSightingsPerSlot * capacity * sizeof *cache->sightings);
  cache->buckets = take(&free_bytes, capacity * sizeof *cache->buckets);
  memset(cache->sightings, 0,
         kSightingsPerSlot * capacity * sizeof *cache->sightings);
  for (size_t i = 0; i < capacity; i++) {
    cache->buckets[i] = kNone;
  }
  return cache;
}

void mooring_prepared_cache_destroy(mooring_prepared_cache_t *cache) {
  pthread_mutex_destroy(&cache->mutex);
}

void mooring_prepared_cache_counts(mooring_prepared_cache_t *cache,
                                   prepared_cache_counts_t *counts) {
  pthread_mutex_lock(&cache->mutex);
  *counts = cache->counts;
  pthread_mutex_unlock(&cache->mutex);
}

// -----------------------------------------------------------------------------
// Finding. Everything from here on happens under the lock.
// -----------------------------------------------------------------------------

static uint64_t hash_of(const uint8_t key[kEd25519KeyBytes]) {
  uint64_t words[kEd25519KeyBytes / sizeof(uint64_t)];
  uint64_t hash = 0;
  memcpy(words, key, sizeof words);
  for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
    hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 32;
  }
  return hash;
}

static uint32_t *bucket_of(mooring_prepared_cache_t *cache,
                           const uint8_t key[kEd25519KeyBytes]) {
  return &cache->buckets[hash_of(key) % cache->capacity];
}

static uint32_t find(mooring_prepared_cache_t *cache,
                     const uint8_t key[kEd25519KeyBytes]) {
  uint32_t at = *bucket_of(cache, key);
  while (at != kNone &&
         memcmp(cache->slots[at].key, key, kEd25519KeyBytes) != 0) {
    at = cache->slots[at].next_in_bucket;
  }
  return at;
}

static void take_out_of_order(mooring_prepared_cache_t *cache, uint32_t at) {
  const slot_t *const slot = &cache->slots[at];
  *(slot->older == kNone ? &cache->oldest : &cache->slots[slot->older].newer) =
      slot->newer;
  *(slot->newer == kNone ? &cache->newest : &cache->slots[slot->newer].older) =
      slot->older;
}

static void make_newest(mooring_prepared_cache_t *cache, uint32_t at) {
  slot_t *const slot = &cache->slots[at];
  slot->older = cache->newest;
  slot->newer = kNone;
  *(cache->newest == kNone ? &cache->oldest
                           : &cache->slots[cache->newest].newer) = at;
  cache->newest = at;
}

// Makes a key unknown; its slot is out of the order of use then.
static void forget(mooring_prepared_cache_t *cache, uint32_t at) {
  uint32_t *link = bucket_of(cache, cache->slots[at].key);
  while (*link != at) {
    link = &cache->slots[*link].next_in_bucket;
  }
  *link = cache->slots[at].next_in_bucket;
  take_out_of_order(cache, at);
}

// -----------------------------------------------------------------------------
// Preparing
// -----------------------------------------------------------------------------

// Counts a key that is not prepared; whether it has now been seen often enough.
static bool is_seen_enough(mooring_prepared_cache_t *cache,
                           const uint8_t key[kEd25519KeyBytes]) {
  const uint64_t tag = hash_of(key);
  sighting_t *const sighting =
      &cache->sightings[tag % (kSightingsPerSlot * (uint64_t)cache->capacity)];
  if (sighting->tag != tag) {
    *sighting = (sighting_t){.tag = tag};
  }
  sighting->count++;
  if (sighting->count < cache->sightings_wanted) {
    return false;
  }
  sighting->count = 0;
  return true;
}

// A slot for a new key: a fresh one, or the least recently used that nobody
// has borrowed.
static uint32_t find_room(mooring_prepared_cache_t *cache) {
  if (cache->used < cache->capacity) {
    return cache->used++;
  }
  uint32_t at = cache->oldest;
  while (at != kNone && cache->slots[at].borrowed != 0) {
    at = cache->slots[at].newer;
  }
  if (at != kNone) {
    forget(cache, at);
    cache->counts.evicted += cache->slots[at].prepared != NULL;
  }
  return at;
}

// Prepares a key in a slot that holds none, and borrows it. Others go on
// meanwhile; they find the key's slot without tables, and nobody takes it away.
static const mooring_prepared_t *prepare(mooring_prepared_cache_t *cache,
                                         uint32_t at,
                                         const uint8_t key[kEd25519KeyBytes]) {
  if (at == kNone) {
    return NULL;
  }
  slot_t *const slot = &cache->slots[at];
  uint32_t *const bucket = bucket_of(cache, key);
  memcpy(slot->key, key, kEd25519KeyBytes);
  slot->prepared = NULL;
  slot->borrowed = 1;
  slot->next_in_bucket = *bucket;
  *bucket = at;
  make_newest(cache, at);
  pthread_mutex_unlock(&cache->mutex);
  const mooring_prepared_t *made;
  const verify_status_t status =
      mooring_prepare(&made, cache->room + at * cache->room_bytes,
                      cache->room_bytes, cache->size, key);
  pthread_mutex_lock(&cache->mutex);
  if (status != kVerifyOk) {
    // No acceptable key. The slot stays, without tables, until it is the
    // oldest: so the key is not tried again and again.
    slot->borrowed = 0;
    return NULL;
  }
  slot->prepared = made;
  cache->counts.prepared++;
  return made;
}

static const mooring_prepared_t *borrow(mooring_prepared_cache_t *cache,
                                        const uint8_t key[kEd25519KeyBytes]) {
  const uint32_t at = find(cache, key);
  if (at == kNone) {
    return is_seen_enough(cache, key) ? prepare(cache, find_room(cache), key)
                                      : NULL;
  }
  slot_t *const slot = &cache->slots[at];
  if (slot->prepared == NULL) {
    return NULL;
  }
  if (!prepared_is_of(slot->prepared, key)) {
    // Damaged, so it has to be made anew; not under another's hands.
    if (slot->borrowed != 0) {
      return NULL;
    }
    forget(cache, at);
    return prepare(cache, at, key);
  }
  take_out_of_order(cache, at);
  make_newest(cache, at);
  slot->borrowed++;
  return slot->prepared;
}

void prepared_cache_borrow(mooring_prepared_cache_t *cache, size_t count,
                           const uint8_t *keys,
                           const mooring_prepared_t **prepared) {
  pthread_mutex_lock(&cache->mutex);
  for (size_t i = 0; i < count; i++) {
    prepared[i] = borrow(cache, keys + i * kEd25519KeyBytes);
    *(prepared[i] == NULL ? &cache->counts.misses : &cache->counts.hits) += 1;
  }
  pthread_mutex_unlock(&cache->mutex);
}

void prepared_cache_return(mooring_prepared_cache_t *cache, size_t count,
                           const mooring_prepared_t *const *prepared) {
  pthread_mutex_lock(&cache->mutex);
  for (size_t i = 0; i < count; i++) {
    if (prepared[i] != NULL) {
      const size_t at = (size_t)((const uint8_t *)prepared[i] - cache->room) /
                        cache->room_bytes;
      cache->slots[at].borrowed--;
    }
  }
  pthread_mutex_unlock(&cache->mutex);
}
