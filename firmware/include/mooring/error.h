// SPDX-FileCopyrightText: 2026 The Mooring Authors
// SPDX-License-Identifier: Apache-2.0

// Error words: every fallible function of link, token and rom returns one.

#ifndef MOORING_ERROR_H_
#define MOORING_ERROR_H_

#include <stdint.h>

#include "mooring/error_table.h"
#include "mooring/namespace.h"

#define error_logged_index MOORING_NAMESPACE(error_logged_index)
#define error_name MOORING_NAMESPACE(error_name)
#define error_word_at MOORING_NAMESPACE(error_word_at)

#define WARN_UNUSED_RESULT __attribute__((warn_unused_result))

// Extended BCH [16,7,6] code of a 7-bit number: the exclusive-or of one
// generator row for each set bit. Rows: x^(i+8) + remainder modulo
// x^8+x^7+x^6+x^4+1, then an even parity bit.
#define ERROR_CODE_ROW(number, bit, row) ((((number) >> (bit)) & 1u) * (row))
#define ERROR_CODE(number)                                                   \
  (ERROR_CODE_ROW(number, 0, 0x03A3u) ^ ERROR_CODE_ROW(number, 1, 0x04E6u) ^ \
   ERROR_CODE_ROW(number, 2, 0x09CCu) ^ ERROR_CODE_ROW(number, 3, 0x103Bu) ^ \
   ERROR_CODE_ROW(number, 4, 0x2075u) ^ ERROR_CODE_ROW(number, 5, 0x40E9u) ^ \
   ERROR_CODE_ROW(number, 6, 0x81D1u))
#define ERROR_WORD(tag0, tag1, number)                   \
  (((uint32_t)(tag0) << 24) | ((uint32_t)(tag1) << 16) | \
   (uint32_t)ERROR_CODE((uint32_t)(number)))

#define ERROR_ENUMERATOR(name, upper, tag0, tag1, number, cls, meaning) \
  kError##name = ERROR_WORD(tag0, tag1, number),
typedef enum rom_error {
  kErrorOk = ERROR_WORD('O', 'K', 0),
  MOORING_ERROR_TABLE(ERROR_ENUMERATOR)
} rom_error_t;
#undef ERROR_ENUMERATOR

// What the chip does with an error besides answering it (error_table.h).
typedef enum error_class {
  kErrorClassPlain = 1,
  kErrorClassLogged = 2,
  kErrorClassFatal = 3,
} error_class_t;

/** The table's word at `index`, or 0 past the end. */
uint32_t error_word_at(uint32_t index);

enum {
  kErrorNameBytes = 32,  // of the longest name and its final NUL
};

/** Writes the name of `error` and a NUL; "?" if it is none of the table. */
void error_name(rom_error_t error, char name[kErrorNameBytes]);

enum {
  kErrorNotLogged = 0xffff,
};

/**
 * The place of `error` among the logged words in table order, or
 * kErrorNotLogged.
 */
uint32_t error_logged_index(rom_error_t error);

// Every refusal of token, link and rom is written with these two, so that the
// mutation check can switch off one at a time (build option MOORING_MUTATION)
// and see that a test notices. It is asked only once the condition holds, so it
// also learns which tests make which refusal happen.
#ifdef MOORING_MUTATION
/** Returns 0 for the one refusal that the mutation check has switched off. */
int mooring_refusal_enabled(const char *file, int line);
#define REFUSAL_ENABLED() (mooring_refusal_enabled(__FILE__, __LINE__) != 0)
#else
#define REFUSAL_ENABLED() 1
#endif

/** Returns `error` from the calling function if `condition` holds. */
#define REFUSE_IF(condition, error)         \
  do {                                      \
    if ((condition) && REFUSAL_ENABLED()) { \
      return (error);                       \
    }                                       \
  } while (0)

/** Returns the error of `expression` from the calling function, if any. */
#define RETURN_IF_ERROR(expression)              \
  do {                                           \
    rom_error_t return_if_error_ = (expression); \
    if (return_if_error_ != kErrorOk) {          \
      return return_if_error_;                   \
    }                                            \
  } while (0)

#endif  // MOORING_ERROR_H_
