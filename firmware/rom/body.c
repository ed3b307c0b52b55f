// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/body.h"

#include <stdbool.h>

rom_error_t body_empty(byte_span_t body) {
  REFUSE_IF(body.size != 0, kErrorLinkBodyMalformed);
  return kErrorOk;
}

rom_error_t body_index(byte_span_t body, const int32_t *keys, size_t count,
                       size_t required, byte_span_t *values) {
  REFUSE_IF(cbor_check(body) != kErrorOk, kErrorLinkBodyMalformed);
  const rom_error_t error =
      cbor_index_map(body, keys, count, values, kErrorLinkBodyField);
  REFUSE_IF(error == kErrorCborType, kErrorLinkBodyMalformed);
  REFUSE_IF(error != kErrorOk, kErrorLinkBodyField);
  bool missing = false;
  for (size_t i = 0; i < required; i++) {
    missing = missing || values[i].data == NULL;
  }
  REFUSE_IF(missing, kErrorLinkBodyField);
  return kErrorOk;
}

rom_error_t body_uint(byte_span_t field, uint64_t max, uint64_t *value) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, field);
  REFUSE_IF(cbor_read_uint(&reader, max, value) != kErrorOk,
            kErrorLinkBodyField);
  return kErrorOk;
}

rom_error_t body_bstr(byte_span_t field, byte_span_t *value) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, field);
  REFUSE_IF(cbor_read_bstr(&reader, value) != kErrorOk, kErrorLinkBodyField);
  return kErrorOk;
}

rom_error_t body_bstr_exact(byte_span_t field, uint8_t *out, size_t size) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, field);
  REFUSE_IF(cbor_read_bstr_exact(&reader, out, size) != kErrorOk,
            kErrorLinkBodyField);
  return kErrorOk;
}

rom_error_t body_only(byte_span_t body, byte_span_t *value) {
  static const int32_t kKeys[] = {1};
  return body_index(body, kKeys, 1, 1, value);
}

rom_error_t body_only_bstr(byte_span_t body, uint8_t *out, size_t size) {
  byte_span_t value;
  RETURN_IF_ERROR(body_only(body, &value));
  return body_bstr_exact(value, out, size);
}

rom_error_t body_pair(byte_span_t body, byte_span_t *first,
                      byte_span_t *second) {
  REFUSE_IF(cbor_check(body) != kErrorOk, kErrorLinkBodyMalformed);
  cbor_reader_t reader;
  cbor_reader_init(&reader, body);
  uint32_t count = 0;
  REFUSE_IF(cbor_read_array(&reader, UINT32_MAX, &count) != kErrorOk,
            kErrorLinkBodyMalformed);
  REFUSE_IF(count != 2, kErrorLinkBodyField);
  REFUSE_IF(cbor_read_bstr(&reader, first) != kErrorOk ||
                cbor_read_bstr(&reader, second) != kErrorOk,
            kErrorLinkBodyField);
  return kErrorOk;
}
