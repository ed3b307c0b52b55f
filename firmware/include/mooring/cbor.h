// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Deterministic CBOR (RFC 8949 §4.2.1), read with one cursor and written into
// one buffer.
//
// Mooring uses a subset: unsigned and negative integers, byte and text strings,
// arrays, maps, false, true, null, and tags only where cbor_read_tag() asks for
// one. Floating-point numbers and other simple values are refused.
//
// On error a cursor stays where it was and an output is left untouched.
// Nothing read is copied: spans point into the buffer that is being read.
//
// Long file: the contracts of the reader and of the writer stand here.

#ifndef MOORING_INCLUDE_MOORING_CBOR_H_
#define MOORING_INCLUDE_MOORING_CBOR_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mooring/error.h"
#include "mooring/namespace.h"

#define cbor_reader_init MOORING_NAMESPACE(cbor_reader_init)
#define cbor_peek_type MOORING_NAMESPACE(cbor_peek_type)
#define cbor_read_uint MOORING_NAMESPACE(cbor_read_uint)
#define cbor_read_int MOORING_NAMESPACE(cbor_read_int)
#define cbor_read_bstr MOORING_NAMESPACE(cbor_read_bstr)
#define cbor_read_bstr_exact MOORING_NAMESPACE(cbor_read_bstr_exact)
#define cbor_read_tstr MOORING_NAMESPACE(cbor_read_tstr)
#define cbor_read_array MOORING_NAMESPACE(cbor_read_array)
#define cbor_read_map MOORING_NAMESPACE(cbor_read_map)
#define cbor_read_key MOORING_NAMESPACE(cbor_read_key)
#define cbor_read_bool MOORING_NAMESPACE(cbor_read_bool)
#define cbor_read_tag MOORING_NAMESPACE(cbor_read_tag)
#define cbor_read_item MOORING_NAMESPACE(cbor_read_item)
#define cbor_read_end MOORING_NAMESPACE(cbor_read_end)
#define cbor_check MOORING_NAMESPACE(cbor_check)
#define cbor_index_map MOORING_NAMESPACE(cbor_index_map)
#define cbor_is_int MOORING_NAMESPACE(cbor_is_int)
#define cbor_is_text MOORING_NAMESPACE(cbor_is_text)
#define cbor_compare MOORING_NAMESPACE(cbor_compare)
#define cbor_writer_init MOORING_NAMESPACE(cbor_writer_init)
#define cbor_write_uint MOORING_NAMESPACE(cbor_write_uint)
#define cbor_write_int MOORING_NAMESPACE(cbor_write_int)
#define cbor_write_bstr MOORING_NAMESPACE(cbor_write_bstr)
#define cbor_write_bstr_head MOORING_NAMESPACE(cbor_write_bstr_head)
#define cbor_write_tstr MOORING_NAMESPACE(cbor_write_tstr)
#define cbor_write_array MOORING_NAMESPACE(cbor_write_array)
#define cbor_write_map MOORING_NAMESPACE(cbor_write_map)
#define cbor_write_bool MOORING_NAMESPACE(cbor_write_bool)
#define cbor_write_tag MOORING_NAMESPACE(cbor_write_tag)
#define cbor_write_raw MOORING_NAMESPACE(cbor_write_raw)
#define cbor_writer_finish MOORING_NAMESPACE(cbor_writer_finish)

/** Bytes that belong to someone else; `data` is NULL where there are none. */
typedef struct byte_span {
  const uint8_t *data;
  size_t size;
} byte_span_t;

/*@ predicate span_readable(byte_span_t span) =
  @   \valid_read(span.data + (0 .. span.size - 1));
  @
  @ predicate span_within(byte_span_t inner, byte_span_t outer) =
  @   inner.size == 0 ||
  @   (\base_addr(inner.data) == \base_addr(outer.data) &&
  @    outer.data <= inner.data &&
  @    inner.data + inner.size <= outer.data + outer.size);
  @*/

/** Returns the span of `size` bytes at `data`. */
/*@ assigns \nothing;
  @ ensures \result.data == data && \result.size == size;
  @*/
static inline byte_span_t byte_span(const uint8_t *data, size_t size) {
  const byte_span_t span = {data, size};
  return span;
}

/** The major types (RFC 8949 §3.1). */
typedef enum cbor_type {
  kCborUint = 0,
  kCborNegint = 1,
  kCborBstr = 2,
  kCborTstr = 3,
  kCborArray = 4,
  kCborMap = 5,
  kCborTag = 6,
  kCborSimple = 7,
} cbor_type_t;

enum {
  // Deepest nesting of arrays and maps that cbor_read_item() follows; the
  // messages and tokens of this protocol need 4.
  kCborMaxDepth = 8,
  // Longest head: one initial byte and a 64-bit argument.
  kCborMaxHeadBytes = 9,
};

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------
//
// Every read may also return
//   kErrorCborTruncated    the item ends after the end of the buffer
//   kErrorCborNotShortest  the head is not the shortest one for its argument
//   kErrorCborIndefinite   a string, array or map of indefinite length, or the
//                          "break" that would end one
//   kErrorCborReserved     additional information 28 to 30, 31 on a type that
//                          has no indefinite length, or a two-byte simple
//                          value below 32
//   kErrorCborType         an item of another type
// judged in this order: reserved or indefinite initial byte, truncated head,
// shortest form, type, range, truncated content.

/** A cursor; `offset` bytes of `data` have been read. */
typedef struct cbor_reader {
  const uint8_t *data;
  size_t size;
  size_t offset;
} cbor_reader_t;

/*@ predicate cbor_cursor(cbor_reader_t *reader) =
  @   \valid(reader) && reader->offset <= reader->size &&
  @   \valid_read(reader->data + (0 .. reader->size - 1));
  @*/

/*@ predicate read_from(byte_span_t span, cbor_reader_t *reader) =
  @   span.size == 0 ||
  @   (\base_addr(span.data) == \base_addr(reader->data) &&
  @    reader->data <= span.data &&
  @    span.data + span.size <= reader->data + reader->size);
  @*/

/** A map that is being read: pairs left, and the last key's encoding. */
typedef struct cbor_map {
  uint32_t left;
  byte_span_t previous_key;
} cbor_map_t;

/** Begins reading at the first byte of `span`. */
/*@ requires \valid(reader) && span_readable(span);
  @ assigns *reader;
  @ ensures cbor_cursor(reader);
  @ ensures reader->data == span.data && reader->size == span.size;
  @ ensures reader->offset == 0;
  @*/
void cbor_reader_init(cbor_reader_t *reader, byte_span_t span);

/**
 * Tells the major type of the next item without reading it.
 *
 * @return kErrorCborTruncated at the end of the buffer.
 */
/*@ requires cbor_cursor(reader) && \valid(type);
  @ assigns *type;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_peek_type(const cbor_reader_t *reader, cbor_type_t *type);

/**
 * Reads an unsigned integer.
 *
 * @return kErrorCborRange if it is above `max`.
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(value) && \separated(value, reader);
  @ assigns *value, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> *value <= max;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_uint(cbor_reader_t *reader, uint64_t max,
                           uint64_t *value);

/**
 * Reads an unsigned or negative integer.
 *
 * @return kErrorCborRange if it does not fit an int64_t.
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(value) && \separated(value, reader);
  @ assigns *value, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_int(cbor_reader_t *reader, int64_t *value);

/** Reads a byte string of any length. */
/*@ requires cbor_cursor(reader);
  @ requires \valid(value) && \separated(value, reader);
  @ assigns *value, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @ ensures \result == kErrorOk ==> value->size <= reader->offset;
  @ ensures \result == kErrorOk ==>
  @   value->data == reader->data + (reader->offset - value->size);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_bstr(cbor_reader_t *reader, byte_span_t *value);

/**
 * Reads a byte string of exactly `size` bytes and copies it to `out`.
 *
 * @return kErrorCborRange if it has another length.
 */
/*@ requires cbor_cursor(reader) && \valid(out + (0 .. size - 1));
  @ requires \separated(out + (0 .. size - 1), reader);
  @ requires \separated(out + (0 .. size - 1),
  @                      reader->data + (0 .. reader->size - 1));
  @ assigns out[0 .. size - 1], reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_bstr_exact(cbor_reader_t *reader, uint8_t *out,
                                 size_t size);

/**
 * Reads a text string.
 *
 * @return kErrorCborText if it is not UTF-8 (RFC 3629: no overlong forms, no
 *         surrogates, nothing above U+10FFFF).
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(value) && \separated(value, reader);
  @ assigns *value, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @ ensures \result == kErrorOk ==> value->size <= reader->offset;
  @ ensures \result == kErrorOk ==>
  @   value->data == reader->data + (reader->offset - value->size);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_tstr(cbor_reader_t *reader, byte_span_t *value);

/**
 * Reads the head of an array.
 *
 * @return kErrorCborRange if it has more than `max` elements.
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(count) && \separated(count, reader);
  @ assigns *count, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> *count <= max;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_array(cbor_reader_t *reader, uint32_t max,
                            uint32_t *count);

/**
 * Reads the head of a map, whose pairs cbor_read_key() then goes through.
 *
 * @return kErrorCborRange if it has more than `max` pairs.
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(map) && \separated(map, reader);
  @ assigns *map, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> map->left <= max;
  @ ensures \result == kErrorOk ==> map->previous_key.data == \null;
  @ ensures \result == kErrorOk ==> map->previous_key.size == 0;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_map(cbor_reader_t *reader, uint32_t max, cbor_map_t *map);

/**
 * Reads the next key of `map`, an integer; the caller reads its value.
 *
 * Keys are compared as encoded bytes [RFC8949 §4.2.1].
 *
 * @return kErrorCborDuplicate, kErrorCborOrder if the key equals or precedes
 *         the one before it; kErrorCborType if it is no integer;
 *         kErrorCborRange if it does not fit an int64_t or no pair is left.
 */
/*@ requires cbor_cursor(reader) && \valid(map) && \valid(key);
  @ requires \separated(reader, map, key);
  @ requires span_readable(map->previous_key);
  @ assigns *map, *key, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures span_readable(map->previous_key);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_key(cbor_reader_t *reader, cbor_map_t *map, int64_t *key);

/** Reads false or true. */
/*@ requires cbor_cursor(reader);
  @ requires \valid(value) && \separated(value, reader);
  @ assigns *value, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_bool(cbor_reader_t *reader, bool *value);

/** Reads the number of a tag; the tagged item follows. */
/*@ requires cbor_cursor(reader);
  @ requires \valid(tag) && \separated(tag, reader);
  @ assigns *tag, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_tag(cbor_reader_t *reader, uint64_t *tag);

/**
 * Reads one whole item of the Mooring subset, whatever it is, and checks that
 * all of it is deterministic: shortest heads, ordered and distinct map keys
 * (of any type), UTF-8.
 *
 * @param item receives the item's encoding.
 * @return kErrorCborOrder, kErrorCborDuplicate, kErrorCborText;
 *         kErrorCborType for a tag, a floating-point number or a simple value
 *         other than false, true and null; kErrorCborRange beyond
 *         kCborMaxDepth.
 */
/*@ requires cbor_cursor(reader);
  @ requires \valid(item) && \separated(item, reader);
  @ assigns *item, reader->offset;
  @ ensures cbor_cursor(reader) && reader->offset >= \old(reader->offset);
  @ ensures \result == kErrorOk ==> reader->offset > \old(reader->offset);
  @ ensures \result == kErrorOk ==>
  @   item->data == reader->data + \old(reader->offset) &&
  @   item->size == reader->offset - \old(reader->offset);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_item(cbor_reader_t *reader, byte_span_t *item);

/** Returns kErrorCborTrailing unless all bytes have been read. */
/*@ requires cbor_cursor(reader);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_read_end(const cbor_reader_t *reader);

/** Checks that `span` is exactly one item as cbor_read_item() takes it. */
/*@ requires span_readable(span);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_check(byte_span_t span);

/**
 * Finds the values of a closed map with integer keys.
 *
 * @param map     the map's encoding, which has passed cbor_check().
 * @param keys    the keys known, `count` of them, in any order.
 * @param values  receives the encoding of each key's value; `data` is NULL
 *                where the map does not have the key.
 * @param unknown what to return if a key is not in `keys`; `values` holds those
 *                that are all the same, since some words come before that one.
 * @return kErrorCborType if `map` is no map, `values` being empty; `unknown`.
 */
/*@ requires span_readable(map) && \valid_read(keys + (0 .. count - 1));
  @ requires \valid(values + (0 .. count - 1));
  @ requires \separated(values + (0 .. count - 1), keys + (0 .. count - 1));
  @ assigns values[0 .. count - 1];
  @ ensures \forall integer i; 0 <= i < count ==> span_readable(values[i]);
  @ ensures \forall integer i; 0 <= i < count ==> span_within(values[i], map);
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_index_map(byte_span_t map, const int32_t *keys, size_t count,
                           byte_span_t *values, rom_error_t unknown);

/** Whether an item is this integer; an empty span is no item. */
/*@ requires span_readable(item);
  @ assigns \nothing;
  @*/
bool cbor_is_int(byte_span_t item, int64_t expected);

/** Whether an item is this text; an empty span is no item. */
/*@ requires span_readable(item) && span_readable(expected);
  @ assigns \nothing;
  @*/
bool cbor_is_text(byte_span_t item, byte_span_t expected);

/**
 * Compares two byte strings lexicographically, a prefix before the longer one.
 *
 * @return below, equal to or above 0, as memcmp(). Public data only: the time
 *         it takes tells where they differ.
 */
/*@ requires span_readable(a) && span_readable(b);
  @ assigns \nothing;
  @ ensures -1 <= \result <= 1;
  @*/
int cbor_compare(byte_span_t a, byte_span_t b);

// -----------------------------------------------------------------------------
// Writing
// -----------------------------------------------------------------------------

/**
 * A bounded buffer that is being filled. What does not fit is not written, not
 * in part either, and makes every later write void; cbor_writer_finish() tells.
 * The caller writes map keys in order.
 */
typedef struct cbor_writer {
  uint8_t *data;
  size_t capacity;
  size_t size;    // written so far
  bool overflow;  // something did not fit
} cbor_writer_t;

/*@ predicate cbor_writer(cbor_writer_t *writer) =
  @   \valid(writer) && writer->size <= writer->capacity &&
  @   \valid(writer->data + (0 .. writer->capacity - 1)) &&
  @   \separated(writer, writer->data + (0 .. writer->capacity - 1));
  @*/

/** Begins writing to `data`, which has room for `capacity` bytes. */
/*@ requires \valid(writer) && \valid(data + (0 .. capacity - 1));
  @ requires \separated(writer, data + (0 .. capacity - 1));
  @ assigns *writer;
  @ ensures cbor_writer(writer) && writer->capacity == capacity;
  @*/
void cbor_writer_init(cbor_writer_t *writer, uint8_t *data, size_t capacity);

/** Writes an unsigned integer. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_uint(cbor_writer_t *writer, uint64_t value);

/** Writes an integer. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_int(cbor_writer_t *writer, int64_t value);

/** Writes a byte string. */
/*@ requires cbor_writer(writer);
  @ requires \valid_read(data + (0 .. size - 1));
  @ requires \separated(data + (0 .. size - 1), writer,
  @                      writer->data + (0 .. writer->capacity - 1));
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_bstr(cbor_writer_t *writer, const uint8_t *data, size_t size);

/** Writes the head of a byte string whose `size` bytes the caller adds. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_bstr_head(cbor_writer_t *writer, size_t size);

/** Writes a text string of `size` bytes, which the caller knows to be UTF-8. */
/*@ requires cbor_writer(writer);
  @ requires \valid_read(text + (0 .. size - 1));
  @ requires \separated(text + (0 .. size - 1), writer,
  @                      writer->data + (0 .. writer->capacity - 1));
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_tstr(cbor_writer_t *writer, const uint8_t *text, size_t size);

/** Writes the head of an array of `count` elements. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_array(cbor_writer_t *writer, uint64_t count);

/** Writes the head of a map of `count` pairs. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_map(cbor_writer_t *writer, uint64_t count);

/** Writes false or true. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_bool(cbor_writer_t *writer, bool value);

/** Writes a tag; the tagged item follows. */
/*@ requires cbor_writer(writer);
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_tag(cbor_writer_t *writer, uint64_t tag);

/** Writes bytes that are encoded already. */
/*@ requires cbor_writer(writer);
  @ requires \valid_read(data + (0 .. size - 1));
  @ requires \separated(data + (0 .. size - 1), writer,
  @                      writer->data + (0 .. writer->capacity - 1));
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cbor_write_raw(cbor_writer_t *writer, const uint8_t *data, size_t size);

/**
 * Ends writing.
 *
 * @param size receives the number of bytes written.
 * @return kErrorCborRange if something did not fit; the buffer is then zeroed.
 */
/*@ requires cbor_writer(writer) && \valid(size) && \separated(size, writer);
  @ requires \separated(size, writer->data + (0 .. writer->capacity - 1));
  @ assigns *size, writer->size, writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @ ensures \result == kErrorOk ==> *size <= writer->capacity;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_writer_finish(cbor_writer_t *writer, size_t *size);

#endif  // MOORING_INCLUDE_MOORING_CBOR_H_
