// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Whole items: a walk over nested arrays and maps with a stack of its own, so
// that the depth of hostile input costs no recursion.

#include "token/cbor_head.h"

// An array or map that is being walked.
typedef struct level {
  uint64_t left;    // elements or pairs not yet complete, this one included
  bool is_map;      // else an array
  bool at_value;    // of a map: the key has been read
  size_t item;      // offset of the element or key that comes next
  size_t key;       // of a map: offset of the key before
  size_t key_size;  // its encoding's length, 0 at the first key
} level_t;

typedef struct walk {
  cbor_reader_t cursor;
  size_t depth;
  level_t levels[kCborMaxDepth];
} walk_t;

/*@ predicate level_ok(level_t *level, size_t offset) =
  @   level->left > 0 && level->item <= offset &&
  @   level->key + level->key_size <= offset;
  @
  @ predicate walk_ok(walk_t *walk) =
  @   \valid(walk) && cbor_cursor(&walk->cursor) &&
  @   walk->depth <= kCborMaxDepth &&
  @   \forall integer i; 0 <= i < walk->depth ==>
  @     level_ok(&walk->levels[i], walk->cursor.offset);
  @
  @ predicate same_bytes{A, B}(walk_t *walk) =
  @   \at(walk->cursor.data, A) == \at(walk->cursor.data, B) &&
  @   \at(walk->cursor.size, A) == \at(walk->cursor.size, B);
  @*/

// Begins an array or map; an empty one is complete at once.
/*@ requires walk_ok(walk) && \valid_read(head) && \separated(head, walk);
  @ assigns walk->depth, walk->levels[0 .. kCborMaxDepth - 1];
  @ ensures walk_ok(walk);
  @*/
static rom_error_t open_level(walk_t *walk, const cbor_head_t *head) {
  if (head->argument == 0) {
    return kErrorOk;
  }
  REFUSE_IF(walk->depth >= kCborMaxDepth, kErrorCborRange);
  level_t *const level = &walk->levels[walk->depth];
  level->left = head->argument;
  level->is_map = head->type == kCborMap;
  level->at_value = false;
  level->item = walk->cursor.offset;
  level->key = 0;
  level->key_size = 0;
  walk->depth++;
  return kErrorOk;
}

// Reads an item without the contents of an array or map; tells whether it is
// complete with that.
/*@ requires walk_ok(walk) && \valid(complete);
  @ requires \separated(complete, walk);
  @ assigns *walk, *complete;
  @ ensures walk_ok(walk) && same_bytes{Pre, Post}(walk);
  @ ensures walk->cursor.offset >= \old(walk->cursor.offset);
  @ ensures \result == kErrorOk ==>
  @   walk->cursor.offset > \old(walk->cursor.offset);
  @*/
static rom_error_t read_shallow(walk_t *walk, bool *complete) {
  cbor_reader_t *const cursor = &walk->cursor;
  cbor_head_t head;
  RETURN_IF_ERROR(cbor_peek_head(cursor, &head));
  *complete = true;
  byte_span_t string;
  switch (head.type) {
    case kCborBstr:
      return cbor_read_bstr(cursor, &string);
    case kCborTstr:
      return cbor_read_tstr(cursor, &string);
    case kCborArray:
    case kCborMap:
      cursor->offset += 1 + head.argument_bytes;
      *complete = head.argument == 0;
      return open_level(walk, &head);
    case kCborTag:
      return kErrorCborType;
    case kCborSimple:
      REFUSE_IF(!cbor_is_bool(&head) && (head.argument_bytes != 0 ||
                                         head.argument != kCborSimpleNull),
                kErrorCborType);
      break;
    case kCborUint:
    case kCborNegint:
      break;
  }
  cursor->offset += 1 + head.argument_bytes;
  return kErrorOk;
}

// Notes that an item is complete, and with it every level that it was the last
// item of.
/*@ requires walk_ok(walk);
  @ assigns walk->depth, walk->levels[0 .. kCborMaxDepth - 1];
  @ ensures walk_ok(walk);
  @*/
static rom_error_t close_item(walk_t *walk) {
  const cbor_reader_t *const cursor = &walk->cursor;
  /*@ loop invariant walk_ok(walk);
    @ loop assigns walk->depth, walk->levels[0 .. kCborMaxDepth - 1];
    @ loop variant walk->depth;
    @*/
  while (walk->depth > 0) {
    level_t *const level = &walk->levels[walk->depth - 1];
    if (level->is_map && !level->at_value) {
      const size_t size = cursor->offset - level->item;
      RETURN_IF_ERROR(
          cbor_check_key(byte_span(cursor->data + level->key, level->key_size),
                         byte_span(cursor->data + level->item, size)));
      level->key = level->item;
      level->key_size = size;
      level->at_value = true;
      return kErrorOk;
    }
    level->at_value = false;
    level->item = cursor->offset;
    level->left--;
    if (level->left > 0) {
      return kErrorOk;
    }
    walk->depth--;
  }
  return kErrorOk;
}

rom_error_t cbor_read_item(cbor_reader_t *reader, byte_span_t *item) {
  walk_t walk;
  walk.cursor = *reader;
  walk.depth = 0;
  /*@ loop invariant walk_ok(&walk);
    @ loop invariant walk.cursor.data == reader->data;
    @ loop invariant walk.cursor.size == reader->size;
    @ loop invariant walk.cursor.offset >= reader->offset;
    @ loop assigns walk;
    @ loop variant walk.cursor.size - walk.cursor.offset;
    @*/
  do {
    // Each turn takes at least one byte, which bounds the loop.
    bool complete = false;
    RETURN_IF_ERROR(read_shallow(&walk, &complete));
    if (complete) {
      RETURN_IF_ERROR(close_item(&walk));
    }
  } while (walk.depth > 0);
  *item = byte_span(reader->data + reader->offset,
                    walk.cursor.offset - reader->offset);
  reader->offset = walk.cursor.offset;
  return kErrorOk;
}

rom_error_t cbor_check(byte_span_t span) {
  cbor_reader_t reader;
  byte_span_t item;
  cbor_reader_init(&reader, span);
  RETURN_IF_ERROR(cbor_read_item(&reader, &item));
  return cbor_read_end(&reader);
}

bool cbor_is_int(byte_span_t item, int64_t expected) {
  cbor_reader_t reader;
  int64_t value = 0;
  cbor_reader_init(&reader, item);
  return cbor_read_int(&reader, &value) == kErrorOk && value == expected;
}

bool cbor_is_text(byte_span_t item, byte_span_t expected) {
  cbor_reader_t reader;
  byte_span_t value;
  cbor_reader_init(&reader, item);
  return cbor_read_tstr(&reader, &value) == kErrorOk &&
         cbor_compare(value, expected) == 0;
}

// Returns the position of an encoded key in `keys`, or `count`.
/*@ requires span_readable(encoded) && \valid_read(keys + (0 .. count - 1));
  @ assigns \nothing;
  @ ensures \result <= count;
  @*/
static size_t find_key(byte_span_t encoded, const int32_t *keys, size_t count) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, encoded);
  int64_t key = 0;
  if (cbor_read_int(&reader, &key) != kErrorOk) {
    return count;
  }
  size_t at = 0;
  /*@ loop invariant 0 <= at <= count;
    @ loop assigns at;
    @ loop variant count - at;
    @*/
  while (at < count && keys[at] != key) {
    at++;
  }
  return at;
}

rom_error_t cbor_index_map(byte_span_t map, const int32_t *keys, size_t count,
                           byte_span_t *values, rom_error_t unknown) {
  /*@ loop invariant 0 <= i <= count;
    @ loop invariant \forall integer j; 0 <= j < i ==>
    @   values[j].data == \null && values[j].size == 0;
    @ loop assigns i, values[0 .. count - 1];
    @ loop variant count - i;
    @*/
  for (size_t i = 0; i < count; i++) {
    values[i] = byte_span(NULL, 0);
  }
  cbor_reader_t reader;
  cbor_map_t pairs;
  cbor_reader_init(&reader, map);
  RETURN_IF_ERROR(cbor_read_map(&reader, UINT32_MAX, &pairs));
  bool all_known = true;
  /*@ loop invariant 0 <= i <= pairs.left && cbor_cursor(&reader);
    @ loop invariant reader.data == map.data && reader.size == map.size;
    @ loop invariant \forall integer j; 0 <= j < count ==>
    @   span_readable(values[j]) && span_within(values[j], map);
    @ loop assigns i, all_known, reader, values[0 .. count - 1];
    @ loop variant pairs.left - i;
    @*/
  for (uint32_t i = 0; i < pairs.left; i++) {
    byte_span_t key;
    byte_span_t value;
    RETURN_IF_ERROR(cbor_read_item(&reader, &key));
    RETURN_IF_ERROR(cbor_read_item(&reader, &value));
    //@ assert span_readable(value) && span_within(value, map);
    const size_t at = find_key(key, keys, count);
    if (at < count) {
      values[at] = value;
    } else {
      all_known = false;
    }
  }
  REFUSE_IF(!all_known, unknown);
  return kErrorOk;
}
