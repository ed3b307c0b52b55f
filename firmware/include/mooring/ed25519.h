// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Ed25519 verification (RFC 8032 §5.1.7), streaming, without the last compare.
//
// Verification ends by comparing encode([S]B - [k]A) with the signature's R.
// These functions recompute the left side and leave the comparison to the
// caller, because the boot ROM gives the recomputed value to hardware, which
// compares it there. Whoever wants a verdict calls mooring_verify().
//
// Acceptance rule, where RFC 8032 leaves a choice (the same everywhere):
//   - A and R are canonical encodings: y < p, and no sign bit when x is 0;
//   - A and R are not among the eight points of small order;
//   - S < L;
//   - k = SHA-512(R || A || M) mod L;
//   - no cofactor: encode([S]B - [k]A) equals R byte for byte.
// A point of mixed order is not refused for being one.
//
// Everything here is public data; nothing needs constant time.

#ifndef MOORING_INCLUDE_MOORING_ED25519_H_
#define MOORING_INCLUDE_MOORING_ED25519_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/hardened.h"
#include "mooring/namespace.h"
#include "mooring/sha2.h"

#define ed25519_start MOORING_NAMESPACE(ed25519_start)
#define ed25519_update MOORING_NAMESPACE(ed25519_update)
#define ed25519_finish MOORING_NAMESPACE(ed25519_finish)

enum {
  kEd25519KeyBytes = 32,
  kEd25519SignatureBytes = 64,  // R || S
  kEd25519RBytes = 32,
};

/** Outcome of a step; one of the words below. */
typedef uint32_t ed25519_status_t;

enum {
  // sparse_words.py --count 20 --distance 12 --seed 4, the first eight; the
  // next ones are in verify.h.
  kEd25519Ok = 0x1e36d2eb,
  kEd25519NotStarted = 0x26d27cfe,       // finish without an accepted start
  kEd25519KeyNotCanonical = 0x5c50d5e6,  // y >= p, or x = 0 with the sign bit
  kEd25519KeySmallOrder = 0x32b20954,    // 8 A is the neutral element
  kEd25519KeyNotOnCurve = 0x3d4be321,    // no x belongs to this y
  kEd25519RNotCanonical = 0x13d621ad,    // as for the key
  kEd25519RSmallOrder = 0x02895e89,      // as for the key
  kEd25519SOutOfRange = 0x3367559b,      // S >= L
};

/** A verification in progress. Holds no pointer. */
typedef struct ed25519 {
  sha512_t hash;           // of R || A || what came of M
  uint8_t minus_a[2][32];  // x and y of -A, canonical, little-endian
  uint8_t s[32];
  ed25519_status_t status;
} ed25519_t;

/**
 * Checks key and signature, and begins k = SHA-512(R || A || ...).
 *
 * The checks are made in the order of the words below; the first that fails is
 * returned and kept, and ed25519_finish() will return it again.
 *
 * @return kEd25519Ok, kEd25519KeyNotCanonical, kEd25519KeySmallOrder,
 *         kEd25519RNotCanonical, kEd25519RSmallOrder, kEd25519SOutOfRange or
 *         kEd25519KeyNotOnCurve.
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_start(ed25519_t *ctx,
                               const uint8_t public_key[kEd25519KeyBytes],
                               const uint8_t signature[kEd25519SignatureBytes]);

/** Hashes more of the message; `data` may be NULL if `len_bytes` is 0. */
void ed25519_update(ed25519_t *ctx, const uint8_t *data, size_t len_bytes);

/**
 * Recomputes encode([S]B - [k]A) and wipes the context.
 *
 * The signature is good if and only if the status is kEd25519Ok and
 * `recomputed_r` equals the signature's first 32 bytes: the caller compares.
 *
 * @param recomputed_r  on any refusal 32 bytes FF, which no acceptable R is.
 * @return kEd25519Ok, the word that ed25519_start() returned, or
 *         kEd25519NotStarted for a context that is used up.
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_finish(ed25519_t *ctx,
                                uint8_t recomputed_r[kEd25519RBytes]);

#endif  // MOORING_INCLUDE_MOORING_ED25519_H_
