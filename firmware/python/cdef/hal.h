// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the host HAL: how a chip model runs the boot ROM
// (mooring/hal_host.h says what each one means).

enum {
  kStepWaiting = ...,
  kStepHalted = ...,
  kStepBusFault = ...,
  kStepPowerLost = ...,
  ...
};

enum { kBusPages = ..., ... };

typedef struct mooring_word {
  uint32_t shows;
  uint32_t stores;
} mooring_word_t;

enum { kUartReceivedBytes = ..., kUartSentBytes = ..., ... };

typedef struct mooring_uart {
  uint64_t byte_time;
  uint64_t rx_began;
  uint64_t rx_changed;
  uint64_t tx_began;
  uint64_t added_began;
  uint64_t wake_at;
  uint32_t wake;
  uint32_t lent;
  uint32_t added;
  uint32_t fifo_bytes;
  uint32_t rx_size;
  uint32_t rx_more;
  uint32_t rx_arrived;
  uint32_t rx_taken;
  uint32_t reserved;
  uint32_t tx_size;
  uint8_t rx[...];
  uint8_t tx[...];
} mooring_uart_t;

enum { kNoiseBytes = ..., ... };

typedef struct mooring_noise {
  uint32_t size;
  uint32_t taken;
  uint8_t bytes[...];
} mooring_noise_t;

typedef struct mooring_block {
  uint8_t *memory;
  const mooring_word_t *words;
  uint32_t size_bytes;
  mooring_uart_t *uart;
  mooring_noise_t *noise;
} mooring_block_t;

typedef struct mooring_bus {
  void *handle;
  uint32_t base;
  uint32_t watched;
  uint64_t access_time;
  uint64_t word_time;
  uint64_t began;
  uint64_t *spent;
  uint64_t accesses;
  uint64_t timer_began;
  uint64_t tick_time;
  const uint64_t *phase_time;
  uint32_t phases;
  uint32_t sends;
  mooring_block_t pages[...];
} mooring_bus_t;

size_t mooring_rom_size(void);
void mooring_rom_init(void *rom);
uint32_t mooring_rom_step(void *rom, mooring_bus_t *bus);
void mooring_rom_measurement(uint8_t *out);

enum { kBusOk = ..., kBusFault = ..., kBusPowerLost = ..., ... };

extern "Python+C" {
int mooring_bus_sleep(void *handle, uint64_t moment);
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
}
