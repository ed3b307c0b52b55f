// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Prepared keys with AVX-512 IFMA: alone, eight windows at a time; in bulk,
// eight signatures side by side.

#ifndef MOORING_CORE_X86_64_COMB_IFMA_H_
#define MOORING_CORE_X86_64_COMB_IFMA_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"
#include "prepared/comb.h"

#define comb_judge_ifma MOORING_NAMESPACE(comb_judge_ifma)

/** verify_backend_t's judge_combs. */
void comb_judge_ifma(const comb_item_t *items, size_t count, uint8_t *outcomes);

#endif  // MOORING_CORE_X86_64_COMB_IFMA_H_
