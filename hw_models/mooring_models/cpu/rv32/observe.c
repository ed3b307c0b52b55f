// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Breakpoints, traces and profiles.

#include "internal.h"

int rv32_set_breakpoint(rv32_t *core, uint32_t address, int stop) {
  const uint32_t offset = address - core->layout.rom_base;
  if (offset >= core->layout.rom_bytes || address % kRv32HalfwordBytes != 0) {
    return -1;
  }
  core->breakpoints[offset / kRv32HalfwordBytes] = stop != 0 ? 1 : 0;
  rv32_retranslate(core, offset / kRv32HalfwordBytes);
  return 0;
}

void rv32_trace(rv32_t *core, uint32_t *pcs, size_t capacity) {
  core->trace = pcs;
  core->trace_capacity = capacity;
  core->trace_count = 0;
}

size_t rv32_traced(const rv32_t *core) {
  return core->trace_count;
}

void rv32_profile(rv32_t *core, uint64_t *executed, uint64_t *taken) {
  core->executed = executed;
  core->taken = taken;
}
