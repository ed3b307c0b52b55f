// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// How much space Ed25519 may take for speed: one build option.
//
// MOORING_ED25519_BASE_WINDOW is the width in bits of the signed window over
// B's scalars:
//
//   5  a boot ROM: 8 multiples of B in constant memory, and the one equation
//      that recomputes R
//   8  a host: 64 multiples of B and 64 of 2^128 B (15 KiB), and a verdict by
//      scalars of half the size (half_size.h)
//
// A build for size is a ROM unless it says otherwise.

#ifndef MOORING_CORE_ED25519_CONFIG_H_
#define MOORING_CORE_ED25519_CONFIG_H_

#ifndef MOORING_ED25519_BASE_WINDOW
#if defined(__OPTIMIZE_SIZE__)
#define MOORING_ED25519_BASE_WINDOW 5
#else
#define MOORING_ED25519_BASE_WINDOW 8
#endif
#endif

#if MOORING_ED25519_BASE_WINDOW != 5 && MOORING_ED25519_BASE_WINDOW != 8
#error "MOORING_ED25519_BASE_WINDOW: tables exist for 5 and 8"
#endif

#if MOORING_ED25519_BASE_WINDOW == 8 && defined(__SIZEOF_INT128__)
#define MOORING_ED25519_HALF_SIZE 1
#else
#define MOORING_ED25519_HALF_SIZE 0
#endif

#endif  // MOORING_CORE_ED25519_CONFIG_H_
