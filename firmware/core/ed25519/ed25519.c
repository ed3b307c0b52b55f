// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/ed25519.h"

#include <string.h>

#include "ed25519/encoding.h"
#include "ed25519/multiply.h"
#include "ed25519/point.h"
#include "ed25519/scalar.h"

// Decodes the key, negates it (what is recomputed is [S]B + [k](-A)) and keeps
// it as bytes: the context then depends on no representation of the field.
static bool keep_minus_a(ed25519_t *ctx, const uint8_t *public_key) {
  point_t a;
  fe_t zero;
  if (!point_decode(&a, public_key)) {
    return false;
  }
  fe_set_small(&zero, 0);
  fe_sub(&a.x, &zero, &a.x);
  fe_to_bytes(ctx->minus_a[0], &a.x);
  fe_to_bytes(ctx->minus_a[1], &a.y);
  return true;
}

ed25519_status_t ed25519_start(
    ed25519_t *ctx, const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]) {
  memset(ctx, 0, sizeof *ctx);
  ctx->status = kEd25519NotStarted;

  ed25519_status_t status = encoding_check(public_key, signature);
  if (status != kEd25519Ok) {
    ctx->status = status;
    return status;
  }
  if (!keep_minus_a(ctx, public_key)) {
    ctx->status = kEd25519KeyNotOnCurve;
    return kEd25519KeyNotOnCurve;
  }
  memcpy(ctx->s, signature + kEd25519RBytes, sizeof ctx->s);
  sha512_init(&ctx->hash);
  sha512_update(&ctx->hash, signature, kEd25519RBytes);
  sha512_update(&ctx->hash, public_key, kEd25519KeyBytes);

  // Checked once more, laundered, before the context becomes usable: one
  // skipped branch above does not let an unacceptable key or S through.
  status = encoding_check(public_key, signature);
  if (launder32(status) == kEd25519Ok) {
    ctx->status = kEd25519Ok;
  }
  return ctx->status;
}

void ed25519_update(ed25519_t *ctx, const uint8_t *data, size_t len_bytes) {
  if (ctx->status == kEd25519Ok) {
    sha512_update(&ctx->hash, data, len_bytes);
  }
}

ed25519_status_t ed25519_finish(ed25519_t *ctx,
                                uint8_t recomputed_r[kEd25519RBytes]) {
  // y >= p: no acceptable R has these bytes, whatever happens below.
  memset(recomputed_r, 0xff, kEd25519RBytes);
  const ed25519_status_t status = ctx->status;
  if (status != kEd25519Ok) {
    mooring_wipe(ctx, sizeof *ctx);
    ctx->status = status;
    return status;
  }
  uint8_t digest[kSha512DigestBytes];
  uint8_t k[kScalarBytes];
  point_t minus_a;
  point_t r;
  sha512_final(&ctx->hash, digest);
  scalar_reduce(k, digest);
  fe_from_bytes(&minus_a.x, ctx->minus_a[0]);
  fe_from_bytes(&minus_a.y, ctx->minus_a[1]);
  fe_set_small(&minus_a.z, 1);
  fe_mul(&minus_a.t, &minus_a.x, &minus_a.y);
  multiply_base_and_point(&r, ctx->s, k, &minus_a);
  point_encode(recomputed_r, &r);
  mooring_wipe(ctx, sizeof *ctx);
  ctx->status = kEd25519NotStarted;
  return kEd25519Ok;
}
