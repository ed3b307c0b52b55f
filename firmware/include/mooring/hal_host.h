// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The HAL on a development machine: the boot ROM as a function of a chip
// model.
//
// The model owns the memory of each ROM, steps it, and answers its bus
// accesses. Nothing here keeps state between two steps but mooring_bus_t, and
// a ROM's memory holds no pointer between them, so it may be copied, stored
// and put back.
//
// Most accesses do no more than to show or to store a word that the model
// keeps. Those are done here, on the model's own memory; the model answers all
// others, and while it watches the bus, every one.

#ifndef MOORING_INCLUDE_MOORING_HAL_HOST_H_
#define MOORING_INCLUDE_MOORING_HAL_HOST_H_

#include <stddef.h>
#include <stdint.h>

// -----------------------------------------------------------------------------
// What the model lays open
// -----------------------------------------------------------------------------

enum {
  kBusPages = 16,
  kBusPageBits = 12,
};

/** What an access to a word may do without the model. */
typedef struct mooring_word {
  uint32_t shows;   // bits that a read shows; 0: a read is the model's
  uint32_t stores;  // bits that a write stores; 0: a write is the model's
} mooring_word_t;

/** One block of registers, or nothing. */
typedef struct mooring_block {
  uint8_t *memory;              // its words, least significant byte first
  const mooring_word_t *words;  // what may be done to each
  uint32_t size_bytes;          // 0: nothing is here
} mooring_block_t;

/** The bus of one chip, as the HAL sees it. Times are in units of the model. */
typedef struct mooring_bus {
  void *handle;          // the model's, passed through to it
  uint32_t base;         // address of the first page
  uint32_t watched;      // not 0: the model wants to see every access
  uint64_t access_time;  // what each access takes
  uint64_t word_time;    // what each word or FIFO byte of a block takes
  uint64_t elapsed;      // time of accesses that the model has not been told
  uint64_t accesses;     // how many accesses were done without the model
  mooring_block_t pages[kBusPages];
} mooring_bus_t;

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
void mooring_rom_init(void *rom);

/**
 * Runs the ROM until it waits, halts or loses its bus.
 *
 * @return kStepWaiting, kStepHalted, kStepBusFault or kStepPowerLost. After
 *         the last, the memory is worth nothing until mooring_rom_init().
 */
uint32_t mooring_rom_step(void *rom, mooring_bus_t *bus);

/** The measurement of this ROM: SHA-384 over its sources, big-endian. */
void mooring_rom_measurement(uint8_t out[48]);

// -----------------------------------------------------------------------------
// What the model answers
// -----------------------------------------------------------------------------

// `elapsed` is the time since the model was told last, this access included.

/** Outcome of a bus access. */
enum {
  kBusOk = 0,
  kBusFault = 1,
  kBusPowerLost = 2,
};

/** @return The word, or one of the above outcomes with its sign changed. */
int64_t mooring_bus_read32(void *handle, uint32_t address, uint64_t elapsed);
int mooring_bus_write32(void *handle, uint32_t address, uint32_t value,
                        uint64_t elapsed);
int mooring_bus_read_window(void *handle, uint32_t address, uint8_t *out,
                            size_t len_bytes, uint64_t elapsed);
int mooring_bus_write_window(void *handle, uint32_t address,
                             const uint8_t *data, size_t len_bytes,
                             uint64_t elapsed);
int mooring_bus_read_fifo(void *handle, uint32_t address, uint8_t *out,
                          size_t len_bytes, uint64_t elapsed);
int mooring_bus_write_fifo(void *handle, uint32_t address, const uint8_t *data,
                           size_t len_bytes, uint64_t elapsed);

#endif  // MOORING_INCLUDE_MOORING_HAL_HOST_H_
