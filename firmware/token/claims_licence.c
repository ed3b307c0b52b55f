// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/claims.h"

#include <string.h>

#include "token/claims_map.h"

// Positions in kKeys, in ascending order of encoded key.
enum {
  kAtExp,
  kAtNbf,
  kAtIat,
  kAtCti,
  kAtNonce,
  kAtUeid,
  kAtProfile,
  kAtEpoch,
  kAtSequence,
  kAtAllowance,
  kAtInside,
  kAtExcluded,
  kAtLocationDigest,
  kAtZoneSet,
  kClaimCount,
};

static const int32_t kKeys[kClaimCount] = {
    [kAtExp] = kClaimExp,
    [kAtNbf] = kClaimNbf,
    [kAtIat] = kClaimIat,
    [kAtCti] = kClaimCti,
    [kAtNonce] = kClaimNonce,
    [kAtUeid] = kClaimUeid,
    [kAtProfile] = kClaimProfile,
    [kAtEpoch] = kClaimEpoch,
    [kAtSequence] = kClaimSequence,
    [kAtAllowance] = kClaimAllowance,
    [kAtInside] = kClaimRequiredInside,
    [kAtExcluded] = kClaimRequiredExcluded,
    [kAtLocationDigest] = kClaimLocationDigest,
    [kAtZoneSet] = kClaimZoneSet,
};

static const uint8_t kRequired[] = {
    kAtExp,     kAtNbf,     kAtIat,       kAtCti,
    kAtUeid,    kAtProfile, kAtAllowance, kAtLocationDigest,
    kAtZoneSet,
};

// The allowance's meters.
enum { kAtCycles, kAtSeconds, kMeterCount };

static const int32_t kMeters[kMeterCount] = {
    [kAtCycles] = 1,
    [kAtSeconds] = 2,
};

// Reads the meters that are known; `form` tells what is wrong with the others,
// which is judged later.
/*@ requires span_readable(value) && \valid(out) && \valid(form);
  @ requires \separated(out, form);
  @ assigns out->cycles, out->seconds, *form;
  @*/
static rom_error_t parse_allowance(byte_span_t value, licence_t *out,
                                   rom_error_t *form) {
  *form = kErrorOk;
  if (!claims_present(value)) {
    return kErrorOk;
  }
  byte_span_t meters[kMeterCount];
  *form =
      cbor_index_map(value, kMeters, kMeterCount, meters, kErrorClaimAllowance);
  REFUSE_IF(*form != kErrorOk && *form != kErrorClaimAllowance,
            kErrorClaimValue);
  uint64_t seconds = UINT32_MAX;
  RETURN_IF_ERROR(
      claims_value_uint(meters[kAtCycles], UINT64_MAX, &out->cycles));
  RETURN_IF_ERROR(claims_value_uint(meters[kAtSeconds], UINT32_MAX, &seconds));
  out->seconds = (uint32_t)seconds;
  if (!claims_present(meters[kAtCycles])) {
    *form = kErrorClaimAllowance;
  }
  return kErrorOk;
}

/*@ requires \valid_read(values + (0 .. kClaimCount - 1)) && \valid(out);
  @ requires \separated(out, values + (0 .. kClaimCount - 1));
  @ requires values_readable(values, kClaimCount);
  @ requires \forall integer i; 0 <= i < kClaimCount ==>
  @   \separated(out, values[i].data + (0 .. values[i].size - 1));
  @ requires \valid(allowance_form);
  @ requires \separated(allowance_form, out, values + (0 .. kClaimCount - 1));
  @ requires out->required_inside.names.size == 0;
  @ requires out->required_excluded.names.size == 0;
  @ assigns *out, *allowance_form;
  @ ensures span_readable(out->required_inside.names);
  @ ensures span_within(out->required_inside.names, values[kAtInside]);
  @ ensures span_readable(out->required_excluded.names);
  @ ensures span_within(out->required_excluded.names, values[kAtExcluded]);
  @*/
static rom_error_t parse_values(const byte_span_t *values, licence_t *out,
                                rom_error_t *allowance_form) {
  RETURN_IF_ERROR(claims_value_time(values[kAtExp], &out->expires));
  RETURN_IF_ERROR(claims_value_time(values[kAtNbf], &out->not_before));
  RETURN_IF_ERROR(claims_value_time(values[kAtIat], &out->issued_at));
  RETURN_IF_ERROR(
      claims_value_bytes(values[kAtCti], out->cti, sizeof out->cti));
  RETURN_IF_ERROR(
      claims_value_bytes(values[kAtNonce], out->nonce, sizeof out->nonce));
  RETURN_IF_ERROR(
      claims_value_bytes(values[kAtUeid], out->ueid, sizeof out->ueid));
  RETURN_IF_ERROR(claims_value_text(values[kAtProfile]));
  RETURN_IF_ERROR(claims_value_uint(values[kAtEpoch], UINT64_MAX, &out->epoch));
  RETURN_IF_ERROR(
      claims_value_uint(values[kAtSequence], UINT64_MAX, &out->sequence));
  RETURN_IF_ERROR(parse_allowance(values[kAtAllowance], out, allowance_form));
  RETURN_IF_ERROR(claims_value_zones(values[kAtInside], &out->required_inside));
  RETURN_IF_ERROR(
      claims_value_zones(values[kAtExcluded], &out->required_excluded));
  RETURN_IF_ERROR(claims_value_bytes(values[kAtLocationDigest],
                                     out->location_digest,
                                     sizeof out->location_digest));
  return claims_value_bytes(values[kAtZoneSet], out->zone_set,
                            sizeof out->zone_set);
}

// Exactly one of nonce and (epoch, sequence).
/*@ requires \valid_read(values + (0 .. kClaimCount - 1)) && \valid(out);
  @ assigns out->freshness;
  @*/
static rom_error_t parse_freshness(const byte_span_t *values, licence_t *out) {
  const bool nonce = claims_present(values[kAtNonce]);
  const bool epoch = claims_present(values[kAtEpoch]);
  const bool sequence = claims_present(values[kAtSequence]);
  REFUSE_IF(epoch != sequence, kErrorClaimFreshnessForm);
  REFUSE_IF(nonce == sequence, kErrorClaimFreshnessForm);
  out->freshness = nonce ? kClaimsFreshnessNonce : kClaimsFreshnessSequence;
  return kErrorOk;
}

/*@ requires span_readable(payload) && \valid(out);
  @ requires out->required_inside.names.size == 0;
  @ requires out->required_excluded.names.size == 0;
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==>
  @   span_readable(out->required_inside.names) &&
  @   span_within(out->required_inside.names, payload);
  @ ensures \result == kErrorOk ==>
  @   span_readable(out->required_excluded.names) &&
  @   span_within(out->required_excluded.names, payload);
  @*/
static rom_error_t parse(byte_span_t payload, licence_t *out) {
  byte_span_t values[kClaimCount];
  RETURN_IF_ERROR(claims_open_map(payload, kKeys, kClaimCount, values));
  rom_error_t allowance_form = kErrorClaimAllowance;
  RETURN_IF_ERROR(parse_values(values, out, &allowance_form));
  RETURN_IF_ERROR(claims_check_profile(values[kAtProfile], kCoseTypLicence));
  RETURN_IF_ERROR(claims_check_required(values, kRequired, sizeof kRequired));
  RETURN_IF_ERROR(claims_check_zones(values[kAtInside], &out->required_inside));
  RETURN_IF_ERROR(
      claims_check_zones(values[kAtExcluded], &out->required_excluded));
  RETURN_IF_ERROR(
      claims_check_zones_apart(&out->required_inside, &out->required_excluded));
  RETURN_IF_ERROR(parse_freshness(values, out));
  REFUSE_IF(!claims_present(values[kAtInside]) &&
                !claims_present(values[kAtExcluded]),
            kErrorClaimNoCondition);
  REFUSE_IF(allowance_form != kErrorOk, kErrorClaimAllowance);
  return kErrorOk;
}

rom_error_t claims_parse_licence(byte_span_t payload, licence_t *out) {
  memset(out, 0, sizeof *out);
  const rom_error_t error = parse(payload, out);
  if (error != kErrorOk) {
    memset(out, 0, sizeof *out);
  }
  return error;
}
