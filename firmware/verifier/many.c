// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Frames are parsed one by one and gathered, until a batch of signatures is
// full or its messages are; the batch is verified, and then claims are judged.

#include <stdbool.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/parallel.h"
#include "mooring/token_verify.h"
#include "prepared/cache.h"
#include "prepared/prepared.h"
#include "verifier/judge.h"

enum {
  kMaxGathered = 128,
  kMessagesBytes = 64 * 1024,
};

// Tokens whose frame is right, laid out as a back end takes them.
typedef struct gathered {
  size_t count;
  size_t tokens[kMaxGathered];   // which token
  size_t signers[kMaxGathered];  // which key
  byte_span_t payloads[kMaxGathered];
  uint8_t keys[kMaxGathered * kCosePublicKeyBytes];
  uint8_t signatures[kMaxGathered * kCoseSignatureBytes];
  size_t offsets[kMaxGathered + 1];
  uint8_t verdicts[kMaxGathered];
  uint8_t messages[kMessagesBytes];
} gathered_t;

_Static_assert((int)kMessagesBytes >= (int)kSignedMaxBytes,
               "the longest token has no room");

typedef struct fleet {
  const verify_backend_t *backend;
  cose_typ_t typ;
  const token_signers_t *signers;
  const uint8_t *tokens;
  const size_t *offsets;
  const token_findings_t *findings;
} fleet_t;

static const uint8_t *key_at(const fleet_t *fleet, size_t signer) {
  return fleet->signers->keys + signer * kCosePublicKeyBytes;
}

static int compare_kid(const fleet_t *fleet, size_t signer, byte_span_t kid) {
  return cbor_compare(
      byte_span(fleet->signers->kids + signer * kCoseKidBytes, kCoseKidBytes),
      kid);
}

// The first key with this kid, or `signers->count`.
static size_t find_signer(const fleet_t *fleet, size_t token, byte_span_t kid) {
  const size_t count = fleet->signers->count;
  size_t low = 0;
  if (fleet->signers->choice == kTokenSignerEach) {
    low = token;
  } else {
    for (size_t high = count; low < high;) {
      const size_t middle = low + (high - low) / 2;
      if (compare_kid(fleet, middle, kid) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
  }
  return low < count && compare_kid(fleet, low, kid) == 0 ? low : count;
}

static void refuse(const fleet_t *fleet, size_t token, rom_error_t word) {
  fleet->findings->words[token] = word;
  fleet->findings->payloads[token] = (token_range_t){0, 0};
  fleet->findings->signers[token] = kTokenNoSigner;
}

// Tries the other keys that have the kid of gathered item `i`.
static bool another_signed(const fleet_t *fleet, gathered_t *batch, size_t i) {
  const uint8_t *const message = batch->messages + batch->offsets[i];
  const size_t message_len_bytes = batch->offsets[i + 1] - batch->offsets[i];
  const byte_span_t kid = byte_span(
      fleet->signers->kids + batch->signers[i] * kCoseKidBytes, kCoseKidBytes);
  if (fleet->signers->choice == kTokenSignerEach) {
    return false;
  }
  for (size_t signer = batch->signers[i] + 1;
       signer < fleet->signers->count && compare_kid(fleet, signer, kid) == 0;
       signer++) {
    if (fleet->backend->verify(
            key_at(fleet, signer), message, message_len_bytes,
            batch->signatures + i * kCoseSignatureBytes) == kVerifyOk) {
      batch->signers[i] = signer;
      return true;
    }
  }
  return false;
}

static void conclude(const fleet_t *fleet, gathered_t *batch, size_t i) {
  const size_t token = batch->tokens[i];
  if (batch->verdicts[i] != 1 && !another_signed(fleet, batch, i)) {
    refuse(fleet, token, kErrorKeySignature);
    return;
  }
  const size_t signer = batch->signers[i];
  const byte_span_t payload = batch->payloads[i];
  const rom_error_t error =
      judge_claims(fleet->typ, payload, key_at(fleet, signer));
  if (error != kErrorOk) {
    refuse(fleet, token, error);
    return;
  }
  const size_t begin = (size_t)(payload.data - fleet->tokens);
  fleet->findings->words[token] = kErrorOk;
  fleet->findings->payloads[token] =
      (token_range_t){begin, begin + payload.size};
  fleet->findings->signers[token] = (uint32_t)signer;
}

static void verify_gathered(const fleet_t *fleet, gathered_t *batch) {
  mooring_prepared_cache_t *const cache = fleet->signers->cache;
  const mooring_prepared_t *prepared[kMaxGathered];
  if (cache == NULL) {
    fleet->backend->verify_many(batch->count, batch->keys, batch->signatures,
                                batch->messages, batch->offsets,
                                batch->verdicts);
  } else {
    prepared_cache_borrow(cache, batch->count, batch->keys, prepared);
    prepared_verify_many(fleet->backend, prepared, batch->count, batch->keys,
                         batch->signatures, batch->messages, batch->offsets,
                         batch->verdicts);
    prepared_cache_return(cache, batch->count, prepared);
  }
  for (size_t i = 0; i < batch->count; i++) {
    conclude(fleet, batch, i);
  }
  batch->count = 0;
}

static bool is_full(const gathered_t *batch) {
  return batch->count == kMaxGathered ||
         sizeof batch->messages - batch->offsets[batch->count] <
             kSignedMaxBytes;
}

static void gather(const fleet_t *fleet, gathered_t *batch, size_t token) {
  const size_t begin = fleet->offsets[token];
  const byte_span_t bytes =
      byte_span(fleet->tokens + begin, fleet->offsets[token + 1] - begin);
  cose_sign1_t frame;
  const rom_error_t error = cose_sign1_parse(bytes, fleet->typ, &frame);
  if (error != kErrorOk) {
    refuse(fleet, token, error);
    return;
  }
  const size_t signer = find_signer(fleet, token, frame.kid);
  if (signer == fleet->signers->count) {
    refuse(fleet, token, kErrorKeyUnknown);
    return;
  }
  const size_t i = batch->count++;
  batch->tokens[i] = token;
  batch->signers[i] = signer;
  batch->payloads[i] = frame.payload;
  memcpy(batch->keys + i * kCosePublicKeyBytes, key_at(fleet, signer),
         kCosePublicKeyBytes);
  memcpy(batch->signatures + i * kCoseSignatureBytes, frame.signature.data,
         kCoseSignatureBytes);
  batch->offsets[i + 1] =
      batch->offsets[i] +
      judge_write_signed(&frame, batch->messages + batch->offsets[i]);
}

static void judge_part(const void *context, size_t first, size_t count) {
  const fleet_t *const fleet = context;
  gathered_t batch;
  batch.count = 0;
  batch.offsets[0] = 0;
  for (size_t token = first; token < first + count; token++) {
    gather(fleet, &batch, token);
    if (is_full(&batch)) {
      verify_gathered(fleet, &batch);
    }
  }
  if (batch.count != 0) {
    verify_gathered(fleet, &batch);
  }
}

void token_key_ids(size_t count, const uint8_t *keys, uint8_t *kids) {
  for (size_t i = 0; i < count; i++) {
    cose_key_kid(keys + i * kCosePublicKeyBytes, kids + i * kCoseKidBytes);
  }
}

verify_status_t token_verify_many(cose_typ_t typ,
                                  const token_signers_t *signers, size_t count,
                                  byte_span_t tokens, const size_t *offsets,
                                  uint32_t threads,
                                  const token_findings_t *findings) {
  const verify_backend_t *const backend = verify_backend_chosen();
  if (backend == NULL) {
    return kVerifyNoBackend;
  }
  if (!verify_offsets_fit(count, offsets, tokens.size)) {
    return kVerifyBadOffsets;
  }
  const fleet_t fleet = {
      .backend = backend,
      .typ = typ,
      .signers = signers,
      .tokens = tokens.data,
      .offsets = offsets,
      .findings = findings,
  };
  parallel_for(count, threads, judge_part, &fleet);
  return kVerifyOk;
}
