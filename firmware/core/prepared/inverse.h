// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Inversion in GF(p) in a time that depends on the element: about a third of
// what a power takes, where a word has 64 bits. All that is inverted is public.

#ifndef MOORING_CORE_PREPARED_INVERSE_H_
#define MOORING_CORE_PREPARED_INVERSE_H_

#include "ed25519/fe.h"
#include "mooring/namespace.h"

#define inverse_of MOORING_NAMESPACE(inverse_of)

/** out = 1/a, one unit, and 0 for a = 0; `a` has up to 5 units (fe.h). */
void inverse_of(fe_t *out, const fe_t *a);

#endif  // MOORING_CORE_PREPARED_INVERSE_H_
