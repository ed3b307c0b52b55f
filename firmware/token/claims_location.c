// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/claims.h"

#include <string.h>

#include "token/claims_map.h"

enum { kMethodFirst = 1, kMethodLast = 3 };

// Positions in kKeys, in ascending order of encoded key.
enum {
  kAtExp,
  kAtIat,
  kAtNonce,
  kAtUeid,
  kAtProfile,
  kAtMethod,
  kAtInside,
  kAtExcluded,
  kAtZoneSet,
  kClaimCount,
};

static const int32_t kKeys[kClaimCount] = {
    [kAtExp] = kClaimExp,
    [kAtIat] = kClaimIat,
    [kAtNonce] = kClaimNonce,
    [kAtUeid] = kClaimUeid,
    [kAtProfile] = kClaimProfile,
    [kAtMethod] = kClaimMethod,
    [kAtInside] = kClaimProvenInside,
    [kAtExcluded] = kClaimProvenExcluded,
    [kAtZoneSet] = kClaimZoneSet,
};

static const uint8_t kRequired[] = {
    kAtExp, kAtIat, kAtUeid, kAtProfile, kAtMethod, kAtZoneSet,
};

/*@ requires \valid_read(values + (0 .. kClaimCount - 1)) && \valid(out);
  @ requires \separated(out, values + (0 .. kClaimCount - 1));
  @ requires values_readable(values, kClaimCount);
  @ requires \forall integer i; 0 <= i < kClaimCount ==>
  @   \separated(out, values[i].data + (0 .. values[i].size - 1));
  @ requires out->proven_inside.names.size == 0;
  @ requires out->proven_excluded.names.size == 0;
  @ assigns *out;
  @ ensures span_readable(out->proven_inside.names);
  @ ensures span_within(out->proven_inside.names, values[kAtInside]);
  @ ensures span_readable(out->proven_excluded.names);
  @ ensures span_within(out->proven_excluded.names, values[kAtExcluded]);
  @*/
static rom_error_t parse_values(const byte_span_t *values, location_t *out) {
  uint64_t method = 0;
  RETURN_IF_ERROR(claims_value_time(values[kAtExp], &out->expires));
  RETURN_IF_ERROR(claims_value_time(values[kAtIat], &out->issued_at));
  RETURN_IF_ERROR(
      claims_value_bytes(values[kAtNonce], out->nonce, sizeof out->nonce));
  RETURN_IF_ERROR(
      claims_value_bytes(values[kAtUeid], out->ueid, sizeof out->ueid));
  RETURN_IF_ERROR(claims_value_text(values[kAtProfile]));
  RETURN_IF_ERROR(claims_value_uint(values[kAtMethod], kMethodLast, &method));
  REFUSE_IF(claims_present(values[kAtMethod]) && method < kMethodFirst,
            kErrorClaimValue);
  out->method = (uint32_t)method;
  RETURN_IF_ERROR(claims_value_zones(values[kAtInside], &out->proven_inside));
  RETURN_IF_ERROR(
      claims_value_zones(values[kAtExcluded], &out->proven_excluded));
  return claims_value_bytes(values[kAtZoneSet], out->zone_set,
                            sizeof out->zone_set);
}

/*@ requires span_readable(payload) && \valid(out);
  @ requires out->proven_inside.names.size == 0;
  @ requires out->proven_excluded.names.size == 0;
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==> span_readable(out->proven_inside.names) &&
  @   span_within(out->proven_inside.names, payload);
  @ ensures \result == kErrorOk ==> span_readable(out->proven_excluded.names) &&
  @   span_within(out->proven_excluded.names, payload);
  @*/
static rom_error_t parse(byte_span_t payload, location_t *out) {
  byte_span_t values[kClaimCount];
  RETURN_IF_ERROR(claims_open_map(payload, kKeys, kClaimCount, values));
  RETURN_IF_ERROR(parse_values(values, out));
  RETURN_IF_ERROR(claims_check_profile(values[kAtProfile], kCoseTypLocation));
  RETURN_IF_ERROR(claims_check_required(values, kRequired, sizeof kRequired));
  RETURN_IF_ERROR(claims_check_zones(values[kAtInside], &out->proven_inside));
  RETURN_IF_ERROR(
      claims_check_zones(values[kAtExcluded], &out->proven_excluded));
  RETURN_IF_ERROR(
      claims_check_zones_apart(&out->proven_inside, &out->proven_excluded));
  out->freshness = claims_present(values[kAtNonce]) ? kClaimsFreshnessNonce
                                                    : kClaimsFreshnessNone;
  return kErrorOk;
}

rom_error_t claims_parse_location(byte_span_t payload, location_t *out) {
  memset(out, 0, sizeof *out);
  const rom_error_t error = parse(payload, out);
  if (error != kErrorOk) {
    memset(out, 0, sizeof *out);
  }
  return error;
}
