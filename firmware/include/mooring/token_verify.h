// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Whole tokens, one or very many: what a chip judges of a token by itself, for
// those who meet fleets of chips (hosts only).
//
// A token is judged in the chip's order and refused by the chip's words: its
// frame and header as cose_sign1_parse(), its key id (kErrorKeyUnknown), its
// signature (kErrorKeySignature), then its claims as claims_parse_…(), which
// for a trust list includes claims_check_trust_keys(). No chip reads evidence,
// so its claims are left to the caller. Chip id, freshness, time and place are
// not judged.

#ifndef MOORING_INCLUDE_MOORING_TOKEN_VERIFY_H_
#define MOORING_INCLUDE_MOORING_TOKEN_VERIFY_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/cose.h"
#include "mooring/error.h"
#include "mooring/namespace.h"
#include "mooring/prepared.h"
#include "mooring/verify.h"

#define token_verify MOORING_NAMESPACE(token_verify)
#define token_verify_many MOORING_NAMESPACE(token_verify_many)
#define token_key_ids MOORING_NAMESPACE(token_key_ids)

/** A part of the tokens' bytes: from `begin` up to `end`. */
typedef struct token_range {
  size_t begin;
  size_t end;
} token_range_t;

enum {
  kTokenSignerEach = 0,
  kTokenSignerAny = 1,
};

/** Who may have signed. */
typedef struct token_signers {
  // kTokenSignerEach: token i by keys + 32 i; kTokenSignerAny: any by any.
  uint32_t choice;
  size_t count;         // as many as tokens if kTokenSignerEach
  const uint8_t *keys;  // 32 bytes each; if kTokenSignerAny, in order of kids
  const uint8_t *kids;  // 8 bytes each, by token_key_ids()
  mooring_prepared_cache_t *cache;  // of keys that come back; may be NULL
} token_signers_t;

// No key's index.
static const uint32_t kTokenNoSigner = UINT32_MAX;

/** What is found of each token. */
typedef struct token_findings {
  uint32_t *words;          // kErrorOk or the first refusal
  token_range_t *payloads;  // empty where refused
  uint32_t *signers;        // index of the key, kTokenNoSigner where refused
} token_findings_t;

/** Computes the kid of each of `count` keys. */
void token_key_ids(size_t count, const uint8_t *keys, uint8_t *kids);

/**
 * Judges one token by one key.
 *
 * @param key      32 bytes.
 * @param prepared as for mooring_verify_prepared(): NULL is none.
 * @return kErrorOk or the word of the first refusal.
 */
WARN_UNUSED_RESULT
rom_error_t token_verify(cose_typ_t typ, const uint8_t *key,
                         const mooring_prepared_t *prepared, byte_span_t token);

/**
 * Judges many tokens; token i lies from tokens.data + offsets[i] up to
 * tokens.data + offsets[i + 1].
 *
 * Keys with one kid are tried one after the other. Findings are those of
 * token_verify(), whatever the other tokens are and however many threads work.
 *
 * @param offsets count + 1 of them, as in mooring_verify_batch().
 * @param threads as in mooring_verify_batch().
 * @return kVerifyOk if every token was judged, whatever was found; otherwise
 *         kVerifyNoBackend or kVerifyBadOffsets, and nothing is written.
 */
MOORING_WARN_UNUSED_RESULT
verify_status_t token_verify_many(cose_typ_t typ,
                                  const token_signers_t *signers, size_t count,
                                  byte_span_t tokens, const size_t *offsets,
                                  uint32_t threads,
                                  const token_findings_t *findings);

#endif  // MOORING_INCLUDE_MOORING_TOKEN_VERIFY_H_
