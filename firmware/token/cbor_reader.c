// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "token/cbor_head.h"

#include <string.h>

enum {
  kInfoBits = 5,
  kInfoMask = 0x1f,
  kInfoOneByte = 24,        // the argument follows in 1, 2, 4 or 8 bytes
  kInfoReservedFirst = 28,  // to 30
  kInfoIndefinite = 31,
  kSimpleOneByteFirst = 32,  // f8 00 to f8 1f are not well-formed
};

void cbor_reader_init(cbor_reader_t *reader, byte_span_t span) {
  reader->data = span.data;
  reader->size = span.size;
  reader->offset = 0;
}

// Types whose items may be of indefinite length; on simple values the same
// bits are the "break".
static bool has_indefinite(cbor_type_t type) {
  return type == kCborBstr || type == kCborTstr || type == kCborArray ||
         type == kCborMap || type == kCborSimple;
}

static uint64_t big_endian(const uint8_t *data, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++) {
    value = (value << 8) | data[i];
  }
  return value;
}

// Checks that an argument of `size` bytes needed that many. [RFC8949 §4.2.1]
static rom_error_t check_argument(cbor_type_t type, uint64_t argument,
                                  size_t size) {
  if (type == kCborSimple) {
    // Longer arguments are floating-point numbers, for the caller to refuse.
    REFUSE_IF(size == 1 && argument < kSimpleOneByteFirst, kErrorCborReserved);
    return kErrorOk;
  }
  // The next shorter form has half the bytes, or for 1 byte the initial one.
  const uint64_t least =
      size == 1 ? kInfoOneByte : UINT64_C(1) << (8 * size / 2);
  REFUSE_IF(argument < least, kErrorCborNotShortest);
  return kErrorOk;
}

rom_error_t cbor_peek_head(const cbor_reader_t *reader, cbor_head_t *head) {
  const size_t left = reader->size - reader->offset;
  REFUSE_IF(left == 0, kErrorCborTruncated);
  const uint8_t *const data = reader->data + reader->offset;
  const cbor_type_t type = (cbor_type_t)(data[0] >> kInfoBits);
  const uint8_t info = data[0] & kInfoMask;
  REFUSE_IF(info >= kInfoReservedFirst && info < kInfoIndefinite,
            kErrorCborReserved);
  if (info == kInfoIndefinite) {
    return has_indefinite(type) ? kErrorCborIndefinite : kErrorCborReserved;
  }
  size_t argument_bytes = 0;
  uint64_t argument = info;
  if (info >= kInfoOneByte) {
    argument_bytes = (size_t)1 << (info - kInfoOneByte);
    REFUSE_IF(left - 1 < argument_bytes, kErrorCborTruncated);
    argument = big_endian(data + 1, argument_bytes);
    RETURN_IF_ERROR(check_argument(type, argument, argument_bytes));
  }
  head->type = type;
  head->argument_bytes = argument_bytes;
  head->argument = argument;
  return kErrorOk;
}

// Peeks a head of one type only.
static rom_error_t peek_typed(const cbor_reader_t *reader, cbor_type_t type,
                              cbor_head_t *head) {
  RETURN_IF_ERROR(cbor_peek_head(reader, head));
  REFUSE_IF(head->type != type, kErrorCborType);
  return kErrorOk;
}

static void skip_head(cbor_reader_t *reader, const cbor_head_t *head) {
  reader->offset += 1 + head->argument_bytes;
}

// Reads a head of one type, the argument being at most `max`.
static rom_error_t read_head(cbor_reader_t *reader, cbor_type_t type,
                             uint64_t max, uint64_t *argument) {
  cbor_head_t head;
  RETURN_IF_ERROR(peek_typed(reader, type, &head));
  REFUSE_IF(head.argument > max, kErrorCborRange);
  skip_head(reader, &head);
  *argument = head.argument;
  return kErrorOk;
}

rom_error_t cbor_peek_type(const cbor_reader_t *reader, cbor_type_t *type) {
  REFUSE_IF(reader->offset >= reader->size, kErrorCborTruncated);
  *type = (cbor_type_t)(reader->data[reader->offset] >> kInfoBits);
  return kErrorOk;
}

rom_error_t cbor_read_uint(cbor_reader_t *reader, uint64_t max,
                           uint64_t *value) {
  return read_head(reader, kCborUint, max, value);
}

rom_error_t cbor_read_int(cbor_reader_t *reader, int64_t *value) {
  cbor_head_t head;
  RETURN_IF_ERROR(cbor_peek_head(reader, &head));
  REFUSE_IF(head.type != kCborUint && head.type != kCborNegint, kErrorCborType);
  REFUSE_IF(head.argument > INT64_MAX, kErrorCborRange);
  skip_head(reader, &head);
  const int64_t argument = (int64_t)head.argument;
  *value = head.type == kCborUint ? argument : -1 - argument;
  return kErrorOk;
}

// Reads a string of either type.
static rom_error_t read_string(cbor_reader_t *reader, cbor_type_t type,
                               byte_span_t *value) {
  cbor_head_t head;
  RETURN_IF_ERROR(peek_typed(reader, type, &head));
  const size_t start = reader->offset + 1 + head.argument_bytes;
  REFUSE_IF(head.argument > reader->size - start, kErrorCborTruncated);
  const size_t size = (size_t)head.argument;
  *value = byte_span(reader->data + start, size);
  reader->offset = start + size;
  return kErrorOk;
}

rom_error_t cbor_read_bstr(cbor_reader_t *reader, byte_span_t *value) {
  return read_string(reader, kCborBstr, value);
}

rom_error_t cbor_read_bstr_exact(cbor_reader_t *reader, uint8_t *out,
                                 size_t size) {
  // The length is judged before the content is looked for: a string that is
  // too long is out of range even where the buffer ends first.
  cbor_head_t head;
  RETURN_IF_ERROR(peek_typed(reader, kCborBstr, &head));
  REFUSE_IF(head.argument != size, kErrorCborRange);
  byte_span_t value;
  RETURN_IF_ERROR(read_string(reader, kCborBstr, &value));
  memcpy(out, value.data, size);
  return kErrorOk;
}

rom_error_t cbor_read_tstr(cbor_reader_t *reader, byte_span_t *value) {
  cbor_reader_t cursor = *reader;
  byte_span_t text;
  RETURN_IF_ERROR(read_string(&cursor, kCborTstr, &text));
  REFUSE_IF(!cbor_is_utf8(text), kErrorCborText);
  *value = text;
  *reader = cursor;
  return kErrorOk;
}

// Reads the head of an array or map.
static rom_error_t read_count(cbor_reader_t *reader, cbor_type_t type,
                              uint32_t max, uint32_t *count) {
  uint64_t argument = 0;
  RETURN_IF_ERROR(read_head(reader, type, max, &argument));
  *count = (uint32_t)argument;
  return kErrorOk;
}

rom_error_t cbor_read_array(cbor_reader_t *reader, uint32_t max,
                            uint32_t *count) {
  return read_count(reader, kCborArray, max, count);
}

rom_error_t cbor_read_map(cbor_reader_t *reader, uint32_t max,
                          cbor_map_t *map) {
  uint32_t count = 0;
  RETURN_IF_ERROR(read_count(reader, kCborMap, max, &count));
  map->left = count;
  map->previous_key = byte_span(NULL, 0);
  return kErrorOk;
}

rom_error_t cbor_check_key(byte_span_t previous, byte_span_t key) {
  if (previous.data == NULL) {
    return kErrorOk;
  }
  const int order = cbor_compare(previous, key);
  REFUSE_IF(order == 0, kErrorCborDuplicate);
  REFUSE_IF(order > 0, kErrorCborOrder);
  return kErrorOk;
}

rom_error_t cbor_read_key(cbor_reader_t *reader, cbor_map_t *map,
                          int64_t *key) {
  REFUSE_IF(map->left == 0, kErrorCborRange);
  cbor_reader_t cursor = *reader;
  int64_t value = 0;
  RETURN_IF_ERROR(cbor_read_int(&cursor, &value));
  const byte_span_t encoded =
      byte_span(reader->data + reader->offset, cursor.offset - reader->offset);
  RETURN_IF_ERROR(cbor_check_key(map->previous_key, encoded));
  map->previous_key = encoded;
  map->left--;
  *key = value;
  *reader = cursor;
  return kErrorOk;
}

rom_error_t cbor_read_bool(cbor_reader_t *reader, bool *value) {
  cbor_head_t head;
  RETURN_IF_ERROR(peek_typed(reader, kCborSimple, &head));
  REFUSE_IF(!cbor_is_bool(&head), kErrorCborType);
  skip_head(reader, &head);
  *value = head.argument == kCborSimpleTrue;
  return kErrorOk;
}

rom_error_t cbor_read_tag(cbor_reader_t *reader, uint64_t *tag) {
  return read_head(reader, kCborTag, UINT64_MAX, tag);
}

rom_error_t cbor_read_end(const cbor_reader_t *reader) {
  REFUSE_IF(reader->offset != reader->size, kErrorCborTrailing);
  return kErrorOk;
}

int cbor_compare(byte_span_t a, byte_span_t b) {
  const size_t shorter = a.size < b.size ? a.size : b.size;
  for (size_t i = 0; i < shorter; i++) {
    if (a.data[i] != b.data[i]) {
      return a.data[i] < b.data[i] ? -1 : 1;
    }
  }
  if (a.size == b.size) {
    return 0;
  }
  return a.size < b.size ? -1 : 1;
}
