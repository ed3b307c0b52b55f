// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/cbor.h"

#include <string.h>

enum {
  kTypeShift = 5,
  kInfoOneByte = 24,
  kInfoTwoBytes = 25,
  kInfoFourBytes = 26,
  kInfoEightBytes = 27,
  kFalse = 0xf4,
  kTrue = 0xf5,
};

void cbor_writer_init(cbor_writer_t *writer, uint8_t *data, size_t capacity) {
  writer->data = data;
  writer->capacity = capacity;
  writer->size = 0;
  writer->overflow = false;
}

// Makes room for a head and its content, or marks the writer as overflowed.
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow;
  @ ensures cbor_writer(writer);
  @ ensures \result == \null ||
  @   (\result == writer->data + \old(writer->size) &&
  @    \old(writer->size) + head + content <= writer->capacity);
  @*/
static uint8_t *reserve(cbor_writer_t *writer, size_t head, size_t content) {
  const size_t left = writer->capacity - writer->size;
  if (writer->overflow || head > left || content > left - head) {
    writer->overflow = true;
    return NULL;
  }
  uint8_t *const at = writer->data + writer->size;
  writer->size += head + content;
  return at;
}

// Encodes a head in its shortest form; returns its length.
/*@ requires type <= kCborSimple;
  @ requires \valid(head + (0 .. kCborMaxHeadBytes - 1));
  @ assigns head[0 .. kCborMaxHeadBytes - 1];
  @ ensures 1 <= \result <= kCborMaxHeadBytes;
  @*/
static size_t encode_head(uint8_t head[kCborMaxHeadBytes], cbor_type_t type,
                          uint64_t argument) {
  const uint8_t major = (uint8_t)(type * (1u << kTypeShift));
  if (argument < kInfoOneByte) {
    head[0] = (uint8_t)(major | argument);
    return 1;
  }
  size_t bytes = 8;
  uint8_t info = kInfoEightBytes;
  if (argument <= UINT8_MAX) {
    bytes = 1;
    info = kInfoOneByte;
  } else if (argument <= UINT16_MAX) {
    bytes = 2;
    info = kInfoTwoBytes;
  } else if (argument <= UINT32_MAX) {
    bytes = 4;
    info = kInfoFourBytes;
  }
  head[0] = major | info;
  /*@ loop invariant 0 <= i <= bytes;
    @ loop assigns i, argument, head[1 .. kCborMaxHeadBytes - 1];
    @ loop variant i;
    @*/
  for (size_t i = bytes; i > 0; i--) {
    head[i] = (uint8_t)argument;
    argument >>= 8;
  }
  return 1 + bytes;
}

// Writes a head and the `size` bytes of content that go with it, or neither.
/*@ requires cbor_writer(writer) && type <= kCborSimple;
  @ requires \valid_read(content + (0 .. size - 1));
  @ requires \separated(content + (0 .. size - 1), writer,
  @                      writer->data + (0 .. writer->capacity - 1));
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
static void write_item(cbor_writer_t *writer, cbor_type_t type,
                       uint64_t argument, const uint8_t *content, size_t size) {
  uint8_t head[kCborMaxHeadBytes];
  const size_t head_size = encode_head(head, type, argument);
  uint8_t *const at = reserve(writer, head_size, size);
  if (at == NULL) {
    return;
  }
  memcpy(at, head, head_size);
  if (size > 0) {
    memcpy(at + head_size, content, size);
  }
}

/*@ requires cbor_writer(writer) && type <= kCborSimple;
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
static void write_head(cbor_writer_t *writer, cbor_type_t type,
                       uint64_t argument) {
  write_item(writer, type, argument, NULL, 0);
}

void cbor_write_uint(cbor_writer_t *writer, uint64_t value) {
  write_head(writer, kCborUint, value);
}

void cbor_write_int(cbor_writer_t *writer, int64_t value) {
  if (value >= 0) {
    write_head(writer, kCborUint, (uint64_t)value);
  } else {
    // -1 - value cannot overflow for a negative value.
    write_head(writer, kCborNegint, (uint64_t)(-1 - value));
  }
}

void cbor_write_bstr(cbor_writer_t *writer, const uint8_t *data, size_t size) {
  write_item(writer, kCborBstr, size, data, size);
}

void cbor_write_bstr_head(cbor_writer_t *writer, size_t size) {
  write_head(writer, kCborBstr, size);
}

void cbor_write_tstr(cbor_writer_t *writer, const uint8_t *text, size_t size) {
  write_item(writer, kCborTstr, size, text, size);
}

void cbor_write_array(cbor_writer_t *writer, uint64_t count) {
  write_head(writer, kCborArray, count);
}

void cbor_write_map(cbor_writer_t *writer, uint64_t count) {
  write_head(writer, kCborMap, count);
}

void cbor_write_bool(cbor_writer_t *writer, bool value) {
  const uint8_t byte = value ? kTrue : kFalse;
  cbor_write_raw(writer, &byte, 1);
}

void cbor_write_tag(cbor_writer_t *writer, uint64_t tag) {
  write_head(writer, kCborTag, tag);
}

void cbor_write_raw(cbor_writer_t *writer, const uint8_t *data, size_t size) {
  uint8_t *const at = reserve(writer, 0, size);
  if (at != NULL && size > 0) {
    memcpy(at, data, size);
  }
}

rom_error_t cbor_writer_finish(cbor_writer_t *writer, size_t *size) {
  if (writer->overflow) {
    memset(writer->data, 0, writer->capacity);
    writer->size = 0;
  }
  REFUSE_IF(writer->overflow, kErrorCborRange);
  *size = writer->size;
  return kErrorOk;
}
