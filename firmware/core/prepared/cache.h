// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The cache as batches use it: prepared keys are borrowed and given back.

#ifndef MOORING_CORE_PREPARED_CACHE_H_
#define MOORING_CORE_PREPARED_CACHE_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/ed25519.h"
#include "mooring/prepared.h"

#define prepared_cache_borrow MOORING_NAMESPACE(prepared_cache_borrow)
#define prepared_cache_return MOORING_NAMESPACE(prepared_cache_return)

/**
 * Looks up each key and prepares those that have been seen often enough.
 *
 * @param prepared `count` results, NULL where a key is not prepared. None is
 *                 evicted before it is given back.
 */
void prepared_cache_borrow(mooring_prepared_cache_t *cache, size_t count,
                           const uint8_t *keys,
                           const mooring_prepared_t **prepared);

/** Gives back what was borrowed in one call. */
void prepared_cache_return(mooring_prepared_cache_t *cache, size_t count,
                           const mooring_prepared_t *const *prepared);

#endif  // MOORING_CORE_PREPARED_CACHE_H_
