// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/trust.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/decision.h"
#include "rom/flow.h"
#include "rom/fuses.h"
#include "rom/gate.h"
#include "rom/nonce.h"
#include "rom/signature.h"
#include "rom/store.h"

// The root key's public half, and the list as far as its frame goes.
typedef struct root_and_list {
  uint8_t root_x[kCosePublicKeyBytes];
  cose_sign1_t list;
} root_and_list_t;

static rom_error_t parse_frames(rom_t *rom, root_and_list_t *out) {
  RETURN_IF_ERROR(cose_root_key_parse(decision_span(rom, rom->attempt.location),
                                      out->root_x));
  RETURN_IF_ERROR(cose_sign1_parse(decision_span(rom, rom->attempt.token),
                                   kCoseTypTrust, &out->list));
  rom->attempt.flow += FLOW_FRAMES;
  return kErrorOk;
}

// The digests of all root slots; an empty one is zero, as no key's digest is.
typedef struct fused_roots {
  uint8_t digest[kFusesRootSlots][kFusesRootDigestBytes];
} fused_roots_t;

static void read_roots(rom_t *rom, fused_roots_t *fused) {
  fuses_read_words(rom, OTP_ROOT_DIGEST_OFFSET, fused->digest[0],
                   OTP_ROOT_DIGEST_COUNT);
}

// The slots in which an encoded key is fused, one bit each.
static uint32_t slots_of(const fused_roots_t *fused, byte_span_t key) {
  uint8_t digest[kFusesRootDigestBytes];
  uint32_t found = 0;
  sha384(digest, key.data, key.size);
  for (uint32_t i = 0; i < kFusesRootSlots; i++) {
    found |= (uint32_t)(bits_same(digest, fused->digest[i], sizeof(digest)) ==
                        kHardenedTrue)
             << i;
  }
  return found;
}

// Finds the fused slot of the root key. A digest that was fused twice is
// revoked as soon as one of its slots is.
static rom_error_t find_root(rom_t *rom, uint32_t *slot) {
  fused_roots_t fused;
  read_roots(rom, &fused);
  const uint32_t found =
      slots_of(&fused, decision_span(rom, rom->attempt.location));
  const uint32_t revoked = fuses_revoked(rom);
  REFUSE_IF(found == 0, kErrorTrustRootUnknown);
  REFUSE_IF((found & revoked) != 0, kErrorTrustRootRevoked);
  for (uint32_t i = kFusesRootSlots; i-- > 0;) {
    if ((found >> i & 1) != 0) {
      *slot = i;
    }
  }
  return kErrorOk;
}

// Root, key and signature, once; twice in all.
static rom_error_t check_signature(rom_t *rom, const root_and_list_t *message,
                                   uint32_t *slot,
                                   uint8_t recomputed[kEd25519RBytes]) {
  RETURN_IF_ERROR(find_root(rom, slot));
  uint8_t kid[kCoseKidBytes];
  cose_key_kid(message->root_x, kid);
  REFUSE_IF(
      bits_same(kid, message->list.kid.data, sizeof(kid)) != kHardenedTrue,
      kErrorKeyUnknown);
  REFUSE_IF(message->list.algorithm != kCoseAlgorithmEd25519,
            kErrorKeyAlgorithm);
  RETURN_IF_ERROR(
      signature_recompute(rom, &message->list, message->root_x, recomputed));
  rom->attempt.flow += FLOW_TOKEN_KEY;
  return kErrorOk;
}

static rom_error_t verify_signature(rom_t *rom, const root_and_list_t *message,
                                    root_and_list_t *again) {
  uint8_t recomputed[kEd25519RBytes];
  RETURN_IF_ERROR(check_signature(rom, message, &rom->attempt.root_slot,  //
                                  recomputed));
  decision_good_signatures(rom);
  REFUSE_IF(!trng_delivers(rom), kErrorHwTrng);
  gate_begin(rom, rom->attempt.digest, message->list.signature.data, NULL);
  gate_submit(rom, 0, kGateTrustRuns, recomputed);
  rom->attempt.flow += FLOW_RUN;

  // Again from the bytes; see licence.c.
  uint32_t slot = kFusesRootSlots;
  mooring_wipe(recomputed, sizeof(recomputed));
  HARDENED_CHECK_EQ(rom->bus, parse_frames(rom, again), kErrorOk);
  HARDENED_CHECK_EQ(rom->bus, check_signature(rom, again, &slot, recomputed),
                    kErrorOk);
  HARDENED_CHECK_EQ(rom->bus, slot, rom->attempt.root_slot);
  gate_submit(rom, 1, kGateTrustRuns, recomputed);
  rom->attempt.flow += FLOW_RUN;
  return kErrorOk;
}

// Orders the list by (root slot, epoch) against the record's.
static rom_error_t check_order(rom_t *rom, const trust_list_t *list,
                               uint32_t *changed) {
  static const uint8_t kNoList[kSha256DigestBytes] = {0};
  const uint8_t *durable = rom->record + RECORD_TRUST_DIGEST_OFFSET;
  *changed = kHardenedTrue;
  const uint32_t slot = rom->attempt.root_slot;
  const uint32_t last_slot = store_get32(rom, RECORD_ROOT_SLOT_OFFSET);
  const uint64_t last_epoch = store_get64(rom, RECORD_TRUST_EPOCH_OFFSET);
  if (bits_same(durable, kNoList, kSha256DigestBytes) != kHardenedTrue) {
    REFUSE_IF(
        slot < last_slot || (slot == last_slot && list->epoch < last_epoch),
        kErrorTrustRollback);
    if (slot == last_slot && list->epoch == last_epoch) {
      REFUSE_IF(bits_same(durable, rom->attempt.digest, kSha256DigestBytes) !=
                    kHardenedTrue,
                kErrorTrustConflict);
      *changed = kHardenedFalse;
    }
  }
  rom->attempt.flow += FLOW_ORDER;
  return kErrorOk;
}

// A root signs lists and nothing else, whichever list names it and whatever
// became of its slot: as an issuer key it would outlive its own revocation.
static rom_error_t check_no_root(rom_t *rom, const trust_list_t *list) {
  fused_roots_t fused;
  uint8_t key[kCoseKeyBytes];
  read_roots(rom, &fused);
  for (uint32_t i = 0; i < list->count; i++) {
    cose_key_encode(list->keys[i].x, key);
    REFUSE_IF(slots_of(&fused, byte_span(key, sizeof(key))) != 0,
              kErrorTrustKeyIsRoot);
  }
  return kErrorOk;
}

static rom_error_t judge(rom_t *rom, const root_and_list_t *message,
                         trust_list_t *list, uint32_t *changed) {
  phase_mark(rom, kPhaseParseClaims);
  memset(list, 0, sizeof(*list));
  RETURN_IF_ERROR(claims_parse_trust(message->list.payload, list));
  RETURN_IF_ERROR(claims_check_trust_keys(list, message->root_x));
  RETURN_IF_ERROR(check_no_root(rom, list));
  rom->attempt.flow += FLOW_CLAIMS;
  return check_order(rom, list, changed);
}

static void hash_parsed(const trust_list_t *list,
                        uint8_t digest[kSha256DigestBytes]) {
  sha256(digest, (const uint8_t *)list, sizeof(*list));
}

// Judges root and list as the first judgement has, and must agree with it.
static void judge_again(rom_t *rom, const root_and_list_t *message) {
  trust_list_t again;
  uint32_t changed = kHardenedFalse;
  uint32_t slot = kFusesRootSlots;
  HARDENED_CHECK_EQ(rom->bus, find_root(rom, &slot), kErrorOk);
  HARDENED_CHECK_EQ(rom->bus, slot, rom->attempt.root_slot);
  HARDENED_CHECK_EQ(rom->bus, judge(rom, message, &again, &changed), kErrorOk);
  HARDENED_CHECK_EQ(rom->bus, changed, rom->attempt.changed);
  HARDENED_CHECK_EQ(rom->bus,
                    hardened_memdiff32((const uint8_t *)&rom->candidate,
                                       (const uint8_t *)&again, sizeof(again)),
                    kMemdiffSame);
  // Of this one: the candidate lies in memory for a whole commit.
  hash_parsed(&again, rom->attempt.location_digest);
}

// See licence.c for why three times.
static rom_error_t judge_thrice(rom_t *rom, const root_and_list_t *message,
                                const root_and_list_t *message_again) {
  RETURN_IF_ERROR(judge(rom, message, &rom->candidate, &rom->attempt.changed));
  judge_again(rom, message_again);
  judge_again(rom, message_again);
  return kErrorOk;
}

static void hash_list(rom_t *rom, uint8_t digest[kSha256DigestBytes]) {
  const byte_span_t list = decision_span(rom, rom->attempt.token);
  phase_mark(rom, kPhaseHash);
  sha256(digest, list.data, list.size);
}

rom_error_t trust_verify(rom_t *rom) {
  rom_attempt_t *attempt = &rom->attempt;
  root_and_list_t message;
  root_and_list_t again;
  memset(&message, 0, sizeof(message));
  memset(&again, 0, sizeof(again));
  RETURN_IF_ERROR(parse_frames(rom, &message));
  hash_list(rom, attempt->digest);
  memcpy(attempt->subject, attempt->digest, kSha256DigestBytes);
  RETURN_IF_ERROR(verify_signature(rom, &message, &again));
  RETURN_IF_ERROR(judge_thrice(rom, &message, &again));
  uint8_t digest[kSha256DigestBytes];
  hash_list(rom, digest);
  HARDENED_CHECK_EQ(rom->bus,
                    hardened_memeq(digest, attempt->digest, sizeof(digest)),
                    kHardenedTrue);
  attempt->flow += FLOW_DIGESTS;
  return kErrorOk;
}

void trust_check_list(rom_t *rom) {
  uint8_t digest[kSha256DigestBytes];
  hash_parsed(&rom->trust, digest);
  HARDENED_CHECK_EQ(rom->bus,
                    hardened_memeq(digest, rom->trust_digest, sizeof(digest)),
                    kHardenedTrue);
}

void trust_accept(rom_t *rom) {
  // The list that takes effect is the one that the record names.
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow), FLOW_TRUST_DURABLE);
  const uint8_t *durable = rom->record + RECORD_TRUST_DIGEST_OFFSET;
  HARDENED_CHECK_EQ(
      rom->bus,
      hardened_memeq(durable, rom->attempt.digest, kSha256DigestBytes),
      kHardenedTrue);
  HARDENED_CHECK_EQ(
      rom->bus,
      hardened_memdiff32(durable, rom->attempt.digest, kSha256DigestBytes),
      kMemdiffSame);
  // A list may be durable and not yet in force: its commit was interrupted.
  const int in_force =
      rom->has_trust == kHardenedTrue &&
      bits_same((const uint8_t *)&rom->trust, (const uint8_t *)&rom->candidate,
                sizeof(rom->trust)) == kHardenedTrue;
  if (in_force) {
    return;
  }
  memcpy(&rom->trust, &rom->candidate, sizeof(rom->trust));
  memcpy(rom->trust_digest, rom->attempt.location_digest, kSha256DigestBytes);
  trust_check_list(rom);
  rom->has_trust = kHardenedTrue;
  // The last licence was judged by another list: its bytes are judged anew.
  rom->has_accepted = kHardenedFalse;
  if (rom->trust.end_running != kHardenedFalse) {
    gate_close(rom);
  }
}
