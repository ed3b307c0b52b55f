// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Lines of plain text on UART0, for a person. A line that finds no room in
// the FIFO is cut: the console must never hold up the ROM.

#ifndef MOORING_ROM_CONSOLE_H_
#define MOORING_ROM_CONSOLE_H_

#include <stdint.h>

#include "mooring/error.h"
#include "mooring/hal.h"
#include "rom/names.h"

enum {
  kConsoleLineBytes = 80,
};

/** A line that is being put together; longer ones are cut. */
typedef struct console_line {
  uint32_t size_bytes;
  uint8_t text[kConsoleLineBytes];
} console_line_t;

/** Begins a line with `text`. */
void console_start(console_line_t *line, const char *text);

/** Adds text. */
void console_text(console_line_t *line, const char *text);

/** Adds a decimal number. */
void console_number(console_line_t *line, uint32_t value);

/** Adds the name of an error. */
void console_error(console_line_t *line, rom_error_t error);

/** Ends the line and sends what fits into the FIFO. */
void console_send(hal_bus_t *bus, console_line_t *line);

#endif  // MOORING_ROM_CONSOLE_H_
