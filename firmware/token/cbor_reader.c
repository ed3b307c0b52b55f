// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "token/cbor_head.h"

#include <string.h>

enum {
  kInfoBits = 5,
  kInfoModulus = 1 << kInfoBits,
  kInfoOneByte = 24,        // the argument follows in 1, 2, 4 or 8 bytes
  kInfoReservedFirst = 28,  // to 30
  kInfoIndefinite = 31,
  kSimpleOneByteFirst = 32,  // f8 00 to f8 1f are not well-formed
};

// The lengths of an argument that follows the initial byte.
static const uint8_t kArgumentBytes[] = {1, 2, 4, 8};

void cbor_reader_init(cbor_reader_t *reader, byte_span_t span) {
  reader->data = span.data;
  reader->size = span.size;
  reader->offset = 0;
}

// Types whose items may be of indefinite length; on simple values the same
// bits are the "break".
/*@ assigns \nothing; */
static bool has_indefinite(cbor_type_t type) {
  return type == kCborBstr || type == kCborTstr || type == kCborArray ||
         type == kCborMap || type == kCborSimple;
}

/*@ predicate fits_bytes(integer value, integer n) =
  @   (n == 0 ==> value < 1) && (n == 1 ==> value < 0x100) &&
  @   (n == 2 ==> value < 0x10000) && (n == 3 ==> value < 0x1000000) &&
  @   (n == 4 ==> value < 0x100000000) && (n == 5 ==> value < 0x10000000000) &&
  @   (n == 6 ==> value < 0x1000000000000) &&
  @   (n == 7 ==> value < 0x100000000000000);
  @*/

/*@ requires size <= 8 && \valid_read(data + (0 .. size - 1));
  @ assigns \nothing;
  @*/
static uint64_t big_endian(const uint8_t *data, size_t size) {
  uint64_t value = 0;
  /*@ loop invariant 0 <= i <= size && fits_bytes(value, i);
    @ loop assigns i, value;
    @ loop variant size - i;
    @*/
  for (size_t i = 0; i < size; i++) {
    value = 256 * value + data[i];
  }
  return value;
}

// Checks that an argument of `size` bytes needed that many. [RFC8949 §4.2.1]
/*@ requires size == 1 || size == 2 || size == 4 || size == 8;
  @ assigns \nothing;
  @*/
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
  const uint8_t info = data[0] % kInfoModulus;
  REFUSE_IF(info >= kInfoReservedFirst && info < kInfoIndefinite,
            kErrorCborReserved);
  if (info == kInfoIndefinite) {
    return has_indefinite(type) ? kErrorCborIndefinite : kErrorCborReserved;
  }
  size_t argument_bytes = 0;
  uint64_t argument = info;
  if (info >= kInfoOneByte) {
    // At most 27 here, as is proved.
    // NOLINTNEXTLINE(clang-analyzer-security.ArrayBound)
    argument_bytes = kArgumentBytes[info - kInfoOneByte];
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
/*@ requires cbor_cursor(reader);
  @ requires \valid(head) && \separated(head, reader);
  @ assigns *head;
  @ ensures \result == kErrorOk ==> head->argument_bytes <= 8;
  @ ensures \result == kErrorOk ==>
  @   reader->offset + 1 + head->argument_bytes <= reader->size;
  @*/
static rom_error_t peek_typed(const cbor_reader_t *reader, cbor_type_t type,
                              cbor_head_t *head) {
  RETURN_IF_ERROR(cbor_peek_head(reader, head));
  REFUSE_IF(head->type != type, kErrorCborType);
  return kErrorOk;
}

/*@ requires \valid(reader) && \valid_read(head);
  @ requires reader->offset + 1 + head->argument_bytes <= reader->size;
  @ assigns reader->offset;
  @ ensures reader->offset == \old(reader->offset + 1 + head->argument_bytes);
  @*/
static void skip_head(cbor_reader_t *reader, const cbor_head_t *head) {
  reader->offset += 1 + head->argument_bytes;
}

// Reads a head of one type, the argument being at most `max`.
/*@ requires cbor_cursor(reader);
  @ requires \valid(argument) && \separated(argument, reader);
  @ assigns *argument, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @ ensures \result == kErrorOk ==> *argument <= max;
  @*/
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

/*@ requires cbor_cursor(reader) && \valid(head) && \valid(value);
  @ requires \separated(head, reader) && \separated(value, head, reader);
  @ assigns *head, *value;
  @ ensures \result == kErrorOk ==> head->argument_bytes <= 8;
  @ ensures \result == kErrorOk ==>
  @   reader->offset + 1 + head->argument_bytes <= reader->size;
  @*/
static rom_error_t peek_int(const cbor_reader_t *reader, cbor_head_t *head,
                            int64_t *value) {
  RETURN_IF_ERROR(cbor_peek_head(reader, head));
  REFUSE_IF(head->type != kCborUint && head->type != kCborNegint,
            kErrorCborType);
  REFUSE_IF(head->argument > INT64_MAX, kErrorCborRange);
  const int64_t argument = (int64_t)head->argument;
  *value = head->type == kCborUint ? argument : -1 - argument;
  return kErrorOk;
}

rom_error_t cbor_read_int(cbor_reader_t *reader, int64_t *value) {
  cbor_head_t head;
  RETURN_IF_ERROR(peek_int(reader, &head, value));
  skip_head(reader, &head);
  return kErrorOk;
}

// Finds the content of a string whose head has been read.
/*@ requires cbor_cursor(reader) && \valid_read(head) && \valid(content);
  @ requires \separated(content, head, reader);
  @ requires reader->offset + 1 + head->argument_bytes <= reader->size;
  @ assigns *content;
  @ ensures \result == kErrorOk ==>
  @   reader->offset + 1 + head->argument_bytes + head->argument <=
  @     reader->size;
  @ ensures \result == kErrorOk ==> content->size == head->argument;
  @ ensures \result == kErrorOk ==> content->data ==
  @   reader->data + (reader->offset + 1 + head->argument_bytes);
  @*/
static rom_error_t find_content(const cbor_reader_t *reader,
                                const cbor_head_t *head, byte_span_t *content) {
  const size_t start = reader->offset + 1 + head->argument_bytes;
  REFUSE_IF(head->argument > reader->size - start, kErrorCborTruncated);
  *content = byte_span(reader->data + start, (size_t)head->argument);
  return kErrorOk;
}

/*@ requires \valid(reader) && \valid_read(head);
  @ requires reader->offset + 1 + head->argument_bytes + head->argument <=
  @   reader->size;
  @ assigns reader->offset;
  @ ensures reader->offset ==
  @   \old(reader->offset + 1 + head->argument_bytes + head->argument);
  @*/
static void skip_string(cbor_reader_t *reader, const cbor_head_t *head) {
  reader->offset += 1 + head->argument_bytes + (size_t)head->argument;
}

rom_error_t cbor_read_bstr(cbor_reader_t *reader, byte_span_t *value) {
  cbor_head_t head;
  RETURN_IF_ERROR(peek_typed(reader, kCborBstr, &head));
  RETURN_IF_ERROR(find_content(reader, &head, value));
  skip_string(reader, &head);
  return kErrorOk;
}

rom_error_t cbor_read_bstr_exact(cbor_reader_t *reader, uint8_t *out,
                                 size_t size) {
  // The length is judged before the content is looked for: a string that is
  // too long is out of range even where the buffer ends first.
  cbor_head_t head;
  byte_span_t content;
  RETURN_IF_ERROR(peek_typed(reader, kCborBstr, &head));
  REFUSE_IF(head.argument != size, kErrorCborRange);
  RETURN_IF_ERROR(find_content(reader, &head, &content));
  memcpy(out, content.data, size);
  skip_string(reader, &head);
  return kErrorOk;
}

rom_error_t cbor_read_tstr(cbor_reader_t *reader, byte_span_t *value) {
  cbor_head_t head;
  byte_span_t text;
  RETURN_IF_ERROR(peek_typed(reader, kCborTstr, &head));
  RETURN_IF_ERROR(find_content(reader, &head, &text));
  REFUSE_IF(!cbor_is_utf8(text), kErrorCborText);
  skip_string(reader, &head);
  *value = text;
  return kErrorOk;
}

// Reads the head of an array or map.
/*@ requires cbor_cursor(reader);
  @ requires \valid(count) && \separated(count, reader);
  @ assigns *count, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @ ensures \result == kErrorOk ==> *count <= max;
  @*/
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
  if (previous.size == 0) {
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
  cbor_head_t head;
  int64_t value = 0;
  RETURN_IF_ERROR(peek_int(reader, &head, &value));
  const byte_span_t encoded =
      byte_span(reader->data + reader->offset, 1 + head.argument_bytes);
  RETURN_IF_ERROR(cbor_check_key(map->previous_key, encoded));
  map->previous_key = encoded;
  map->left--;
  *key = value;
  skip_head(reader, &head);
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
  /*@ loop invariant 0 <= i <= shorter;
    @ loop assigns i;
    @ loop variant shorter - i;
    @*/
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
