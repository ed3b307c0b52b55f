// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Tables that SHA-256, SHA-384 and SHA-512 share.

#ifndef MOORING_CORE_SHA2_SHA2_TABLES_H_
#define MOORING_CORE_SHA2_SHA2_TABLES_H_

#include <stdint.h>

#include "mooring/namespace.h"

#define sha2_round_constants MOORING_NAMESPACE(sha2_round_constants)
#define sha512_initial_state MOORING_NAMESPACE(sha512_initial_state)

enum { kSha2StateWords = 8, kSha256Rounds = 64, kSha512Rounds = 80 };

// The fractional parts of the cube roots of the first 80 primes, and of the
// square roots of the first 8, as 64 bits. SHA-256 takes the upper halves.
extern const uint64_t sha2_round_constants[kSha512Rounds];
extern const uint64_t sha512_initial_state[kSha2StateWords];

#endif  // MOORING_CORE_SHA2_SHA2_TABLES_H_
