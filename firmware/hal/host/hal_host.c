// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/hal_host.h"

#include <setjmp.h>
#include <string.h>

#include "hal/host/lent.h"
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
  mooring_bus_t *model;
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

// -----------------------------------------------------------------------------
// Accesses that are done here
// -----------------------------------------------------------------------------

enum { kWordBytes = 4 };

// Consecutive words in the model's memory, and what may be done to each.
typedef struct span {
  uint8_t *memory;
  const mooring_word_t *words;
} span_t;

static uint32_t load32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
         (uint32_t)at[3] << 24;
}

static void store32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < kWordBytes; i++) {
    at[i] = (uint8_t)(value >> 8 * i);
  }
}

// Finds words that lie in one block; what is no such thing is the model's to
// refuse.
static int find(const mooring_bus_t *bus, uint32_t address, size_t len,
                span_t *out) {
  const uint32_t page = (address - bus->base) >> kBusPageBits;
  const uint32_t offset = address & ((1U << kBusPageBits) - 1);
  if (bus->watched != 0 || page >= kBusPages ||
      ((address | len) & (kWordBytes - 1)) != 0) {
    return 0;
  }
  const mooring_block_t *block = &bus->pages[page];
  if (offset >= block->size_bytes || len > block->size_bytes - offset) {
    return 0;
  }
  out->memory = block->memory + offset;
  out->words = block->words + offset / kWordBytes;
  return 1;
}

static void spend(mooring_bus_t *bus, size_t words) {
  *bus->spent += bus->access_time + bus->word_time * words;
}

static int read_here(mooring_bus_t *bus, uint32_t address, uint8_t *out,
                     size_t len) {
  span_t span;
  if (!find(bus, address, len, &span)) {
    return 0;
  }
  for (size_t i = 0; i < len / kWordBytes; i++) {
    if (span.words[i].shows == 0) {
      return 0;
    }
  }
  for (size_t i = 0; i < len / kWordBytes; i++) {
    const uint32_t word = load32(span.memory + kWordBytes * i);
    store32(out + kWordBytes * i, word & span.words[i].shows);
  }
  bus->accesses++;
  return 1;
}

static int write_here(mooring_bus_t *bus, uint32_t address, const uint8_t *data,
                      size_t len) {
  span_t span;
  if (!find(bus, address, len, &span)) {
    return 0;
  }
  for (size_t i = 0; i < len / kWordBytes; i++) {
    if (span.words[i].stores == 0) {
      return 0;
    }
  }
  for (size_t i = 0; i < len / kWordBytes; i++) {
    uint8_t *at = span.memory + kWordBytes * i;
    const uint32_t stores = span.words[i].stores;
    const uint32_t word = load32(data + kWordBytes * i);
    store32(at, (load32(at) & ~stores) | (word & stores));
  }
  bus->accesses++;
  return 1;
}

// -----------------------------------------------------------------------------
// The HAL
// -----------------------------------------------------------------------------

uint32_t hal_read32(hal_bus_t *bus, uint32_t address) {
  mooring_bus_t *model = bus->model;
  uint8_t word[kWordBytes];
  uint32_t value = 0;
  spend(model, 0);
  if (read_here(model, address, word, sizeof(word))) {
    return load32(word);
  }
  if (lent_read32(model, address, &value)) {
    return value;
  }
  const int64_t answer = mooring_bus_read32(model->handle, address);
  if (answer >= 0) {
    return (uint32_t)answer;
  }
  settle(bus, (int)-answer);
  return 0;
}

void hal_write32(hal_bus_t *bus, uint32_t address, uint32_t value) {
  mooring_bus_t *model = bus->model;
  uint8_t word[kWordBytes];
  store32(word, value);
  spend(model, 0);
  if (!write_here(model, address, word, sizeof(word)) &&
      !lent_write32(model, address, value)) {
    settle(bus, mooring_bus_write32(model->handle, address, value));
  }
}

void hal_read_window(hal_bus_t *bus, uint32_t address, uint8_t *out,
                     size_t len) {
  mooring_bus_t *model = bus->model;
  spend(model, len / kWordBytes);
  if (!read_here(model, address, out, len)) {
    settle(bus, mooring_bus_read_window(model->handle, address, out, len));
  }
}

void hal_write_window(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                      size_t len) {
  mooring_bus_t *model = bus->model;
  spend(model, len / kWordBytes);
  if (!write_here(model, address, data, len)) {
    settle(bus, mooring_bus_write_window(model->handle, address, data, len));
  }
}

void hal_read_fifo(hal_bus_t *bus, uint32_t address, uint8_t *out, size_t len) {
  mooring_bus_t *model = bus->model;
  spend(model, len);
  if (!lent_read_fifo(model, address, out, len)) {
    settle(bus, mooring_bus_read_fifo(model->handle, address, out, len));
  }
}

void hal_write_fifo(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                    size_t len) {
  mooring_bus_t *model = bus->model;
  spend(model, len);
  if (!lent_write_fifo(model, address, data, len)) {
    settle(bus, mooring_bus_write_fifo(model->handle, address, data, len));
  }
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

void mooring_rom_init(void *rom) {
  rom_init(rom);
}

uint32_t mooring_rom_step(void *memory, mooring_bus_t *model) {
  rom_t *rom = memory;
  hal_bus_t bus = {.model = model};
  rom->bus = &bus;
  uint32_t outcome = 0;
  do {
    outcome = run(rom, &bus);
  } while (outcome == kStepWaiting && lent_wait(model));
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
