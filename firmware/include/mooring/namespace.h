// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The prefix of every global symbol of the verification core.
//
// The headers name functions after their job (sha256_init); the linker sees
// them behind one prefix (mooring_sha256_init), so that the core can be linked
// beside any other cryptographic library. A build may choose another prefix to
// hold two configurations of the core in one program: the tests link the
// 32-bit field arithmetic beside the 64-bit one that way.

#ifndef MOORING_INCLUDE_MOORING_NAMESPACE_H_
#define MOORING_INCLUDE_MOORING_NAMESPACE_H_

#ifndef MOORING_PREFIX
#define MOORING_PREFIX mooring_
#endif

#define MOORING_JOIN_TOKENS(prefix, name) prefix##name
#define MOORING_JOIN(prefix, name) MOORING_JOIN_TOKENS(prefix, name)
#define MOORING_NAMESPACE(name) MOORING_JOIN(MOORING_PREFIX, name)

#endif  // MOORING_INCLUDE_MOORING_NAMESPACE_H_
