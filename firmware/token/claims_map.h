// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the claim parsers share: single values, and the checks on zone lists.
//
// A reader of a value takes the encoding of an item that has passed
// cbor_check(). An absent value (NULL data) is accepted and leaves the output
// as it is: whether the claim may be absent is judged later than all values.

#ifndef MOORING_TOKEN_CLAIMS_MAP_H_
#define MOORING_TOKEN_CLAIMS_MAP_H_

#include "mooring/claims.h"

#define claims_open_map MOORING_NAMESPACE(claims_open_map)
#define claims_check_required MOORING_NAMESPACE(claims_check_required)
#define claims_value_uint MOORING_NAMESPACE(claims_value_uint)
#define claims_value_time MOORING_NAMESPACE(claims_value_time)
#define claims_value_bytes MOORING_NAMESPACE(claims_value_bytes)
#define claims_value_zones MOORING_NAMESPACE(claims_value_zones)
#define claims_value_text MOORING_NAMESPACE(claims_value_text)
#define claims_check_profile MOORING_NAMESPACE(claims_check_profile)
#define claims_check_zones MOORING_NAMESPACE(claims_check_zones)
#define claims_check_zones_apart MOORING_NAMESPACE(claims_check_zones_apart)
#define claims_is_uint MOORING_NAMESPACE(claims_is_uint)
#define claims_is_bytes MOORING_NAMESPACE(claims_is_bytes)
#define claims_is_type MOORING_NAMESPACE(claims_is_type)

/** Whether a claim is present. */
/*@ assigns \nothing;
  @ ensures \result <==> value.data != \null;
  @*/
static inline bool claims_present(byte_span_t value) {
  return value.data != NULL;
}

/*@ predicate values_readable(byte_span_t *values, integer count) =
  @   \forall integer i; 0 <= i < count ==> span_readable(values[i]);
  @*/

/**
 * Finds the claims of a payload.
 *
 * @param keys   the claims that the profile knows, `count` of them.
 * @param values receives the encoding of each one's value; `data` is NULL where
 *               the claim is absent.
 * @return kErrorClaimMalformed, kErrorClaimUnknown.
 */
/*@ requires span_readable(payload);
  @ requires \valid_read(keys + (0 .. count - 1));
  @ requires \valid(values + (0 .. count - 1));
  @ requires \separated(values + (0 .. count - 1), keys + (0 .. count - 1));
  @ assigns values[0 .. count - 1];
  @ ensures \result == kErrorOk ==> values_readable(values, count);
  @ ensures \result == kErrorOk ==> \forall integer i; 0 <= i < count ==>
  @   span_within(values[i], payload);
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_open_map(byte_span_t payload, const int32_t *keys,
                            size_t count, byte_span_t *values);

/** Returns kErrorClaimMissing unless the `count` values listed are present. */
/*@ requires \valid_read(required + (0 .. count - 1));
  @ requires \forall integer i; 0 <= i < count ==>
  @   \valid_read(values + required[i]);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_check_required(const byte_span_t *values,
                                  const uint8_t *required, size_t count);

/** Reads an unsigned integer of at most `max`, else kErrorClaimValue. */
/*@ requires span_readable(value) && \valid(out);
  @ assigns *out;
  @ ensures \result == kErrorOk ==> *out <= max || *out == \old(*out);
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_value_uint(byte_span_t value, uint64_t max, uint64_t *out);

/** Reads a time in seconds since 1970, else kErrorClaimValue. */
/*@ requires span_readable(value) && \valid(out);
  @ assigns *out;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_value_time(byte_span_t value, uint64_t *out);

/** Reads a byte string of exactly `size` bytes, else kErrorClaimValue. */
/*@ requires span_readable(value) && \valid(out + (0 .. size - 1));
  @ requires \separated(out + (0 .. size - 1),
  @                      value.data + (0 .. value.size - 1));
  @ assigns out[0 .. size - 1];
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_value_bytes(byte_span_t value, uint8_t *out, size_t size);

/** Checks that a value is a text string, else kErrorClaimValue. */
/*@ requires span_readable(value);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_value_text(byte_span_t value);

/** Reads an array of at most 32 text strings, else kErrorClaimValue. */
/*@ requires span_readable(value) && \valid(out);
  @ requires out->names.size == 0;
  @ assigns *out;
  @ ensures span_readable(out->names) && span_within(out->names, value);
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_value_zones(byte_span_t value, zone_list_t *out);

/** Returns kErrorClaimProfile if claim 265 is present and not that of `typ`. */
/*@ requires span_readable(value) && typ <= kCoseTypEvidence;
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_check_profile(byte_span_t value, cose_typ_t typ);

/**
 * Checks a zone list that is present: kErrorClaimZoneEmpty,
 * kErrorClaimZoneName, kErrorClaimZoneOrder.
 */
/*@ requires zones_readable(zones);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_check_zones(byte_span_t value, const zone_list_t *zones);

/** Returns kErrorClaimZoneBoth if two checked lists share a zone. */
/*@ requires zones_readable(inside) && zones_readable(excluded);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_check_zones_apart(const zone_list_t *inside,
                                     const zone_list_t *excluded);

// An absent value is none of these: a reader at an empty span finds nothing.

/** Whether a value is an unsigned integer of at most `max`. */
/*@ requires span_readable(value) && \valid(out);
  @ assigns *out;
  @ ensures \result ==> *out <= max;
  @*/
bool claims_is_uint(byte_span_t value, uint64_t max, uint64_t *out);

/** Whether a value is a byte string of `size` bytes. */
/*@ requires span_readable(value) && \valid(out + (0 .. size - 1));
  @ requires \separated(out + (0 .. size - 1),
  @                      value.data + (0 .. value.size - 1));
  @ assigns out[0 .. size - 1];
  @*/
bool claims_is_bytes(byte_span_t value, uint8_t *out, size_t size);

/** Whether a value begins as one of this type does. */
/*@ requires span_readable(value);
  @ assigns \nothing;
  @*/
bool claims_is_type(byte_span_t value, cbor_type_t type);

#endif  // MOORING_TOKEN_CLAIMS_MAP_H_
