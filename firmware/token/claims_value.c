// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "token/claims_map.h"

bool claims_is_uint(byte_span_t value, uint64_t max, uint64_t *out) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  return cbor_read_uint(&reader, max, out) == kErrorOk;
}

rom_error_t claims_value_uint(byte_span_t value, uint64_t min, uint64_t max,
                              uint64_t *out) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  uint64_t number = 0;
  REFUSE_IF(!claims_is_uint(value, max, &number) || number < min,
            kErrorClaimValue);
  *out = number;
  return kErrorOk;
}

rom_error_t claims_value_bytes(byte_span_t value, uint8_t *out, size_t size) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  REFUSE_IF(cbor_read_bstr_exact(&reader, out, size) != kErrorOk,
            kErrorClaimValue);
  return kErrorOk;
}

static bool is_text(byte_span_t value) {
  cbor_type_t type = kCborSimple;
  cbor_reader_t reader;
  cbor_reader_init(&reader, value);
  return cbor_peek_type(&reader, &type) == kErrorOk && type == kCborTstr;
}

rom_error_t claims_value_text(byte_span_t value) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  REFUSE_IF(!is_text(value), kErrorClaimValue);
  return kErrorOk;
}

byte_span_t claims_profile(cose_typ_t typ) {
// A function and not a table for the same reason as in cose.c.
#define PROFILE(name)                                            \
  byte_span((const uint8_t *)("tag:mooring.example,2026:" name), \
            sizeof("tag:mooring.example,2026:" name) - 1 /* zero */)
  switch (typ) {
    case kCoseTypTrust:
      return PROFILE("trust");
    case kCoseTypLicence:
      return PROFILE("licence");
    case kCoseTypLocation:
      return PROFILE("location");
    case kCoseTypEvidence:
      return PROFILE("evidence");
  }
#undef PROFILE
  return byte_span(NULL, 0);
}

rom_error_t claims_check_profile(byte_span_t value, cose_typ_t typ) {
  if (!claims_present(value)) {
    return kErrorOk;
  }
  cbor_reader_t reader;
  byte_span_t text;
  cbor_reader_init(&reader, value);
  REFUSE_IF(cbor_read_tstr(&reader, &text) != kErrorOk ||
                cbor_compare(text, claims_profile(typ)) != 0,
            kErrorClaimProfile);
  return kErrorOk;
}
