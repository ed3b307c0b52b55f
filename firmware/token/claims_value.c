// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "token/claims_map.h"

rom_error_t claims_open_map(byte_span_t payload, const int32_t *keys,
                            size_t count, byte_span_t *values) {
  REFUSE_IF(cbor_check(payload) != kErrorOk, kErrorClaimMalformed);
  const rom_error_t form =
      cbor_index_map(payload, keys, count, values, kErrorClaimUnknown);
  REFUSE_IF(form == kErrorCborType, kErrorClaimMalformed);
  return form;
}

rom_error_t claims_check_required(const byte_span_t *values,
                                  const uint8_t *required, size_t count) {
  /*@ loop invariant 0 <= i <= count;
    @ loop assigns i;
    @ loop variant count - i;
    @*/
  for (size_t i = 0; i < count; i++) {
    REFUSE_IF(!claims_present(values[required[i]]), kErrorClaimMissing);
  }
  return kErrorOk;
}

bool claims_is_uint(byte_span_t value, uint64_t max, uint64_t *out) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  return cbor_read_uint(&reader, max, out) == kErrorOk;
}

bool claims_is_bytes(byte_span_t value, uint8_t *out, size_t size) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  return cbor_read_bstr_exact(&reader, out, size) == kErrorOk;
}

bool claims_is_type(byte_span_t value, cbor_type_t type) {
  cbor_type_t found = kCborSimple;
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  return cbor_peek_type(&reader, &found) == kErrorOk && found == type;
}

rom_error_t claims_value_uint(byte_span_t value, uint64_t max, uint64_t *out) {
  REFUSE_IF(claims_present(value) && !claims_is_uint(value, max, out),
            kErrorClaimValue);
  return kErrorOk;
}

rom_error_t claims_value_time(byte_span_t value, uint64_t *out) {
  return claims_value_uint(value, CLAIMS_TIME_MAX, out);
}

rom_error_t claims_value_bytes(byte_span_t value, uint8_t *out, size_t size) {
  REFUSE_IF(claims_present(value) && !claims_is_bytes(value, out, size),
            kErrorClaimValue);
  return kErrorOk;
}

rom_error_t claims_value_text(byte_span_t value) {
  REFUSE_IF(claims_present(value) && !claims_is_type(value, kCborTstr),
            kErrorClaimValue);
  return kErrorOk;
}

byte_span_t claims_profile(cose_typ_t typ) {
  enum { kTextMaxBytes = 34 };
  static const struct {
    uint8_t size;
    uint8_t text[kTextMaxBytes];
  } kProfiles[] = {
#define PROFILE(name)                            \
  {sizeof("tag:mooring.example,2026:" name) - 1, \
   "tag:mooring.example,2026:" name}
      [kCoseTypTrust] = PROFILE("trust"),
      [kCoseTypLicence] = PROFILE("licence"),
      [kCoseTypLocation] = PROFILE("location"),
      [kCoseTypEvidence] = PROFILE("evidence"),
#undef PROFILE
  };
  return byte_span(kProfiles[typ].text, kProfiles[typ].size);
}

rom_error_t claims_check_profile(byte_span_t value, cose_typ_t typ) {
  REFUSE_IF(claims_present(value) && !cbor_is_text(value, claims_profile(typ)),
            kErrorClaimProfile);
  return kErrorOk;
}
