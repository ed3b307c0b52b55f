// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Back ends: the ways in which a host verifies, of which it chooses one.
//
// All give the same verdicts; they differ in what they ask of a processor and
// in time. Chosen is, once, the best that this processor and its operating
// system allow, or the one named by the environment variable
// MOORING_VERIFY_BACKEND. A name that is unknown, or a back end that this
// processor lacks, leaves none chosen: never silently another.
//
// For hosts only; a ROM has the portable code and no choice.

#ifndef MOORING_CORE_BACKENDS_BACKEND_H_
#define MOORING_CORE_BACKENDS_BACKEND_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mooring/ed25519.h"
#include "mooring/namespace.h"
#include "mooring/sha2.h"
#include "mooring/verify.h"

#define cpu_features MOORING_NAMESPACE(cpu_features)
#define verify_backend_count MOORING_NAMESPACE(verify_backend_count)
#define verify_backend_at MOORING_NAMESPACE(verify_backend_at)
#define verify_backend_find MOORING_NAMESPACE(verify_backend_find)
#define verify_backend_chosen MOORING_NAMESPACE(verify_backend_chosen)
#define verify_with MOORING_NAMESPACE(verify_with)
#define verify_batch_with MOORING_NAMESPACE(verify_batch_with)
#define verify_offsets_fit MOORING_NAMESPACE(verify_offsets_fit)

struct comb_item;  // prepared/comb.h

/** One way to verify. All pointers are set. */
typedef struct verify_backend {
  const char *name;
  uint32_t needs;  // kCpu… bits, all of them
  /** mooring_verify() for Ed25519, with its words, its rule and its order. */
  verify_status_t (*verify)(const uint8_t key[kEd25519KeyBytes],
                            const uint8_t *message, size_t message_len_bytes,
                            const uint8_t signature[kEd25519SignatureBytes]);
  /**
   * `count` of them, item i as in mooring_verify_batch(); the caller has
   * checked `offsets`. Any count, alignment and mixture of lengths.
   */
  void (*verify_many)(size_t count, const uint8_t *keys,
                      const uint8_t *signatures, const uint8_t *messages,
                      const size_t *offsets, uint8_t *verdicts);
  /** SHA-512(R || A || M) of each item. */
  void (*challenges)(size_t count, const uint8_t *keys,
                     const uint8_t *signatures, const uint8_t *messages,
                     const size_t *offsets,
                     uint8_t (*digests)[kSha512DigestBytes]);
  /** Verdicts by the tables of prepared keys (prepared/comb.h). */
  void (*judge_combs)(const struct comb_item *items, size_t count,
                      uint8_t *outcomes);
} verify_backend_t;

/** What cpu_detect() says, asked once. */
uint32_t cpu_features(void);

/** How many back ends this build has, those that cannot run here included. */
size_t verify_backend_count(void);

/** The back end at `index`, the slowest first; NULL beyond the last. */
const verify_backend_t *verify_backend_at(size_t index);

/**
 * The best back end that needs no more than `features`.
 *
 * @param name NULL or empty, or the only one wanted.
 * @return NULL if there is none of this name, or it needs more.
 */
const verify_backend_t *verify_backend_find(const char *name,
                                            uint32_t features);

/** The back end of this process; NULL if the environment names none. */
const verify_backend_t *verify_backend_chosen(void);

/** One Ed25519 signature by this back end, as mooring_verify(). */
MOORING_WARN_UNUSED_RESULT
verify_status_t verify_with(const verify_backend_t *backend,
                            const uint8_t key[kEd25519KeyBytes],
                            const uint8_t *message, size_t message_len_bytes,
                            const uint8_t signature[kEd25519SignatureBytes]);

/** Many by this back end, as mooring_verify_batch(). */
MOORING_WARN_UNUSED_RESULT
verify_status_t verify_batch_with(const verify_backend_t *backend, size_t count,
                                  const uint8_t *keys,
                                  const uint8_t *signatures,
                                  const uint8_t *messages,
                                  size_t messages_len_bytes,
                                  const size_t *offsets, uint32_t threads,
                                  uint8_t *verdicts);

/** Whether count + 1 offsets never fall and end at or before `end`. */
bool verify_offsets_fit(size_t count, const size_t *offsets, size_t end);

#endif  // MOORING_CORE_BACKENDS_BACKEND_H_
