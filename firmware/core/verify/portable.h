// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The verdict by the core's own arithmetic, which every target has.

#ifndef MOORING_CORE_VERIFY_PORTABLE_H_
#define MOORING_CORE_VERIFY_PORTABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/ed25519.h"
#include "mooring/namespace.h"
#include "mooring/verify.h"

#define ed25519_verify_portable MOORING_NAMESPACE(ed25519_verify_portable)

/** Judges one signature; kVerifyOk, kVerifyBadKey or kVerifyBadSignature. */
MOORING_WARN_UNUSED_RESULT
verify_status_t ed25519_verify_portable(
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]);

#endif  // MOORING_CORE_VERIFY_PORTABLE_H_
