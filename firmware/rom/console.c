// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/console.h"

#include "mooring/generated/chip_regs.h"

enum {
  kLineEndBytes = 2,
  kDecimalDigits = 10,  // of the largest 32-bit number
};

static void append(console_line_t *line, char character) {
  if (line->size_bytes < kConsoleLineBytes - kLineEndBytes) {
    line->text[line->size_bytes++] = (uint8_t)character;
  }
}

void console_start(console_line_t *line, const char *text) {
  line->size_bytes = 0;
  console_text(line, text);
}

void console_text(console_line_t *line, const char *text) {
  while (*text != '\0') {
    append(line, *text++);
  }
}

void console_number(console_line_t *line, uint32_t value) {
  char digits[kDecimalDigits];
  uint32_t count = 0;
  do {
    digits[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0) {
    append(line, digits[--count]);
  }
}

void console_error(console_line_t *line, rom_error_t error) {
  char name[kErrorNameBytes];
  error_name(error, name);
  console_text(line, name);
}

void console_send(hal_bus_t *bus, console_line_t *line) {
  line->text[line->size_bytes++] = '\r';
  line->text[line->size_bytes++] = '\n';
  const uint32_t space =
      hal_read32(bus, CHIP_UART0_BASE + UART_TX_SPACE_OFFSET);
  const uint32_t count = line->size_bytes < space ? line->size_bytes : space;
  if (count > 0) {
    hal_write_fifo(bus, CHIP_UART0_BASE + UART_THR_OFFSET, line->text, count);
  }
}
