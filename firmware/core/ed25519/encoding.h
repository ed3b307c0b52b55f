// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The byte-level half of the acceptance rule: what can be refused about a key
// or a signature without arithmetic on the curve.

#ifndef MOORING_CORE_ED25519_ENCODING_H_
#define MOORING_CORE_ED25519_ENCODING_H_

#include <stdbool.h>
#include <stdint.h>

#include "ed25519/point.h"
#include "mooring/ed25519.h"
#include "mooring/namespace.h"

#define encoding_is_canonical MOORING_NAMESPACE(encoding_is_canonical)
#define encoding_is_small_order MOORING_NAMESPACE(encoding_is_small_order)
#define encoding_check MOORING_NAMESPACE(encoding_check)

/** Whether y < p, and the sign bit is clear where x is 0 (y = 1 or -1). */
bool encoding_is_canonical(const uint8_t bytes[kPointBytes]);

/** Whether a canonical encoding is one of the eight points of small order. */
bool encoding_is_small_order(const uint8_t bytes[kPointBytes]);

/**
 * Checks key and signature in the order of mooring/ed25519.h, except whether
 * the key is on the curve.
 */
MOORING_WARN_UNUSED_RESULT
ed25519_status_t encoding_check(
    const uint8_t public_key[kEd25519KeyBytes],
    const uint8_t signature[kEd25519SignatureBytes]);

#endif  // MOORING_CORE_ED25519_ENCODING_H_
