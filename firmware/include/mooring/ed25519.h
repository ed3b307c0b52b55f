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
#define ed25519_prepare MOORING_NAMESPACE(ed25519_prepare)
#define ed25519_start_prepared MOORING_NAMESPACE(ed25519_start_prepared)
#define ed25519_finish_prepared MOORING_NAMESPACE(ed25519_finish_prepared)

enum {
  kEd25519KeyBytes = 32,
  kEd25519SignatureBytes = 64,  // R || S
  kEd25519RBytes = 32,
};

/** Outcome of a step; one of the words below. */
typedef uint32_t ed25519_status_t;

enum {
  // sparse_words.py --count 20 --distance 12 --seed 4: the first eight and the
  // 15th and 16th; the others are in verify.h.
  kEd25519Ok = 0x1e36d2eb,
  kEd25519NotStarted = 0x26d27cfe,       // finish without an accepted start
  kEd25519KeyNotCanonical = 0x5c50d5e6,  // y >= p, or x = 0 with the sign bit
  kEd25519KeySmallOrder = 0x32b20954,    // 8 A is the neutral element
  kEd25519KeyNotOnCurve = 0x3d4be321,    // no x belongs to this y
  kEd25519RNotCanonical = 0x13d621ad,    // as for the key
  kEd25519RSmallOrder = 0x02895e89,      // as for the key
  kEd25519SOutOfRange = 0x3367559b,      // S >= L
  kEd25519NotPrepared = 0x67406258,      // no intact multiples of this very key
  kEd25519Prepared = 0x66751322,         // started with multiples
};

/** A verification in progress. Holds no pointer. */
typedef struct ed25519 {
  sha512_t hash;  // of R || A || what came of M
  // x and y of -A, canonical, little-endian; once kEd25519Prepared, the key.
  uint8_t minus_a[2][32];
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
 *         kEd25519NotStarted for a context that is used up or is to be finished
 *         by ed25519_finish_prepared().
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_finish(ed25519_t *ctx,
                                uint8_t recomputed_r[kEd25519RBytes]);

// -----------------------------------------------------------------------------
// A key that comes back
// -----------------------------------------------------------------------------

// With multiples of the key at hand a verification needs half the doublings and
// no square root. README.md says from when on they pay.

#if defined(__SIZEOF_INT128__) && !defined(MOORING_FORCE_32BIT)
typedef uint64_t ed25519_limb_t;
enum { kEd25519PreparedLimbs = 320 };
#else
typedef uint32_t ed25519_limb_t;
enum { kEd25519PreparedLimbs = 512 };
#endif

/** Multiples of one key, and what they are checked by. Holds no pointer. */
typedef struct ed25519_prepared {
  ed25519_limb_t multiples[kEd25519PreparedLimbs];
  uint8_t key[kEd25519KeyBytes];
  uint32_t check;
} ed25519_prepared_t;

/**
 * Computes the multiples of a key.
 *
 * Whether the key is acceptable otherwise, ed25519_start_prepared() checks.
 *
 * @param prepared  on a refusal, multiples of no key.
 * @return kEd25519Ok or kEd25519KeyNotOnCurve.
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_prepare(ed25519_prepared_t *prepared,
                                 const uint8_t public_key[kEd25519KeyBytes]);

/**
 * As ed25519_start(), to be finished by ed25519_finish_prepared().
 *
 * @param prepared  any bytes; they serve only if they are intact and of a key
 *                  that equals `public_key` byte for byte.
 * @return kEd25519Prepared, kEd25519NotPrepared or a refusal of
 *         ed25519_start() other than kEd25519KeyNotOnCurve.
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_start_prepared(
    ed25519_t *ctx, const ed25519_prepared_t *prepared,
    const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]);

/**
 * As ed25519_finish(), with the multiples that the context was started with;
 * they are checked once more.
 *
 * @return kEd25519Ok, kEd25519NotPrepared, the word that
 *         ed25519_start_prepared() refused with, or kEd25519NotStarted for a
 *         context that is used up or was started by ed25519_start().
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t ed25519_finish_prepared(ed25519_t *ctx,
                                         const ed25519_prepared_t *prepared,
                                         uint8_t recomputed_r[kEd25519RBytes]);

#endif  // MOORING_INCLUDE_MOORING_ED25519_H_
