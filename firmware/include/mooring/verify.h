// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// One door to all signature schemes: a COSE algorithm number, a key, a message
// and a signature in; a hardened verdict out.

#ifndef MOORING_INCLUDE_MOORING_VERIFY_H_
#define MOORING_INCLUDE_MOORING_VERIFY_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/hardened.h"
#include "mooring/namespace.h"

#define mooring_verify MOORING_NAMESPACE(verify)
#define mooring_verify_batch MOORING_NAMESPACE(verify_batch)

/** A COSE algorithm number (IANA "COSE Algorithms"); fully specified ones. */
typedef int32_t verify_algorithm_t;

enum {
  kVerifyAlgorithmEd25519 = -19,  // RFC 9864
};

/** A verdict; one of the words below. Anything but kVerifyOk is a refusal. */
typedef uint32_t verify_status_t;

enum {
  // sparse_words.py --count 20 --distance 12 --seed 4: the ninth to the 14th,
  // and the 17th on; the others are in ed25519.h.
  kVerifyOk = 0x757f8d04,
  kVerifyBadSignature = 0x7eb92229,        // does not belong to key and message
  kVerifyBadKey = 0x61f0d92c,              // not an acceptable public key
  kVerifyBadKeyLength = 0x44b1ee37,        // not this algorithm's key length
  kVerifyBadSignatureLength = 0x2e1c8159,  // nor its signature length
  kVerifyUnknownAlgorithm = 0x69d6ee65,    // no such algorithm here
  // On hosts only, and never of an item: nothing was judged.
  kVerifyNoBackend = 0x18c27f93,   // MOORING_VERIFY_BACKEND names none of here
  kVerifyBadOffsets = 0x5040bc88,  // backwards, or beyond the messages
};

/**
 * Verifies one signature over one message.
 *
 * For Ed25519 the acceptance rule is that of mooring/ed25519.h; a key or
 * signature of the wrong length is refused before it is read.
 *
 * @param message may be NULL if `message_len_bytes` is 0.
 * @return kVerifyOk, kVerifyUnknownAlgorithm, kVerifyBadKeyLength,
 *         kVerifyBadSignatureLength, kVerifyBadKey or kVerifyBadSignature; on a
 *         host also kVerifyNoBackend.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify(verify_algorithm_t algorithm, const uint8_t *key,
                               size_t key_len_bytes, const uint8_t *message,
                               size_t message_len_bytes,
                               const uint8_t *signature,
                               size_t signature_len_bytes);

/**
 * Verifies many signatures and gives each its exact verdict (host only).
 *
 * Item i is the key at keys + 32 i, the signature at signatures + 64 i and the
 * message from messages + offsets[i] up to messages + offsets[i + 1]. Verdicts
 * are those of mooring_verify(): nothing is combined in a way that could accept
 * or refuse an item for what another one is, and neither the number of threads
 * nor the order of items matters.
 *
 * @param offsets  count + 1 of them, in bytes, none below the one before it and
 *                 none above `messages_len_bytes`. NULL: the messages lie end
 *                 to end and have equal lengths.
 * @param threads  how many may work, the caller's being one of them; 0: one for
 *                 each processor. Where the system gives no more, fewer work.
 * @param verdicts count bytes: 1 accepted, 0 refused.
 * @return kVerifyOk if every item was judged, whatever the verdicts. Otherwise
 *         all verdicts are 0: kVerifyUnknownAlgorithm, kVerifyNoBackend, or
 *         kVerifyBadOffsets.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t mooring_verify_batch(verify_algorithm_t algorithm, size_t count,
                                     const uint8_t *keys,
                                     const uint8_t *signatures,
                                     const uint8_t *messages,
                                     size_t messages_len_bytes,
                                     const size_t *offsets, uint32_t threads,
                                     uint8_t *verdicts);

#endif  // MOORING_INCLUDE_MOORING_VERIFY_H_
