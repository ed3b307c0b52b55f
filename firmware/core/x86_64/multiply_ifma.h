// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The products of ed25519/multiply.h by AVX-512 IFMA, four coordinates side by
// side: for a ROM that runs on this machine. The points are the same ones, in
// projective coordinates of another scale, so their encodings are the same
// bytes.

#ifndef MOORING_CORE_X86_64_MULTIPLY_IFMA_H_
#define MOORING_CORE_X86_64_MULTIPLY_IFMA_H_

#include <stdbool.h>
#include <stdint.h>

#include "ed25519/multiply.h"
#include "mooring/namespace.h"
#include "x86_64/target.h"

#define multiply_has_ifma MOORING_NAMESPACE(multiply_has_ifma)
#define multiply_base_and_point_ifma \
  MOORING_NAMESPACE(multiply_base_and_point_ifma)
#define multiply_base_and_prepared_ifma \
  MOORING_NAMESPACE(multiply_base_and_prepared_ifma)

#if MOORING_X86_64

/** Whether the back end of this process (backends/backend.h) uses IFMA. */
bool multiply_has_ifma(void);

/** As multiply_base_and_point(), on a processor with MOORING_TARGET_IFMA. */
void multiply_base_and_point_ifma(point_t *out, const uint8_t s[kScalarBytes],
                                  const uint8_t k[kScalarBytes],
                                  const point_t *a);

/** As multiply_base_and_prepared(), with multiples of multiply_prepare(). */
void multiply_base_and_prepared_ifma(point_t *out,
                                     const uint8_t s[kScalarBytes],
                                     const uint8_t k[kScalarBytes],
                                     const split_multiples_t *a);

#endif  // MOORING_X86_64

#endif  // MOORING_CORE_X86_64_MULTIPLY_IFMA_H_
