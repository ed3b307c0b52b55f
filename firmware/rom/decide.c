// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/decide.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/flow.h"
#include "rom/nonce.h"
#include "rom/store.h"

static rom_error_t decide_chip(
    const rom_t *rom, const decide_case_t *tokens,
    const uint8_t location_digest[kSha256DigestBytes]) {
  REFUSE_IF(bits_same(tokens->licence.ueid, rom->ueid, kCoseUeidBytes) !=
                kHardenedTrue,
            kErrorDecisionChip);
  REFUSE_IF(bits_same(tokens->location.ueid, rom->ueid, kCoseUeidBytes) !=
                kHardenedTrue,
            kErrorDecisionLocationChip);
  REFUSE_IF(bits_same(tokens->licence.location_digest, location_digest,
                      kSha256DigestBytes) != kHardenedTrue,
            kErrorDecisionLocationDigest);
  return kErrorOk;
}

static rom_error_t decide_nonce(rom_t *rom, const decide_case_t *tokens) {
  REFUSE_IF(nonce_is_valid(rom) != kHardenedTrue, kErrorDecisionNonceExpired);
  REFUSE_IF(bits_same(tokens->licence.nonce, rom->nonce.value,
                      kClaimsNonceBytes) != kHardenedTrue,
            kErrorDecisionNonce);
  REFUSE_IF(tokens->location.freshness != kClaimsFreshnessNonce ||
                bits_same(tokens->location.nonce, rom->nonce.value,
                          kClaimsNonceBytes) != kHardenedTrue,
            kErrorDecisionLocationNonce);
  return kErrorOk;
}

// (epoch, sequence) above the last one used, lexicographically.
static int is_higher(const rom_t *rom, const licence_t *licence) {
  const uint64_t last_epoch = store_get64(rom, RECORD_SEQUENCE_EPOCH_OFFSET);
  if (licence->epoch != last_epoch) {
    return licence->epoch > last_epoch;
  }
  return licence->sequence > store_get64(rom, RECORD_SEQUENCE_OFFSET);
}

static rom_error_t decide_sequence(rom_t *rom, const decide_case_t *tokens) {
  const licence_t *licence = &tokens->licence;
  const uint32_t options =
      hal_read32(rom->bus, CHIP_OTP_BASE + OTP_OPTIONS_OFFSET);
  REFUSE_IF((options & OTP_OPTIONS_ALLOW_SEQUENCE_MASK) == 0,
            kErrorDecisionSequenceForbidden);
  REFUSE_IF(store_is_rolled_back(rom), kErrorCommitRolledBack);
  // Above the list's epoch a stolen key could exhaust the counter; below its
  // own first epoch it did not exist.
  REFUSE_IF(licence->epoch < tokens->licence_key->first_epoch ||
                licence->epoch > rom->trust.epoch,
            kErrorKeyEpoch);
  REFUSE_IF(!is_higher(rom, licence), kErrorDecisionSequence);
  REFUSE_IF(tokens->location.freshness != kClaimsFreshnessNone,
            kErrorDecisionLocationNonce);
  return kErrorOk;
}

static rom_error_t decide_freshness(rom_t *rom, const decide_case_t *tokens) {
  if (tokens->licence.freshness == kClaimsFreshnessNonce) {
    return decide_nonce(rom, tokens);
  }
  HARDENED_CHECK_EQ(rom->bus, tokens->licence.freshness,
                    kClaimsFreshnessSequence);
  return decide_sequence(rom, tokens);
}

static rom_error_t decide_key_time(const trust_key_t *key, uint64_t issued_at) {
  REFUSE_IF(issued_at < key->not_before || issued_at >= key->not_after,
            kErrorKeyTime);
  return kErrorOk;
}

static rom_error_t decide_time(const rom_t *rom, const decide_case_t *tokens) {
  const licence_t *licence = &tokens->licence;
  const location_t *location = &tokens->location;
  // The chip has no clock: for a nonce-bound licence the present is its iat,
  // and the floor proves expiry of either form.
  const uint64_t now = licence->issued_at;
  const uint64_t floor = store_get64(rom, RECORD_FLOOR_OFFSET);
  RETURN_IF_ERROR(decide_key_time(tokens->location_key, location->issued_at));
  RETURN_IF_ERROR(decide_key_time(tokens->licence_key, now));
  REFUSE_IF(licence->not_before > now, kErrorDecisionNotYetValid);
  REFUSE_IF(now >= licence->expires || licence->expires <= floor,
            kErrorDecisionExpired);
  REFUSE_IF(licence->freshness == kClaimsFreshnessNonce && now < floor,
            kErrorDecisionTimeFloor);
  REFUSE_IF(location->issued_at > now || now >= location->expires ||
                location->expires <= floor,
            kErrorDecisionLocationTime);
  return kErrorOk;
}

static rom_error_t decide_location(const decide_case_t *tokens) {
  const licence_t *licence = &tokens->licence;
  const location_t *location = &tokens->location;
  REFUSE_IF(bits_same(licence->zone_set, location->zone_set,
                      kClaimsZoneSetBytes) != kHardenedTrue,
            kErrorDecisionZoneSet);
  REFUSE_IF(zones_all_in(&licence->required_excluded,
                         &location->proven_excluded) != kHardenedTrue,
            kErrorDecisionNotExcluded);
  // An absent list is no condition; one that is there needs a match.
  REFUSE_IF(licence->required_inside.count != 0 &&
                zones_any_in(&licence->required_inside,
                             &location->proven_inside) != kHardenedTrue,
            kErrorDecisionNotInside);
  return kErrorOk;
}

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

static rom_error_t decide_limits(rom_t *rom, const decide_case_t *tokens,
                                 rom_grant_t *grant) {
  const licence_t *licence = &tokens->licence;
  REFUSE_IF(licence->cycles == 0, kErrorDecisionAllowance);
  const uint64_t until = least(licence->expires, tokens->location.expires);
  const uint64_t fused =
      hal_read32(rom->bus, CHIP_OTP_BASE + OTP_MAX_LIFETIME_OFFSET);
  // decide_time() has seen that both end after the licence was issued.
  const uint64_t life =
      least(least(until - licence->issued_at, licence->seconds), fused);
  REFUSE_IF(life == 0, kErrorDecisionLifetime);
  grant->cycles = licence->cycles;
  grant->seconds = (uint32_t)life;
  grant->issued_at = licence->issued_at;
  grant->epoch = licence->epoch;
  grant->sequence = licence->sequence;
  grant->kind = licence->freshness == kClaimsFreshnessNonce
                    ? kRecordKindLicenceNonce
                    : kRecordKindLicenceSequence;
  return kErrorOk;
}

rom_error_t decide_licence(rom_t *rom, const decide_case_t *tokens,
                           const uint8_t location_digest[kSha256DigestBytes],
                           rom_grant_t *grant, uint32_t *flow) {
  memset(grant, 0, sizeof(*grant));
  RETURN_IF_ERROR(decide_chip(rom, tokens, location_digest));
  *flow += FLOW_CHIP;
  RETURN_IF_ERROR(decide_freshness(rom, tokens));
  *flow += FLOW_FRESHNESS;
  RETURN_IF_ERROR(decide_time(rom, tokens));
  *flow += FLOW_TIME;
  RETURN_IF_ERROR(decide_location(tokens));
  *flow += FLOW_LOCATION;
  RETURN_IF_ERROR(decide_limits(rom, tokens, grant));
  *flow += FLOW_LIMITS;
  return kErrorOk;
}
