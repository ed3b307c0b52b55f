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

typedef struct mooring_block {
  uint8_t *memory;
  const mooring_word_t *words;
  uint32_t size_bytes;
} mooring_block_t;

typedef struct mooring_bus {
  void *handle;
  uint32_t base;
  uint32_t watched;
  uint64_t access_time;
  uint64_t word_time;
  uint64_t elapsed;
  uint64_t accesses;
  mooring_block_t pages[...];
} mooring_bus_t;

size_t mooring_rom_size(void);
void mooring_rom_init(void *rom);
uint32_t mooring_rom_step(void *rom, mooring_bus_t *bus);
void mooring_rom_measurement(uint8_t *out);

enum {
  kBusOk = ...,
  kBusFault = ...,
  kBusPowerLost = ...,
  ...
};

extern "Python+C" {
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
}
