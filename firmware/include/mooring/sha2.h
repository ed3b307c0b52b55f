// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// SHA-256, SHA-384 and SHA-512 (FIPS 180-4), streaming and in one call.
//
// A context holds no pointer: it may be copied, and belongs in a snapshot.

#ifndef MOORING_INCLUDE_MOORING_SHA2_H_
#define MOORING_INCLUDE_MOORING_SHA2_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define sha256_init MOORING_NAMESPACE(sha256_init)
#define sha256_update MOORING_NAMESPACE(sha256_update)
#define sha256_final MOORING_NAMESPACE(sha256_final)
#define sha256 MOORING_NAMESPACE(sha256)
#define sha384_init MOORING_NAMESPACE(sha384_init)
#define sha384_final MOORING_NAMESPACE(sha384_final)
#define sha384 MOORING_NAMESPACE(sha384)
#define sha512_init MOORING_NAMESPACE(sha512_init)
#define sha512_update MOORING_NAMESPACE(sha512_update)
#define sha512_final MOORING_NAMESPACE(sha512_final)
#define sha512 MOORING_NAMESPACE(sha512)

enum {
  kSha256DigestBytes = 32,
  kSha256BlockBytes = 64,
  kSha384DigestBytes = 48,
  kSha512DigestBytes = 64,
  kSha512BlockBytes = 128,
};

/** A SHA-256 in progress. */
typedef struct sha256 {
  uint64_t len_bytes;  // hashed so far, what waits in `block` included
  uint32_t state[8];
  uint8_t block[kSha256BlockBytes];
} sha256_t;

/** A SHA-512 or SHA-384 in progress. */
typedef struct sha512 {
  uint64_t len_bytes;  // hashed so far, what waits in `block` included
  uint64_t state[8];
  uint8_t block[kSha512BlockBytes];
} sha512_t;

// -----------------------------------------------------------------------------
// SHA-256
// -----------------------------------------------------------------------------

/** Begins a hash. */
void sha256_init(sha256_t *ctx);

/** Hashes more of the message; `data` may be NULL if `len_bytes` is 0. */
void sha256_update(sha256_t *ctx, const uint8_t *data, size_t len_bytes);

/** Ends the hash and wipes the context, which needs a new init. */
void sha256_final(sha256_t *ctx, uint8_t digest[kSha256DigestBytes]);

/** Hashes a whole message. */
/*@ requires \valid_read(data + (0 .. len_bytes - 1));
  @ requires \valid(digest + (0 .. kSha256DigestBytes - 1));
  @ assigns digest[0 .. kSha256DigestBytes - 1];
  @*/
void sha256(uint8_t digest[kSha256DigestBytes], const uint8_t *data,
            size_t len_bytes);

// -----------------------------------------------------------------------------
// SHA-512 and SHA-384 (same compression, same sha512_update)
// -----------------------------------------------------------------------------

/** Begins a SHA-512. */
void sha512_init(sha512_t *ctx);

/** Begins a SHA-384; goes on with sha512_update() and sha384_final(). */
void sha384_init(sha512_t *ctx);

/** Hashes more of the message; `data` may be NULL if `len_bytes` is 0. */
void sha512_update(sha512_t *ctx, const uint8_t *data, size_t len_bytes);

/** Ends a SHA-512 and wipes the context, which needs a new init. */
void sha512_final(sha512_t *ctx, uint8_t digest[kSha512DigestBytes]);

/** Ends a SHA-384 and wipes the context, which needs a new init. */
void sha384_final(sha512_t *ctx, uint8_t digest[kSha384DigestBytes]);

/** Hashes a whole message with SHA-512. */
void sha512(uint8_t digest[kSha512DigestBytes], const uint8_t *data,
            size_t len_bytes);

/** Hashes a whole message with SHA-384. */
void sha384(uint8_t digest[kSha384DigestBytes], const uint8_t *data,
            size_t len_bytes);

#endif  // MOORING_INCLUDE_MOORING_SHA2_H_
