// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The portable back end: the core's own arithmetic, one item after the other.

#ifndef MOORING_CORE_BACKENDS_PORTABLE_H_
#define MOORING_CORE_BACKENDS_PORTABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "mooring/sha2.h"
#include "verify/portable.h"

#define ed25519_verify_many_portable \
  MOORING_NAMESPACE(ed25519_verify_many_portable)
#define ed25519_challenges_portable \
  MOORING_NAMESPACE(ed25519_challenges_portable)

/** verify_backend_t's verify_many. */
void ed25519_verify_many_portable(size_t count, const uint8_t *keys,
                                  const uint8_t *signatures,
                                  const uint8_t *messages,
                                  const size_t *offsets, uint8_t *verdicts);

/** verify_backend_t's challenges. */
void ed25519_challenges_portable(size_t count, const uint8_t *keys,
                                 const uint8_t *signatures,
                                 const uint8_t *messages, const size_t *offsets,
                                 uint8_t (*digests)[kSha512DigestBytes]);

#endif  // MOORING_CORE_BACKENDS_PORTABLE_H_
