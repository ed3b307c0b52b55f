// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Command bodies: what every command's parser shares. All of it refuses with
// kErrorLinkBodyMalformed (not deterministic CBOR of the kind) or
// kErrorLinkBodyField (a field is missing, unknown or of the wrong form).

#ifndef MOORING_ROM_BODY_H_
#define MOORING_ROM_BODY_H_

#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "rom/names.h"

/** Checks that the body of a command without one is empty. */
WARN_UNUSED_RESULT
rom_error_t body_empty(byte_span_t body);

/**
 * Finds the fields of a map body; the first `required` of `keys` must be there.
 *
 * @param values receives the encoding of each; empty where absent.
 */
WARN_UNUSED_RESULT
rom_error_t body_index(byte_span_t body, const int32_t *keys, size_t count,
                       size_t required, byte_span_t *values);

/** Reads a field that is an unsigned integer of at most `max`. */
WARN_UNUSED_RESULT
rom_error_t body_uint(byte_span_t field, uint64_t max, uint64_t *value);

/** Reads a field that is a byte string. */
WARN_UNUSED_RESULT
rom_error_t body_bstr(byte_span_t field, byte_span_t *value);

/** Reads a field that is a byte string of exactly `size` bytes. */
WARN_UNUSED_RESULT
rom_error_t body_bstr_exact(byte_span_t field, uint8_t *out, size_t size);

/** Reads a body that is {1: a field}; refused as by body_index(). */
WARN_UNUSED_RESULT
rom_error_t body_only(byte_span_t body, byte_span_t *value);

/**
 * Reads a body that is {1: a byte string of exactly `size` bytes}.
 *
 * @return kErrorLinkBodyMalformed, kErrorLinkBodyField.
 */
WARN_UNUSED_RESULT
rom_error_t body_only_bstr(byte_span_t body, uint8_t *out, size_t size);

/** Reads a body that is an array of exactly two byte strings. */
WARN_UNUSED_RESULT
rom_error_t body_pair(byte_span_t body, byte_span_t *first,
                      byte_span_t *second);

#endif  // MOORING_ROM_BODY_H_
