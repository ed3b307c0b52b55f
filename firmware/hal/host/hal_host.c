// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/hal_host.h"

#include <setjmp.h>
#include <string.h>

#include "mooring/hal.h"
#include "mooring/rom.h"

enum {
  kLeaveHalt = 1,
  kLeaveFault = 2,
  kLeavePowerLost = 3,
};

// Lives on the stack of one step. The jump target is the only way out of the
// ROM besides returning: the HAL's functions cannot report failure.
struct hal_bus {
  void *handle;
  jmp_buf leave;
  int dying;  // the trap path runs: further faults must not interrupt it
};

static _Noreturn void leave(hal_bus_t *bus, int why) {
  longjmp(bus->leave, why);
}

static void settle(hal_bus_t *bus, int outcome) {
  if (outcome == kBusPowerLost) {
    leave(bus, kLeavePowerLost);
  }
  if (outcome != kBusOk && !bus->dying) {
    leave(bus, kLeaveFault);
  }
}

uint32_t hal_read32(hal_bus_t *bus, uint32_t address) {
  uint32_t value = 0;
  settle(bus, mooring_bus_read32(bus->handle, address, &value));
  return value;
}

void hal_write32(hal_bus_t *bus, uint32_t address, uint32_t value) {
  settle(bus, mooring_bus_write32(bus->handle, address, value));
}

void hal_read_window(hal_bus_t *bus, uint32_t address, uint8_t *out,
                     size_t len) {
  settle(bus, mooring_bus_read_window(bus->handle, address, out, len));
}

void hal_write_window(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                      size_t len) {
  settle(bus, mooring_bus_write_window(bus->handle, address, data, len));
}

void hal_read_fifo(hal_bus_t *bus, uint32_t address, uint8_t *out, size_t len) {
  settle(bus, mooring_bus_read_fifo(bus->handle, address, out, len));
}

void hal_write_fifo(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                    size_t len) {
  settle(bus, mooring_bus_write_fifo(bus->handle, address, data, len));
}

_Noreturn void hal_halt(hal_bus_t *bus) {
  leave(bus, kLeaveHalt);
}

// What the trap handler does on RV32.
static uint32_t trap(hal_bus_t *bus) {
  bus->dying = 1;
  switch (setjmp(bus->leave)) {
    case 0:
      rom_shutdown(bus, kErrorHwBusFault);
    case kLeavePowerLost:
      return kStepPowerLost;
    default:
      return kStepBusFault;
  }
}

static uint32_t run(rom_t *rom, hal_bus_t *bus) {
  switch (setjmp(bus->leave)) {
    case 0:
      rom_step(rom);
      return kStepWaiting;
    case kLeaveHalt:
      return kStepHalted;
    case kLeaveFault:
      return trap(bus);
    default:
      return kStepPowerLost;
  }
}

size_t mooring_rom_size(void) {
  return sizeof(rom_t);
}

void mooring_rom_init(void *rom, void *handle) {
  (void)handle;  // leaving reset touches no hardware
  rom_init(rom);
}

uint32_t mooring_rom_step(void *memory, void *handle) {
  rom_t *rom = memory;
  hal_bus_t bus = {.handle = handle};
  rom->bus = &bus;
  const uint32_t outcome = run(rom, &bus);
  rom->bus = NULL;
  return outcome;
}

static uint8_t nibble(char digit) {
  return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void mooring_rom_measurement(uint8_t out[48]) {
  // The build passes it; see firmware/build_ffi.py.
  static const char kDigits[] = MOORING_SOURCE_MEASUREMENT;
  _Static_assert(sizeof(kDigits) == 2 * 48 + 1, "SHA-384 in hexadecimal");
  for (size_t i = 0; i < 48; i++) {
    out[i] =
        (uint8_t)(nibble(kDigits[2 * i]) << 4 | nibble(kDigits[2 * i + 1]));
  }
}
