// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A prepared key from inside.

#ifndef MOORING_CORE_PREPARED_PREPARED_H_
#define MOORING_CORE_PREPARED_PREPARED_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/backend.h"
#include "mooring/prepared.h"
#include "prepared/comb.h"

#define prepared_is_of MOORING_NAMESPACE(prepared_is_of)
#define prepared_verify_with MOORING_NAMESPACE(prepared_verify_with)
#define prepared_verify_many MOORING_NAMESPACE(prepared_verify_many)
#define prepared_batch_with MOORING_NAMESPACE(prepared_batch_with)
#define cached_batch_with MOORING_NAMESPACE(cached_batch_with)

/** The entries follow at the next multiple of kCombAlignment. */
struct mooring_prepared {
  uint8_t key[kEd25519KeyBytes];
  comb_t minus_a;
  uint64_t check;  // of all above
};

/** Whether it is of this key and its header intact; false for NULL. */
bool prepared_is_of(const mooring_prepared_t *prepared,
                    const uint8_t key[kEd25519KeyBytes]);

/** mooring_verify_prepared() by one back end. */
verify_status_t prepared_verify_with(
    const verify_backend_t *backend, const mooring_prepared_t *prepared,
    const uint8_t key[kEd25519KeyBytes], const uint8_t *message,
    size_t message_len_bytes, const uint8_t signature[kEd25519SignatureBytes]);

/** Item i with prepared[i]; otherwise as verify_backend_t's verify_many. */
void prepared_verify_many(const verify_backend_t *backend,
                          const mooring_prepared_t *const *prepared,
                          size_t count, const uint8_t *keys,
                          const uint8_t *signatures, const uint8_t *messages,
                          const size_t *offsets, uint8_t *verdicts);

/** mooring_verify_batch_prepared() by one back end. */
verify_status_t prepared_batch_with(const verify_backend_t *backend,
                                    const mooring_prepared_t *prepared,
                                    const uint8_t key[kEd25519KeyBytes],
                                    size_t count, const uint8_t *signatures,
                                    const uint8_t *messages,
                                    size_t messages_len_bytes,
                                    const size_t *offsets, uint32_t threads,
                                    uint8_t *verdicts);

/** mooring_verify_batch_cached() by one back end. */
verify_status_t cached_batch_with(
    const verify_backend_t *backend, mooring_prepared_cache_t *cache,
    size_t count, const uint8_t *keys, const uint8_t *signatures,
    const uint8_t *messages, size_t messages_len_bytes, const size_t *offsets,
    uint32_t threads, uint8_t *verdicts);

#endif  // MOORING_CORE_PREPARED_PREPARED_H_
