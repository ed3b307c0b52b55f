// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The HAL on a development machine: the boot ROM as a function of a chip
// model.
//
// The model owns the memory of each ROM, steps it, and answers its bus
// accesses. `handle` is the model's and only passed through. Nothing here
// keeps state between two steps, and a ROM's memory holds no pointer between
// them, so it may be copied, stored and put back.

#ifndef MOORING_INCLUDE_MOORING_HAL_HOST_H_
#define MOORING_INCLUDE_MOORING_HAL_HOST_H_

#include <stddef.h>
#include <stdint.h>

// -----------------------------------------------------------------------------
// What the model calls
// -----------------------------------------------------------------------------

/** Why a step returned. */
enum {
  // sparse_words.py --count 4 --distance 14 --seed 11
  kStepWaiting = 0x39e792b6,    // for an interrupt that the ROM has enabled
  kStepHalted = 0x6ed0a4a6,     // shut down; only a reset goes on
  kStepBusFault = 0x47a69f13,   // the same, and a bus fault was the reason
  kStepPowerLost = 0x3b9a6be0,  // a bus access found the power gone
};

/** Bytes of one ROM's working memory. */
size_t mooring_rom_size(void);

/** Puts the working memory `rom` into the state of a CPU leaving reset. */
void mooring_rom_init(void *rom, void *handle);

/**
 * Runs the ROM until it waits, halts or loses its bus.
 *
 * @return kStepWaiting, kStepHalted, kStepBusFault or kStepPowerLost. After
 *         the last, the memory is worth nothing until mooring_rom_init().
 */
uint32_t mooring_rom_step(void *rom, void *handle);

/** The measurement of this ROM: SHA-384 over its sources, big-endian. */
void mooring_rom_measurement(uint8_t out[48]);

// -----------------------------------------------------------------------------
// What the model answers
// -----------------------------------------------------------------------------

/** Outcome of a bus access. */
enum {
  kBusOk = 0,
  kBusFault = 1,
  kBusPowerLost = 2,
};

int mooring_bus_read32(void *handle, uint32_t address, uint32_t *out);
int mooring_bus_write32(void *handle, uint32_t address, uint32_t value);
int mooring_bus_read_window(void *handle, uint32_t address, uint8_t *out,
                            size_t len_bytes);
int mooring_bus_write_window(void *handle, uint32_t address,
                             const uint8_t *data, size_t len_bytes);
int mooring_bus_read_fifo(void *handle, uint32_t address, uint8_t *out,
                          size_t len_bytes);
int mooring_bus_write_fifo(void *handle, uint32_t address, const uint8_t *data,
                           size_t len_bytes);

#endif  // MOORING_INCLUDE_MOORING_HAL_HOST_H_
