// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The part of <string.h> that the firmware uses, for targets without a C
// library. C11 leaves <string.h> out of a freestanding implementation, yet
// compilers may call these two functions on their own. Only builds for a bare
// target have this folder on their search path.

#ifndef MOORING_INCLUDE_FREESTANDING_STRING_H_
#define MOORING_INCLUDE_FREESTANDING_STRING_H_

#include <stddef.h>

void *memcpy(void *restrict target, const void *restrict source,
             size_t len_bytes);
void *memset(void *target, int value, size_t len_bytes);

#endif  // MOORING_INCLUDE_FREESTANDING_STRING_H_
