// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// One signature whose key is seen for the first time, by AVX-512 IFMA.

#ifndef MOORING_CORE_X86_64_VERIFY_IFMA_H_
#define MOORING_CORE_X86_64_VERIFY_IFMA_H_

#include <stddef.h>
#include <stdint.h>

#include "ed25519/scalar.h"
#include "mooring/ed25519.h"
#include "mooring/namespace.h"
#include "mooring/verify.h"
#include "x86_64/target.h"

#define ed25519_judge_ifma MOORING_NAMESPACE(ed25519_judge_ifma)
#define ed25519_verify_ifma MOORING_NAMESPACE(ed25519_verify_ifma)

#if MOORING_X86_64

/**
 * Whether [S]B = R + [k]A, for encodings that encoding_check() has passed.
 *
 * @param k below L.
 * @return kVerifyOk, kVerifyBadKey if A is no point, or kVerifyBadSignature.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t ed25519_judge_ifma(const uint8_t key[kEd25519KeyBytes],
                                   const uint8_t r[kEd25519RBytes],
                                   const uint8_t s[kScalarBytes],
                                   const uint8_t k[kScalarBytes]);

/**
 * Verifies one Ed25519 signature: the verdict of mooring_verify() in every case
 * (how: ed25519/half_size.h), on a processor with MOORING_TARGET_IFMA.
 *
 * @param message may be NULL if `message_len_bytes` is 0.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t ed25519_verify_ifma(
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]);

#endif  // MOORING_X86_64

#endif  // MOORING_CORE_X86_64_VERIFY_IFMA_H_
