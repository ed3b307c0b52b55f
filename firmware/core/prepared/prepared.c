// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "prepared/prepared.h"

#include <string.h>

#include "ed25519/encoding.h"
#include "mooring/ed25519.h"
#include "mooring/sha2.h"

// -----------------------------------------------------------------------------
// Making one
// -----------------------------------------------------------------------------

static bool is_size(prepared_size_t size) {
  return size == kPreparedSmall || size == kPreparedMedium ||
         size == kPreparedStandard || size == kPreparedLarge;
}

size_t mooring_prepared_bytes(prepared_size_t size) {
  // Up to one alignment is lost before the header, and one before the entries.
  return is_size(size) ? sizeof(mooring_prepared_t) + 2 * kCombAlignment +
                             comb_entries(size) * sizeof(comb_entry_t)
                       : 0;
}

static void *aligned(void *memory) {
  const uintptr_t address = (uintptr_t)memory;
  return (uint8_t *)memory + (-address & (kCombAlignment - 1));
}

// Each step is one to one in what came before and in the word, so any change
// within one word changes the outcome.
static uint64_t check_of(const mooring_prepared_t *prepared) {
  const uint64_t words[] = {
      (uintptr_t)prepared->minus_a.entries,
      prepared->minus_a.seed,
      prepared->minus_a.window,
  };
  uint64_t key[kEd25519KeyBytes / sizeof(uint64_t)];
  uint64_t check = comb_check_factors[0];
  memcpy(key, prepared->key, sizeof key);
  for (unsigned i = 0; i < sizeof key / sizeof key[0]; i++) {
    check = (check ^ key[i]) * comb_check_factors[1];
  }
  for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
    check = (check ^ words[i]) * comb_check_factors[1];
  }
  return check;
}

// What binds the entries to the key and the size.
static uint64_t seed_of(const uint8_t key[kEd25519KeyBytes],
                        prepared_size_t size) {
  uint8_t text[kEd25519KeyBytes + 1];
  uint8_t digest[kSha512DigestBytes];
  uint64_t seed;
  memcpy(text, key, kEd25519KeyBytes);
  text[kEd25519KeyBytes] = (uint8_t)size;
  sha512(digest, text, sizeof text);
  memcpy(&seed, digest, sizeof seed);
  return seed & COMB_LIMB_MASK;
}

verify_status_t mooring_prepare(const mooring_prepared_t **prepared,
                                void *memory, size_t memory_len_bytes,
                                prepared_size_t size,
                                const uint8_t key[kEd25519KeyBytes]) {
  point_t minus_a;
  fe_t zero;
  *prepared = NULL;
  if (!is_size(size) || memory_len_bytes < mooring_prepared_bytes(size)) {
    return kPreparedNoRoom;
  }
  if (!encoding_is_canonical(key) || encoding_is_small_order(key) ||
      !point_decode(&minus_a, key)) {
    return kVerifyBadKey;
  }
  fe_set_small(&zero, 0);
  fe_sub(&minus_a.x, &zero, &minus_a.x);
  fe_mul(&minus_a.t, &minus_a.x, &minus_a.y);
  mooring_prepared_t *const made = aligned(memory);
  memcpy(made->key, key, sizeof made->key);
  made->minus_a = (comb_t){
      .entries = aligned(made + 1),
      .seed = seed_of(key, size),
      .window = size,
  };
  comb_build(&made->minus_a, &minus_a);
  made->check = check_of(made);
  (void)comb_base();
  *prepared = made;
  return kVerifyOk;
}

bool prepared_is_of(const mooring_prepared_t *prepared,
                    const uint8_t key[kEd25519KeyBytes]) {
  return prepared != NULL && check_of(prepared) == prepared->check &&
         memcmp(prepared->key, key, kEd25519KeyBytes) == 0;
}

int mooring_prepared_is_intact(const mooring_prepared_t *prepared) {
  return check_of(prepared) == prepared->check &&
         comb_is_intact(&prepared->minus_a);
}

// -----------------------------------------------------------------------------
// Verdicts. The key is acceptable, or it would not have been prepared.
// -----------------------------------------------------------------------------

// An R that is not canonical equals no encoding, so only its order is left.
static bool is_accepted(comb_outcome_t outcome, const uint8_t *signature) {
  return outcome == kCombEquals && !encoding_is_small_order(signature);
}

verify_status_t prepared_verify_with(
    const verify_backend_t *backend, const mooring_prepared_t *prepared,
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]) {
  if (!prepared_is_of(prepared, key)) {
    return backend->verify(key, message, message_len_bytes, signature);
  }
  if (!scalar_is_reduced(signature + kEd25519RBytes)) {
    return kVerifyBadSignature;
  }
  sha512_t hash;
  uint8_t digest[kSha512DigestBytes];
  uint8_t outcome;
  comb_item_t item = {.minus_a = &prepared->minus_a, .signature = signature};
  sha512_init(&hash);
  sha512_update(&hash, signature, kEd25519RBytes);
  sha512_update(&hash, key, kEd25519KeyBytes);
  sha512_update(&hash, message, message_len_bytes);
  sha512_final(&hash, digest);
  scalar_reduce(item.k, digest);
  backend->judge_combs(&item, 1, &outcome);
  if (outcome == kCombDamaged) {
    return backend->verify(key, message, message_len_bytes, signature);
  }
  return is_accepted(outcome, signature) ? kVerifyOk : kVerifyBadSignature;
}

verify_status_t mooring_verify_prepared(
    const mooring_prepared_t *prepared, const uint8_t key[kEd25519KeyBytes],
    const uint8_t *message, size_t message_len_bytes,
    const uint8_t signature[kEd25519SignatureBytes]) {
  const verify_backend_t *const backend = verify_backend_chosen();
  return backend == NULL ? (verify_status_t)kVerifyNoBackend
                         : prepared_verify_with(backend, prepared, key, message,
                                                message_len_bytes, signature);
}

// -----------------------------------------------------------------------------
// Many
// -----------------------------------------------------------------------------

// Items as verify_backend_t's verify_many takes them.
typedef struct items {
  const verify_backend_t *backend;
  const mooring_prepared_t *const *prepared;
  const uint8_t *keys;
  const uint8_t *signatures;
  const uint8_t *messages;
  const size_t *offsets;
  uint8_t *verdicts;
} items_t;

static void judge_cold(const items_t *items, size_t first, size_t count) {
  items->backend->verify_many(
      count, items->keys + first * kEd25519KeyBytes,
      items->signatures + first * kEd25519SignatureBytes, items->messages,
      items->offsets + first, items->verdicts + first);
}

enum { kRun = 128 };  // prepared items that are judged together, at most

static void judge_prepared(const items_t *items, size_t first, size_t count) {
  uint8_t digests[kRun][kSha512DigestBytes];
  comb_item_t combs[kRun];
  size_t of_item[kRun];
  uint8_t outcomes[kRun];
  size_t used = 0;
  items->backend->challenges(count, items->keys + first * kEd25519KeyBytes,
                             items->signatures + first * kEd25519SignatureBytes,
                             items->messages, items->offsets + first, digests);
  for (size_t i = 0; i < count; i++) {
    const size_t item = first + i;
    const uint8_t *const signature =
        items->signatures + item * kEd25519SignatureBytes;
    items->verdicts[item] = 0;
    if (!scalar_is_reduced(signature + kEd25519RBytes)) {
      continue;
    }
    combs[used].minus_a = &items->prepared[item]->minus_a;
    combs[used].signature = signature;
    scalar_reduce(combs[used].k, digests[i]);
    of_item[used] = item;
    used++;
  }
  items->backend->judge_combs(combs, used, outcomes);
  for (size_t i = 0; i < used; i++) {
    if (outcomes[i] == kCombDamaged) {
      judge_cold(items, of_item[i], 1);
    } else {
      items->verdicts[of_item[i]] =
          is_accepted(outcomes[i], combs[i].signature);
    }
  }
}

void prepared_verify_many(const verify_backend_t *backend,
                          const mooring_prepared_t *const *prepared,
                          size_t count, const uint8_t *keys,
                          const uint8_t *signatures, const uint8_t *messages,
                          const size_t *offsets, uint8_t *verdicts) {
  const items_t items = {backend,  prepared, keys,    signatures,
                         messages, offsets,  verdicts};
  // Runs of items that are prepared, and runs of those that are not.
  for (size_t first = 0; first < count;) {
    const bool is_prepared =
        prepared_is_of(prepared[first], keys + first * kEd25519KeyBytes);
    size_t end = first + 1;
    while (end < count && (end - first < kRun || !is_prepared) &&
           prepared_is_of(prepared[end], keys + end * kEd25519KeyBytes) ==
               is_prepared) {
      end++;
    }
    (is_prepared ? judge_prepared : judge_cold)(&items, first, end - first);
    first = end;
  }
}
