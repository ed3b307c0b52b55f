// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/rom.h"

#include <string.h>

#include "rom/boot.h"
#include "rom/compute.h"
#include "rom/console.h"
#include "rom/decision.h"
#include "rom/range.h"
#include "rom/reply.h"
#include "rom/serve.h"

// A step that leaves a state other than by one of these words is a fault.
typedef struct rom_state_entry {
  rom_state_t state;
  rom_state_t (*run)(rom_t *rom);
} rom_state_entry_t;

static rom_state_t halted(rom_t *rom) {
  rom->waiting = 1;
  return kRomStateHalted;
}

static const rom_state_entry_t kRomStates[] = {
    {kRomStateReset, boot_reset},
    {kRomStateSelfTest, boot_self_test},
    {kRomStateReadFuses, boot_read_fuses},
    {kRomStateServe, serve_receive},
    {kRomStateVerify, decision_verify},
    {kRomStateCommit, decision_commit},
    {kRomStateOpen, decision_open},
    {kRomStateCompute, compute_finish},
    {kRomStateRespond, reply_pump},
    {kRomStateRestart, reply_wait_sent},
    {kRomStateHalted, halted},
    {kRomStateRange, range_start},
};

enum {
  kRomStateCount = sizeof(kRomStates) / sizeof(kRomStates[0]),
};

void rom_init(rom_t *rom) {
  memset(rom, 0, sizeof(*rom));
  rom->state = kRomStateReset;
}

static int frame_reader_fits(const mctp_serial_reader_t *reader) {
  const int in_packet = reader->state == kMctpSerialInPacket ||
                        reader->state == kMctpSerialAfterEscape;
  return !in_packet || reader->received < reader->count;
}

// Whether every index and length that outlives a step is within its buffer.
// Code keeps them there; a flipped bit in RAM must not turn one into a read or
// write beyond.
static int indices_fit(const rom_t *rom) {
  return rom->rx_at <= rom->rx_size && rom->rx_size <= kRomRxBytes &&
         rom->frame_at <= rom->frame_size &&
         rom->frame_size <= kMctpSerialFrameMaxBytes &&
         rom->sender.offset <= rom->sender.size &&
         rom->sender.size <= kMctpMessageMaxBytes &&
         rom->sender.unit_bytes <= kMctpPayloadMaxBytes &&
         rom->trust.count <= kClaimsTrustKeysMax && rom->slot <= 1 &&
         frame_reader_fits(&rom->reader);
}

static rom_state_t run_state(rom_t *rom) {
  for (uint32_t i = 0; i < kRomStateCount; i++) {
    if (kRomStates[i].state == launder32(rom->state)) {
      return kRomStates[i].run(rom);
    }
  }
  rom_shutdown(rom->bus, kErrorHwState);
}

void rom_step(rom_t *rom) {
  rom->waiting = 0;
  HARDENED_CHECK_EQ(rom->bus, indices_fit(rom), 1);
  do {
    rom->state = run_state(rom);
  } while (rom->waiting == 0);
}

_Noreturn void rom_shutdown(hal_bus_t *bus, rom_error_t error) {
  hal_write32(bus, CHIP_RSTMGR_BASE + RSTMGR_SHUTDOWN_OFFSET, error);
  // A fault between two writes of a record must not leave the store open.
  hal_write32(bus, CHIP_NVRAM_BASE + NVRAM_WRITE_ENABLE_OFFSET, 0);
  console_line_t line;
  console_start(&line, "shutdown: ");
  console_error(&line, error);
  console_send(bus, &line);
  hal_halt(bus);
}

#ifndef HARDENED_TRAP_INSTRUCTION
_Noreturn void hardened_trap(hal_bus_t *bus) {
  rom_shutdown(bus, kErrorHwControlFlow);
}
#endif
