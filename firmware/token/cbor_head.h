// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the reader of single items and the reader of whole ones share.

#ifndef MOORING_TOKEN_CBOR_HEAD_H_
#define MOORING_TOKEN_CBOR_HEAD_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mooring/cbor.h"

#define cbor_peek_head MOORING_NAMESPACE(cbor_peek_head)
#define cbor_check_key MOORING_NAMESPACE(cbor_check_key)
#define cbor_is_utf8 MOORING_NAMESPACE(cbor_is_utf8)

enum {
  // Simple values [RFC8949 §3.3].
  kCborSimpleFalse = 20,
  kCborSimpleTrue = 21,
  kCborSimpleNull = 22,
};

/** The head of an item: its initial byte and argument. */
typedef struct cbor_head {
  cbor_type_t type;
  size_t argument_bytes;  // after the initial byte: 0, 1, 2, 4 or 8
  uint64_t argument;      // value, length, count or tag; bits of a float
} cbor_head_t;

/** Parses the head at the cursor without moving it. */
/*@ requires cbor_cursor(reader);
  @ requires \valid(head) && \separated(head, reader);
  @ assigns *head;
  @ ensures \result == kErrorOk ==> head->argument_bytes <= 8;
  @ ensures \result == kErrorOk ==>
  @   reader->offset + 1 + head->argument_bytes <= reader->size;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_peek_head(const cbor_reader_t *reader, cbor_head_t *head);

/** Compares a map key's encoding with that of the key before; empty if none. */
/*@ requires span_readable(previous) && span_readable(key);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t cbor_check_key(byte_span_t previous, byte_span_t key);

/** Tells whether a text is UTF-8 [RFC3629 §4]. */
/*@ requires span_readable(text);
  @ assigns \nothing;
  @*/
bool cbor_is_utf8(byte_span_t text);

/** Tells whether a simple value is false or true, and not a number. */
/*@ requires \valid_read(head);
  @ assigns \nothing;
  @*/
static inline bool cbor_is_bool(const cbor_head_t *head) {
  return head->argument_bytes == 0 && (head->argument == kCborSimpleFalse ||
                                       head->argument == kCborSimpleTrue);
}

#endif  // MOORING_TOKEN_CBOR_HEAD_H_
