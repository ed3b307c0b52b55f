// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The only two hosted functions that the firmware uses.
//
// A freestanding compiler has no <string.h>, yet may itself emit calls to
// both; a bare-metal image brings its own definitions.

#ifndef MOORING_INCLUDE_MOORING_MEM_H_
#define MOORING_INCLUDE_MOORING_MEM_H_

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len_bytes);
void *memset(void *to, int byte, size_t len_bytes);

#endif  // MOORING_INCLUDE_MOORING_MEM_H_
