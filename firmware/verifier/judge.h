// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The steps of judging a token that one and many have in common.

#ifndef MOORING_VERIFIER_JUDGE_H_
#define MOORING_VERIFIER_JUDGE_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/cose.h"
#include "mooring/error.h"
#include "mooring/namespace.h"

#define judge_write_signed MOORING_NAMESPACE(judge_write_signed)
#define judge_claims MOORING_NAMESPACE(judge_claims)

enum {
  // What a Sig_structure has besides two parts of the token.
  kSignedOverheadBytes = 13,
  kSignedMaxBytes = kCoseTokenMaxBytes + kSignedOverheadBytes,
};

/** Writes what was signed to `out`, which has room; returns its length. */
size_t judge_write_signed(const cose_sign1_t *token, uint8_t *out);

/** Judges the claims of a token whose signature by `key` is good. */
WARN_UNUSED_RESULT
rom_error_t judge_claims(cose_typ_t typ, byte_span_t payload,
                         const uint8_t key[kCosePublicKeyBytes]);

#endif  // MOORING_VERIFIER_JUDGE_H_
