// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Whole items: a walk over nested arrays and maps with a stack of its own, so
// that the depth of hostile input costs no recursion.

#include "token/cbor_head.h"

#include <string.h>

// An array or map that is being walked.
typedef struct level {
  uint64_t left;    // elements or pairs not yet complete, this one included
  bool is_map;      // else an array
  bool at_value;    // of a map: the key has been read
  size_t item;      // offset of the element or key that comes next
  byte_span_t key;  // of a map: the encoding of the key before
} level_t;

typedef struct walk {
  cbor_reader_t cursor;
  size_t depth;
  level_t levels[kCborMaxDepth];
} walk_t;

// Begins an array or map; an empty one is complete at once.
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
  level->key = byte_span(NULL, 0);
  walk->depth++;
  return kErrorOk;
}

// Reads an item without the contents of an array or map; tells whether it is
// complete with that.
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
static rom_error_t close_item(walk_t *walk) {
  const cbor_reader_t *const cursor = &walk->cursor;
  while (walk->depth > 0) {
    level_t *const level = &walk->levels[walk->depth - 1];
    if (level->is_map && !level->at_value) {
      const byte_span_t key =
          byte_span(cursor->data + level->item, cursor->offset - level->item);
      RETURN_IF_ERROR(cbor_check_key(level->key, key));
      level->key = key;
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
  do {
    // Each turn takes at least one byte, which bounds the loop.
    bool complete = false;
    RETURN_IF_ERROR(read_shallow(&walk, &complete));
    if (complete) {
      RETURN_IF_ERROR(close_item(&walk));
    }
  } while (walk.depth > 0);
  if (item != NULL) {
    *item = byte_span(reader->data + reader->offset,
                      walk.cursor.offset - reader->offset);
  }
  *reader = walk.cursor;
  return kErrorOk;
}

rom_error_t cbor_check(byte_span_t span) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, span);
  RETURN_IF_ERROR(cbor_read_item(&reader, NULL));
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
static size_t find_key(byte_span_t encoded, const int32_t *keys, size_t count) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, encoded);
  int64_t key = 0;
  if (cbor_read_int(&reader, &key) != kErrorOk) {
    return count;
  }
  size_t at = 0;
  while (at < count && keys[at] != key) {
    at++;
  }
  return at;
}

rom_error_t cbor_index_map(byte_span_t map, const int32_t *keys, size_t count,
                           byte_span_t *values, rom_error_t unknown) {
  memset(values, 0, count * sizeof values[0]);
  cbor_reader_t reader;
  cbor_map_t pairs;
  cbor_reader_init(&reader, map);
  RETURN_IF_ERROR(cbor_read_map(&reader, UINT32_MAX, &pairs));
  bool all_known = true;
  for (uint32_t i = 0; i < pairs.left; i++) {
    byte_span_t key;
    byte_span_t value;
    RETURN_IF_ERROR(cbor_read_item(&reader, &key));
    RETURN_IF_ERROR(cbor_read_item(&reader, &value));
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
