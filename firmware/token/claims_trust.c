// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/claims.h"

#include <string.h>

#include "token/claims_map.h"

// Positions in kKeys, in ascending order of encoded key.
enum { kAtIat, kAtProfile, kAtEpoch, kAtEndRunning, kAtList, kClaimCount };

static const int32_t kKeys[kClaimCount] = {
    [kAtIat] = kClaimIat,     [kAtProfile] = kClaimProfile,
    [kAtEpoch] = kClaimEpoch, [kAtEndRunning] = kClaimEndRunning,
    [kAtList] = kClaimKeys,
};

static const uint8_t kRequired[] = {kAtIat, kAtProfile, kAtEpoch, kAtList};

// Positions in kParameters. The private one is known in order to be refused by
// its own word.
enum {
  kAtKty,
  kAtAlg,
  kAtCrv,
  kAtX,
  kAtPrivate,
  kAtRole,
  kAtFirstEpoch,
  kAtNotBefore,
  kAtNotAfter,
  kParameterCount,
};

static const int32_t kParameters[kParameterCount] = {
    [kAtKty] = kCoseKeyKty,
    [kAtAlg] = kCoseKeyAlg,
    [kAtCrv] = kCoseKeyCrv,
    [kAtX] = kCoseKeyX,
    [kAtPrivate] = kCoseKeyPrivate,
    [kAtRole] = kClaimKeyRole,
    [kAtFirstEpoch] = kClaimKeyFirstEpoch,
    [kAtNotBefore] = kClaimKeyNotBefore,
    [kAtNotAfter] = kClaimKeyNotAfter,
};

// The COSE_Key proper: {1: 1, 3: -19, -1: 6, -2: x}.
/*@ requires \valid_read(values + (0 .. kParameterCount - 1)) && \valid(out);
  @ requires \separated(out, values + (0 .. kParameterCount - 1));
  @ requires values_readable(values, kParameterCount);
  @ requires \forall integer i; 0 <= i < kParameterCount ==>
  @   \separated(out, values[i].data + (0 .. values[i].size - 1));
  @ assigns out->x[0 .. kCosePublicKeyBytes - 1], out->algorithm;
  @*/
static rom_error_t parse_cose_key(const byte_span_t *values, trust_key_t *out) {
  REFUSE_IF(!cbor_is_int(values[kAtKty], kCoseKtyOkp), kErrorTrustKeyMalformed);
  REFUSE_IF(!cbor_is_int(values[kAtAlg], kCoseAlgorithmEd25519),
            kErrorTrustKeyMalformed);
  REFUSE_IF(!cbor_is_int(values[kAtCrv], kCoseCrvEd25519),
            kErrorTrustKeyMalformed);
  REFUSE_IF(!claims_is_bytes(values[kAtX], out->x, sizeof out->x),
            kErrorTrustKeyMalformed);
  out->algorithm = kCoseAlgorithmEd25519;
  return kErrorOk;
}

/*@ requires \valid_read(values + (0 .. kParameterCount - 1)) && \valid(out);
  @ requires \separated(out, values + (0 .. kParameterCount - 1));
  @ requires values_readable(values, kParameterCount);
  @ requires \forall integer i; 0 <= i < kParameterCount ==>
  @   \separated(out, values[i].data + (0 .. values[i].size - 1));
  @ assigns out->first_epoch, out->not_before, out->not_after;
  @*/
static rom_error_t parse_limits(const byte_span_t *values, trust_key_t *out) {
  REFUSE_IF(
      !claims_is_uint(values[kAtFirstEpoch], UINT64_MAX, &out->first_epoch),
      kErrorTrustKeyMalformed);
  REFUSE_IF(
      !claims_is_uint(values[kAtNotBefore], CLAIMS_TIME_MAX, &out->not_before),
      kErrorTrustKeyMalformed);
  REFUSE_IF(
      !claims_is_uint(values[kAtNotAfter], CLAIMS_TIME_MAX, &out->not_after),
      kErrorTrustKeyMalformed);
  return kErrorOk;
}

/*@ requires span_readable(item) && \valid(out);
  @ requires \separated(out, item.data + (0 .. item.size - 1));
  @ assigns *out;
  @*/
static rom_error_t parse_key(byte_span_t item, uint64_t epoch,
                             trust_key_t *out) {
  byte_span_t values[kParameterCount];
  const rom_error_t form = cbor_index_map(item, kParameters, kParameterCount,
                                          values, kErrorTrustKeyMalformed);
  REFUSE_IF(claims_present(values[kAtPrivate]), kErrorTrustKeyPrivate);
  REFUSE_IF(form != kErrorOk, kErrorTrustKeyMalformed);
  RETURN_IF_ERROR(parse_cose_key(values, out));
  RETURN_IF_ERROR(parse_limits(values, out));
  uint64_t role = 0;
  REFUSE_IF(!claims_is_uint(values[kAtRole], kClaimsRoleLandmark, &role) ||
                role < kClaimsRoleLicence,
            kErrorTrustKeyRole);
  out->role = (uint32_t)role;
  REFUSE_IF(out->not_before >= out->not_after, kErrorTrustKeyWindow);
  REFUSE_IF(out->first_epoch > epoch, kErrorTrustKeyEpoch);
  cose_key_kid(out->x, out->kid);
  return kErrorOk;
}

/*@ requires span_readable(value) && \valid(out);
  @ requires \separated(out, value.data + (0 .. value.size - 1));
  @ assigns out->keys[0 .. kClaimsTrustKeysMax - 1], out->count;
  @ ensures \result == kErrorOk ==> 0 < out->count <= kClaimsTrustKeysMax;
  @*/
static rom_error_t parse_keys(byte_span_t value, trust_list_t *out) {
  cbor_reader_t reader;
  uint32_t count = 0;
  cbor_reader_init(&reader, value);
  REFUSE_IF(cbor_read_array(&reader, kClaimsTrustKeysMax, &count) != kErrorOk ||
                count == 0,
            kErrorTrustKeyCount);
  /*@ loop invariant 0 <= i <= count && cbor_cursor(&reader);
    @ loop invariant reader.data == value.data && reader.size == value.size;
    @ loop assigns i, reader, out->keys[0 .. kClaimsTrustKeysMax - 1];
    @ loop variant count - i;
    @*/
  for (uint32_t i = 0; i < count; i++) {
    byte_span_t item;
    // Cannot fail: the payload has passed cbor_check().
    RETURN_IF_ERROR(cbor_read_item(&reader, &item));
    RETURN_IF_ERROR(parse_key(item, out->epoch, &out->keys[i]));
  }
  out->count = count;
  return kErrorOk;
}

/*@ requires span_readable(value);
  @ assigns \nothing;
  @*/
static bool is_true(byte_span_t value) {
  cbor_reader_t reader;
  bool flag = false;
  cbor_reader_init(&reader, value);
  return cbor_read_bool(&reader, &flag) == kErrorOk && flag;
}

/*@ requires \valid_read(values + (0 .. kClaimCount - 1)) && \valid(out);
  @ requires \separated(out, values + (0 .. kClaimCount - 1));
  @ requires values_readable(values, kClaimCount);
  @ requires \forall integer i; 0 <= i < kClaimCount ==>
  @   \separated(out, values[i].data + (0 .. values[i].size - 1));
  @ assigns out->issued_at, out->epoch, out->end_running;
  @*/
static rom_error_t parse_values(const byte_span_t *values, trust_list_t *out) {
  RETURN_IF_ERROR(claims_value_time(values[kAtIat], &out->issued_at));
  RETURN_IF_ERROR(claims_value_text(values[kAtProfile]));
  RETURN_IF_ERROR(claims_value_uint(values[kAtEpoch], UINT64_MAX, &out->epoch));
  const bool end_running = claims_present(values[kAtEndRunning]);
  // Only true may be written: false is said by leaving the claim out.
  REFUSE_IF(end_running && !is_true(values[kAtEndRunning]), kErrorClaimValue);
  out->end_running = end_running ? kHardenedTrue : kHardenedFalse;
  REFUSE_IF(claims_present(values[kAtList]) &&
                !claims_is_type(values[kAtList], kCborArray),
            kErrorClaimValue);
  return kErrorOk;
}

/*@ requires span_readable(payload) && \valid(out);
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==> 0 < out->count <= kClaimsTrustKeysMax;
  @*/
static rom_error_t parse(byte_span_t payload, trust_list_t *out) {
  byte_span_t values[kClaimCount];
  RETURN_IF_ERROR(claims_open_map(payload, kKeys, kClaimCount, values));
  RETURN_IF_ERROR(parse_values(values, out));
  RETURN_IF_ERROR(claims_check_profile(values[kAtProfile], kCoseTypTrust));
  RETURN_IF_ERROR(claims_check_required(values, kRequired, sizeof kRequired));
  return parse_keys(values[kAtList], out);
}

rom_error_t claims_parse_trust(byte_span_t payload, trust_list_t *out) {
  memset(out, 0, sizeof *out);
  const rom_error_t error = parse(payload, out);
  if (error != kErrorOk) {
    memset(out, 0, sizeof *out);
  }
  return error;
}

/*@ requires \valid_read(a + (0 .. size - 1));
  @ requires \valid_read(b + (0 .. size - 1));
  @ assigns \nothing;
  @*/
static bool equal(const uint8_t *a, const uint8_t *b, size_t size) {
  return cbor_compare(byte_span(a, size), byte_span(b, size)) == 0;
}

rom_error_t claims_check_trust_keys(const trust_list_t *list,
                                    const uint8_t root_x[kCosePublicKeyBytes]) {
  /*@ loop invariant 0 <= i <= list->count;
    @ loop assigns i;
    @ loop variant list->count - i;
    @*/
  for (uint32_t i = 0; i < list->count; i++) {
    const trust_key_t *const key = &list->keys[i];
    /*@ loop invariant 0 <= j <= i;
      @ loop assigns j;
      @ loop variant i - j;
      @*/
    for (uint32_t j = 0; j < i; j++) {
      // Equal keys have equal kids; keys whose kids merely collide (2^32 work
      // for two of one's own) would leave open which of them is meant.
      REFUSE_IF(equal(list->keys[j].kid, key->kid, kCoseKidBytes),
                kErrorTrustKeyDuplicate);
    }
    REFUSE_IF(equal(key->x, root_x, kCosePublicKeyBytes), kErrorTrustKeyIsRoot);
  }
  return kErrorOk;
}

const trust_key_t *claims_find_key(const trust_list_t *list,
                                   const uint8_t kid[kCoseKidBytes]) {
  /*@ loop invariant 0 <= i <= list->count;
    @ loop assigns i;
    @ loop variant list->count - i;
    @*/
  for (uint32_t i = 0; i < list->count; i++) {
    uint8_t computed[kCoseKidBytes];
    cose_key_kid(list->keys[i].x, computed);
    if (equal(computed, kid, kCoseKidBytes)) {
      return &list->keys[i];
    }
  }
  return NULL;
}
