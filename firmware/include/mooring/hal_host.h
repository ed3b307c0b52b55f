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
// keeps, to tell or to take time, or to move bytes that the model has lent.
// Those are done here, on the model's own memory; the model answers all others,
// and while it watches the bus, every one.

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

enum {
  kUartReceivedBytes = 256,
  kUartSentBytes = 256,
};

/** What is known of the moment at which a UART will interrupt. */
enum {
  kWakeUnknown = 0,
  kWakeNever = 1,
  kWakeAt = 2,
};

/**
 * What a UART lends for a while: bytes that have arrived or are arriving, and
 * room for bytes to send.
 *
 * Byte i of `rx` is complete i + 1 byte times after `rx_began`. Those before
 * `rx_taken` were read, those before `rx_arrived` are in the FIFO.
 */
typedef struct mooring_uart {
  uint64_t byte_time;
  uint64_t rx_began;
  uint64_t rx_changed;   // when the receive FIFO last changed
  uint64_t tx_began;     // when the bytes before those in `tx` began to go out
  uint64_t added_began;  // when those in `tx` did
  uint64_t wake_at;      // when it will interrupt
  uint32_t wake;         // whether it will, found at the end of a step
  uint32_t lent;         // not 0: it is lent
  uint32_t added;        // bytes in `tx`
  uint32_t fifo_bytes;   // room of each FIFO
  uint32_t rx_size;      // bytes in `rx`
  uint32_t rx_more;      // not 0: others follow, which only the model knows
  uint32_t rx_arrived;
  uint32_t rx_taken;
  uint32_t reserved;
  uint32_t tx_size;  // bytes that go out before those in `tx`
  uint8_t rx[kUartReceivedBytes];
  uint8_t tx[kUartSentBytes];
} mooring_uart_t;

enum { kNoiseBytes = 32 };

/** What TRNG lends: tested bytes that DATA shows next, a word at a time. */
typedef struct mooring_noise {
  uint32_t size;
  uint32_t taken;  // of these
  uint8_t bytes[kNoiseBytes];
} mooring_noise_t;

/** One block of registers, or nothing. */
typedef struct mooring_block {
  uint8_t *memory;              // its words, least significant byte first
  const mooring_word_t *words;  // what may be done to each
  uint32_t size_bytes;          // 0: nothing is here
  mooring_uart_t *uart;         // what this block lends if it is a UART
  mooring_noise_t *noise;       // or if it is TRNG
} mooring_block_t;

/**
 * The bus of one chip, as the HAL sees it.
 *
 * Times are in units of the model; moments are modulo 2^64, so that only their
 * differences mean anything.
 */
typedef struct mooring_bus {
  void *handle;                // the model's, passed through to it
  uint32_t base;               // address of the first page
  uint32_t watched;            // not 0: the model wants to see every access
  uint64_t access_time;        // what each access takes
  uint64_t word_time;          // what each word or FIFO byte of a block takes
  uint64_t began;              // the moment from which `spent` counts
  uint64_t *spent;             // time that the CPU's work has taken since
  uint64_t accesses;           // how many accesses were done without the model
  uint64_t timer_began;        // the moment at which TIMER counted 0
  uint64_t tick_time;          // what it counts
  const uint64_t *phase_time;  // what each phase takes, by its number
  uint32_t phases;             // how many; 0: each marker is the model's
  uint32_t sends;  // pages of UARTs that were given bytes, a bit each
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
 * While nothing but the link's receiver may wake it, the model is asked to let
 * it go on from there.
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

/**
 * Asks whether the CPU may wait for `moment`, which is to come, by itself.
 *
 * @return Not 0 if time has gone on to then, and what the model has told of it
 *         is new; 0 if something else may happen before.
 */
int mooring_bus_sleep(void *handle, uint64_t moment);

// The time of the access has been added to `spent`.

/** Outcome of a bus access. */
enum {
  kBusOk = 0,
  kBusFault = 1,
  kBusPowerLost = 2,
};

/** @return The word, or one of the above outcomes with its sign changed. */
int64_t mooring_bus_read32(void *handle, uint32_t address);
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
