// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Zone lists: their form, and the set questions that decide a licence.

#include "token/claims_map.h"

rom_error_t claims_value_zones(byte_span_t value, zone_list_t *out) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  cbor_reader_t reader;
  uint32_t count = 0;
  cbor_reader_init(&reader, value);
  REFUSE_IF(cbor_read_array(&reader, kClaimsZonesMax, &count) != kErrorOk,
            kErrorClaimValue);
  const size_t start = reader.offset;
  /*@ loop invariant 0 <= i <= count && cbor_cursor(&reader);
    @ loop invariant reader.data == value.data && reader.size == value.size;
    @ loop invariant start <= reader.offset;
    @ loop assigns i, reader;
    @ loop variant count - i;
    @*/
  for (uint32_t i = 0; i < count; i++) {
    byte_span_t name;
    REFUSE_IF(cbor_read_tstr(&reader, &name) != kErrorOk, kErrorClaimValue);
  }
  out->names = byte_span(value.data + start, reader.offset - start);
  out->count = count;
  return kErrorOk;
}

/*@ assigns \nothing; */
static bool is_zone_character(uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
         byte == '.' || byte == '_' || byte == '-';
}

// [a-z0-9._-]{1,24}
/*@ requires span_readable(name);
  @ assigns \nothing;
  @*/
static bool is_zone_name(byte_span_t name) {
  if (name.size == 0 || name.size > kClaimsZoneNameMaxBytes) {
    return false;
  }
  /*@ loop invariant 0 <= i <= name.size;
    @ loop assigns i;
    @ loop variant name.size - i;
    @*/
  for (size_t i = 0; i < name.size; i++) {
    if (!is_zone_character(name.data[i])) {
      return false;
    }
  }
  return true;
}

// Reads the next name of a list; empty if there is none, which no zone is.
/*@ requires cbor_cursor(reader);
  @ assigns reader->offset;
  @ ensures cbor_cursor(reader) && span_readable(\result);
  @*/
static byte_span_t next_name(cbor_reader_t *reader) {
  byte_span_t name = byte_span(NULL, 0);
  if (cbor_read_tstr(reader, &name) != kErrorOk) {
    return byte_span(NULL, 0);
  }
  return name;
}

rom_error_t claims_check_zones(byte_span_t value, const zone_list_t *zones) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  REFUSE_IF(zones->count == 0, kErrorClaimZoneEmpty);
  cbor_reader_t reader;
  cbor_reader_init(&reader, zones->names);
  /*@ loop invariant 0 <= i <= zones->count && cbor_cursor(&reader);
    @ loop assigns i, reader;
    @ loop variant zones->count - i;
    @*/
  for (uint32_t i = 0; i < zones->count; i++) {
    REFUSE_IF(!is_zone_name(next_name(&reader)), kErrorClaimZoneName);
  }
  cbor_reader_init(&reader, zones->names);
  // Every name comes after the empty one.
  byte_span_t previous = byte_span(NULL, 0);
  /*@ loop invariant 0 <= i <= zones->count && cbor_cursor(&reader);
    @ loop invariant span_readable(previous);
    @ loop assigns i, reader, previous;
    @ loop variant zones->count - i;
    @*/
  for (uint32_t i = 0; i < zones->count; i++) {
    const byte_span_t name = next_name(&reader);
    REFUSE_IF(cbor_compare(previous, name) >= 0, kErrorClaimZoneOrder);
    previous = name;
  }
  return kErrorOk;
}

rom_error_t claims_check_zones_apart(const zone_list_t *inside,
                                     const zone_list_t *excluded) {
  REFUSE_IF(zones_any_in(inside, excluded) != kHardenedFalse,
            kErrorClaimZoneBoth);
  return kErrorOk;
}

hardened_bool_t zones_contains(const zone_list_t *list, byte_span_t name) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, list->names);
  /*@ loop invariant 0 <= i <= list->count && cbor_cursor(&reader);
    @ loop assigns i, reader;
    @ loop variant list->count - i;
    @*/
  for (uint32_t i = 0; i < list->count; i++) {
    if (cbor_compare(next_name(&reader), name) == 0) {
      return kHardenedTrue;
    }
  }
  return kHardenedFalse;
}

// Returns how many zones of `required` are in `proven`.
/*@ requires zones_readable(required) && zones_readable(proven);
  @ assigns \nothing;
  @*/
static uint32_t count_in(const zone_list_t *required,
                         const zone_list_t *proven) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, required->names);
  uint32_t looked_at = 0;
  uint32_t found = 0;
  /*@ loop invariant 0 <= i <= required->count && cbor_cursor(&reader);
    @ loop invariant found <= i && looked_at == i;
    @ loop assigns i, reader, looked_at, found;
    @ loop variant required->count - i;
    @*/
  for (uint32_t i = 0; i < required->count; i++) {
    if (zones_contains(proven, next_name(&reader)) == kHardenedTrue) {
      found++;
    }
    looked_at++;
  }
  // Only a fault leaves the loop early. A count above any list's satisfies
  // neither question below.
  if (launder32(looked_at) != required->count) {
    return UINT32_MAX;
  }
  return found;
}

hardened_bool_t zones_all_in(const zone_list_t *required,
                             const zone_list_t *proven) {
  const uint32_t found = count_in(required, proven);
  if (launder32(found) != required->count) {
    return kHardenedFalse;
  }
  // A skipped branch above does not arrive at "true": what is missing spoils
  // the word.
  return kHardenedTrue ^ launder32(found) ^ launder32(required->count);
}

hardened_bool_t zones_any_in(const zone_list_t *required,
                             const zone_list_t *proven) {
  const uint32_t found = count_in(required, proven);
  if (launder32(found) == 0 || launder32(found) > required->count) {
    return kHardenedFalse;
  }
  return kHardenedTrue;
}
