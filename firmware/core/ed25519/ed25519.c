// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/ed25519.h"

#include <stdbool.h>
#include <string.h>

#include "ed25519/encoding.h"
#include "ed25519/multiply.h"
#include "ed25519/point.h"
#include "ed25519/scalar.h"

// -----------------------------------------------------------------------------
// The key
// -----------------------------------------------------------------------------

// Decodes the key, negates it (what is recomputed is [S]B + [k](-A)) and keeps
// it as bytes: the context then depends on no representation of the field.
static bool decode_minus_a(uint8_t minus_a[2][kFeBytes],
                           const uint8_t *public_key) {
  point_t a;
  fe_t zero;
  if (!point_decode(&a, public_key)) {
    return false;
  }
  fe_set_small(&zero, 0);
  fe_sub(&a.x, &zero, &a.x);
  fe_to_bytes(minus_a[0], &a.x);
  fe_to_bytes(minus_a[1], &a.y);
  return true;
}

static void load_minus_a(point_t *out, const uint8_t minus_a[2][kFeBytes]) {
  fe_from_bytes(&out->x, minus_a[0]);
  fe_from_bytes(&out->y, minus_a[1]);
  fe_set_small(&out->z, 1);
  fe_mul(&out->t, &out->x, &out->y);
}

_Static_assert(sizeof(split_multiples_t) ==
                   kEd25519PreparedLimbs * sizeof(ed25519_limb_t),
               "kEd25519PreparedLimbs is not the size of the multiples");
_Static_assert(sizeof(ed25519_limb_t) == sizeof(fe_limb_t),
               "ed25519_limb_t is not the field's limb");

// FNV-1a over the limbs. Each step is one to one in what came before and in the
// limb's low word, so any change within one word changes the outcome.
static uint32_t check_of(const ed25519_prepared_t *prepared) {
  enum { kFnvOffset = 0x811c9dc5, kFnvPrime = 0x01000193 };
  uint32_t check = kFnvOffset;
  for (unsigned i = 0; i < kEd25519PreparedLimbs; i++) {
    const uint64_t limb = prepared->multiples[i];
    check = (check ^ (uint32_t)limb) * kFnvPrime;
    if (sizeof(ed25519_limb_t) > sizeof(uint32_t)) {
      check = (check ^ (uint32_t)(limb >> 32)) * kFnvPrime;
    }
  }
  return check;
}

// Whether there are intact multiples of this very key, kMemdiffSame if so.
static uint32_t is_prepared(const ed25519_prepared_t *prepared,
                            const uint8_t public_key[kEd25519KeyBytes]) {
  if (launder32(check_of(prepared)) != prepared->check) {
    return 0;
  }
  return hardened_memdiff32(prepared->key, public_key, kEd25519KeyBytes);
}

ed25519_status_t ed25519_prepare(ed25519_prepared_t *prepared,
                                 const uint8_t public_key[kEd25519KeyBytes]) {
  // Zeros are no key's multiples: their check is another.
  memset(prepared, 0, sizeof *prepared);
  uint8_t bytes[2][kFeBytes];
  point_t minus_a;
  if (!decode_minus_a(bytes, public_key)) {
    return kEd25519KeyNotOnCurve;
  }
  load_minus_a(&minus_a, bytes);
  multiply_prepare((split_multiples_t *)prepared->multiples, &minus_a);
  memcpy(prepared->key, public_key, sizeof prepared->key);
  prepared->check = check_of(prepared);
  return kEd25519Ok;
}

// -----------------------------------------------------------------------------
// A verification
// -----------------------------------------------------------------------------

// Starts with multiples of the key, or without if `prepared` is NULL.
static ed25519_status_t start(ed25519_t *ctx,
                              const ed25519_prepared_t *prepared,
                              const uint8_t public_key[kEd25519KeyBytes],
                              const uint8_t signature[kEd25519SignatureBytes]) {
  memset(ctx, 0, sizeof *ctx);
  ctx->status = kEd25519NotStarted;

  ed25519_status_t status = encoding_check(public_key, signature);
  if (status != kEd25519Ok) {
    ctx->status = status;
    return status;
  }
  ed25519_status_t started = kEd25519Ok;
  if (prepared == NULL) {
    if (!decode_minus_a(ctx->minus_a, public_key)) {
      ctx->status = kEd25519KeyNotOnCurve;
      return kEd25519KeyNotOnCurve;
    }
  } else {
    if (is_prepared(prepared, public_key) != kMemdiffSame) {
      ctx->status = kEd25519NotPrepared;
      return kEd25519NotPrepared;
    }
    memcpy(ctx->minus_a[0], public_key, kEd25519KeyBytes);
    started = kEd25519Prepared;
  }
  memcpy(ctx->s, signature + kEd25519RBytes, sizeof ctx->s);
  sha512_init(&ctx->hash);
  sha512_update(&ctx->hash, signature, kEd25519RBytes);
  sha512_update(&ctx->hash, public_key, kEd25519KeyBytes);

  // Checked once more, laundered, before the context becomes usable: one
  // skipped branch above does not let an unacceptable key or S through.
  status = encoding_check(public_key, signature);
  if (launder32(status) == kEd25519Ok) {
    ctx->status = started;
  }
  return ctx->status;
}

ed25519_status_t ed25519_start(
    ed25519_t *ctx, const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]) {
  return start(ctx, NULL, public_key, signature);
}

ed25519_status_t ed25519_start_prepared(
    ed25519_t *ctx, const ed25519_prepared_t *prepared,
    const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]) {
  return start(ctx, prepared, public_key, signature);
}

static bool is_started(ed25519_status_t status) {
  return status == kEd25519Ok || status == kEd25519Prepared;
}

void ed25519_update(ed25519_t *ctx, const uint8_t *data, size_t len_bytes) {
  if (is_started(ctx->status)) {
    sha512_update(&ctx->hash, data, len_bytes);
  }
}

// Wipes the context and keeps why.
static ed25519_status_t end(ed25519_t *ctx, ed25519_status_t status) {
  mooring_wipe(ctx, sizeof *ctx);
  ctx->status = status == kEd25519Ok ? kEd25519NotStarted : status;
  return status;
}

// Finishes with multiples of the key, or without if `prepared` is NULL.
static ed25519_status_t finish(ed25519_t *ctx,
                               const ed25519_prepared_t *prepared,
                               uint8_t recomputed_r[kEd25519RBytes]) {
  // y >= p: no acceptable R has these bytes, whatever happens below.
  memset(recomputed_r, 0xff, kEd25519RBytes);
  if (ctx->status != (prepared == NULL ? kEd25519Ok : kEd25519Prepared)) {
    return end(ctx, is_started(ctx->status) ? kEd25519NotStarted : ctx->status);
  }
  if (prepared != NULL &&
      is_prepared(prepared, ctx->minus_a[0]) != kMemdiffSame) {
    return end(ctx, kEd25519NotPrepared);
  }
  uint8_t digest[kSha512DigestBytes];
  uint8_t k[kScalarBytes];
  point_t r;
  sha512_final(&ctx->hash, digest);
  scalar_reduce(k, digest);
  if (prepared == NULL) {
    point_t minus_a;
    load_minus_a(&minus_a, ctx->minus_a);
    multiply_base_and_point(&r, ctx->s, k, &minus_a);
  } else {
    multiply_base_and_prepared(&r, ctx->s, k,
                               (const split_multiples_t *)prepared->multiples);
  }
  point_encode(recomputed_r, &r);
  return end(ctx, kEd25519Ok);
}

ed25519_status_t ed25519_finish(ed25519_t *ctx,
                                uint8_t recomputed_r[kEd25519RBytes]) {
  return finish(ctx, NULL, recomputed_r);
}

ed25519_status_t ed25519_finish_prepared(ed25519_t *ctx,
                                         const ed25519_prepared_t *prepared,
                                         uint8_t recomputed_r[kEd25519RBytes]) {
  return finish(ctx, prepared, recomputed_r);
}
