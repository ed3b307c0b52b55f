// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// A core's life, its run loop, and how others see its registers and memories.

#include <stdlib.h>
#include <string.h>

#include "csr.h"
#include "internal.h"

enum {
  // Behind the last halfword: a fall off the end of ROM, by either length.
  kEntriesBehind = 2,
};

// -----------------------------------------------------------------------------
// Life
// -----------------------------------------------------------------------------

// Neither may go round the end of the address space, nor reach into the other.
static bool apart(const rv32_layout_t *layout) {
  const uint64_t rom_end = (uint64_t)layout->rom_base + layout->rom_bytes;
  const uint64_t ram_end = (uint64_t)layout->ram_base + layout->ram_bytes;
  return rom_end <= UINT32_MAX && ram_end <= UINT32_MAX &&
         (rom_end <= layout->ram_base || ram_end <= layout->rom_base);
}

static bool well_formed(const rv32_layout_t *layout) {
  const uint32_t all = layout->rom_base | layout->rom_bytes | layout->ram_base |
                       layout->ram_bytes;
  return all % kRv32PageBytes == 0 && layout->rom_bytes != 0 &&
         layout->rom_bytes <= kRv32RomBytesMax && layout->ram_bytes != 0 &&
         apart(layout);
}

static bool allocate(rv32_t *core) {
  const size_t halfwords = core->layout.rom_bytes / kRv32HalfwordBytes;
  core->rom = malloc(core->layout.rom_bytes);
  core->ram = malloc(core->layout.ram_bytes);
  core->dirty = malloc(core->layout.ram_bytes / kRv32PageBytes);
  core->breakpoints = calloc(halfwords, 1);
  core->insns = calloc(halfwords, sizeof *core->insns);
  core->entries = calloc(halfwords + kEntriesBehind, sizeof *core->entries);
  return core->rom != NULL && core->ram != NULL && core->dirty != NULL &&
         core->breakpoints != NULL && core->insns != NULL &&
         core->entries != NULL;
}

static void end_rom(rv32_t *core) {
  const rv32_insn_t nothing = {.operation = kRv32OpIllegal,
                               .length_bytes = kRv32HalfwordBytes};
  const size_t halfwords = core->layout.rom_bytes / kRv32HalfwordBytes;
  rv32_entry_t entry = rv32_translate(core, &nothing, 0);
  entry.block = 1;
  core->entries[halfwords] = entry;
  core->entries[halfwords + 1] = entry;
}

rv32_t *rv32_new(const rv32_layout_t *layout, const uint8_t *rom,
                 rv32_bus_read_t bus_read, rv32_bus_write_t bus_write,
                 void *handle) {
  rv32_t *core = well_formed(layout) ? calloc(1, sizeof *core) : NULL;
  if (core == NULL) {
    return NULL;
  }
  core->layout = *layout;
  core->bus_read = bus_read;
  core->bus_write = bus_write;
  core->handle = handle;
  if (!allocate(core)) {
    rv32_free(core);
    return NULL;
  }
  memcpy(core->rom, rom, layout->rom_bytes);
  end_rom(core);
  rv32_predecode(core, 0, layout->rom_bytes);
  rv32_reset(core);
  return core;
}

void rv32_free(rv32_t *core) {
  if (core == NULL) {
    return;
  }
  rv32_snapshot_free(core->base);
  free(core->rom);
  free(core->ram);
  free(core->dirty);
  free(core->breakpoints);
  free(core->insns);
  free(core->entries);
  free(core);
}

void rv32_reset(rv32_t *core) {
  const uint32_t lines = core->state.mip;
  core->state = (rv32_state_t){
      .pc = core->layout.rom_base,
      .mip = lines,  // levels that others drive
      .trap_cause = RV32_CAUSE_NONE,
  };
  rv32_set_csr(core, kRv32CsrMstatus, 0);  // the fields that are not zero
  memset(core->ram, 0, core->layout.ram_bytes);
  memset(core->dirty, 1, core->layout.ram_bytes / kRv32PageBytes);
  rv32_end_faults(core);
}

// -----------------------------------------------------------------------------
// Running
// -----------------------------------------------------------------------------

static bool at_breakpoint(const rv32_t *core) {
  const uint32_t offset = core->state.pc - core->layout.rom_base;
  return offset < core->layout.rom_bytes &&
         core->breakpoints[offset / kRv32HalfwordBytes] != 0;
}

static bool is_observed(const rv32_t *core) {
  return core->trace != NULL || core->executed != NULL || core->taken != NULL;
}

// How many instructions, at most, need no attention from here.
static uint64_t undisturbed(rv32_t *core, uint64_t end) {
  if (is_observed(core) || core->skip_left != 0) {
    return 0;
  }
  const uint64_t fault = rv32_next_fault(core);
  return (fault < end ? fault : end) - core->state.instret;
}

int rv32_run(rv32_t *core, uint64_t budget) {
  rv32_state_t *state = &core->state;
  const uint64_t start = state->instret;
  const uint32_t entry_pc = state->pc;
  const uint64_t end =
      budget > UINT64_MAX - start ? UINT64_MAX : start + budget;
  for (;;) {
    if (state->locked_up != 0) {
      return kRv32Lockup;
    }
    rv32_take_interrupt(core);
    const bool entering = state->instret == start && state->pc == entry_pc;
    if (!entering && at_breakpoint(core)) {
      return kRv32Breakpoint;
    }
    if (state->instret == end) {
      return kRv32Budget;
    }
    const uint64_t before = state->instret;
    const uint64_t quiet = undisturbed(core, end);
    if (quiet != 0) {
      rv32_execute(core, quiet);
    }
    if (state->instret == before) {
      const int stop = rv32_step(core);
      if (stop != 0) {
        return stop;
      }
    }
  }
}

// -----------------------------------------------------------------------------
// State
// -----------------------------------------------------------------------------

uint32_t rv32_get(const rv32_t *core, uint32_t reg) {
  if (reg == kRv32Pc) {
    return core->state.pc;
  }
  return reg < kRv32Registers ? core->state.x[reg] : 0;
}

void rv32_set(rv32_t *core, uint32_t reg, uint32_t value) {
  if (reg == kRv32Pc) {
    core->state.pc = value & ~1U;
    core->state.locked_up = 0;
  } else if (reg != 0 && reg < kRv32Registers) {
    core->state.x[reg] = value;
  }
}

uint64_t rv32_instret(const rv32_t *core) {
  return core->state.instret;
}

// Whether [address, address + len) is all in the memory of `bytes` at `base`.
static bool holds(uint32_t base, uint32_t bytes, uint32_t address,
                  size_t len_bytes) {
  const uint32_t offset = address - base;
  return offset <= bytes && len_bytes <= bytes - offset;
}

int rv32_read_memory(const rv32_t *core, uint32_t address, uint8_t *out,
                     size_t len_bytes) {
  const rv32_layout_t *at = &core->layout;
  if (holds(at->ram_base, at->ram_bytes, address, len_bytes)) {
    memcpy(out, core->ram + (address - at->ram_base), len_bytes);
    return 0;
  }
  if (holds(at->rom_base, at->rom_bytes, address, len_bytes)) {
    memcpy(out, core->rom + (address - at->rom_base), len_bytes);
    return 0;
  }
  return -1;
}

int rv32_write_memory(rv32_t *core, uint32_t address, const uint8_t *data,
                      size_t len_bytes) {
  const rv32_layout_t *at = &core->layout;
  if (len_bytes == 0) {
    return 0;
  }
  if (holds(at->ram_base, at->ram_bytes, address, len_bytes)) {
    const uint32_t offset = address - at->ram_base;
    memcpy(core->ram + offset, data, len_bytes);
    const size_t first = offset >> kRv32PageShift;
    const size_t last = (offset + len_bytes - 1) >> kRv32PageShift;
    memset(core->dirty + first, 1, last - first + 1);
    return 0;
  }
  if (holds(at->rom_base, at->rom_bytes, address, len_bytes)) {
    const uint32_t offset = address - at->rom_base;
    memcpy(core->rom + offset, data, len_bytes);
    rv32_predecode(core, offset, (uint32_t)len_bytes);
    return 0;
  }
  return -1;
}
