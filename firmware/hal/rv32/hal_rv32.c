// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "hal/rv32/hal_rv32.h"

#include "mooring/hal.h"
#include "mooring/rom.h"

enum {
  kMieExternal = 1 << 11,  // MEIE
};

// The one writable object of the image; it lies above the stack.
static rom_t g_rom;

// Causes of an access that the bus or a memory refuses, misaligned ones
// included: instruction, load and store. Any other trap is an instruction that
// no correct ROM executes.
static int is_bus_fault(uint32_t cause) {
  enum { kCauses = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 };
  return cause < 8 && (kCauses >> cause & 1) != 0;
}

_Noreturn void mooring_hal_trap(uint32_t cause) {
  rom_shutdown(NULL,
               is_bus_fault(cause) ? kErrorHwBusFault : kErrorHwControlFlow);
}

_Noreturn void mooring_hal_main(void) {
  rom_init(&g_rom);
  __asm__ volatile("csrw mie, %0" : : "r"(kMieExternal));
  for (;;) {
    rom_step(&g_rom);
    __asm__ volatile("wfi" : : : "memory");
  }
}

void mooring_mmio_read_window(uint32_t address, uint8_t *out, size_t len) {
  for (const uint8_t *const end = out + len; out != end; address += 4) {
    uint32_t word = hal_read32(NULL, address);
    for (uint32_t i = 0; i < sizeof(word); i++, word >>= 8) {
      *out++ = (uint8_t)word;
    }
  }
}

void mooring_mmio_write_window(uint32_t address, const uint8_t *data,
                               size_t len) {
  for (const uint8_t *const end = data + len; data != end; address += 4) {
    uint32_t word = 0;
    for (uint32_t shift = 0; shift < 32; shift += 8) {
      word |= (uint32_t)*data++ << shift;
    }
    hal_write32(NULL, address, word);
  }
}

void mooring_mmio_read_fifo(uint32_t address, uint8_t *out, size_t len) {
  for (size_t i = 0; i < len; i++) {
    out[i] = (uint8_t)hal_read32(NULL, address);
  }
}

void mooring_mmio_write_fifo(uint32_t address, const uint8_t *data,
                             size_t len) {
  for (size_t i = 0; i < len; i++) {
    hal_write32(NULL, address, data[i]);
  }
}
