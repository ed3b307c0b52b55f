// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Faults, each struck once at its instruction's index.

#include "internal.h"

static bool well_formed(const rv32_t *core, const rv32_fault_t *fault) {
  const rv32_layout_t *at = &core->layout;
  switch (fault->kind) {
    case kRv32FaultSkip:
      return fault->a >= 1;
    case kRv32FaultOpcode:
    case kRv32FaultResult:
      return true;
    case kRv32FaultRegister:
      return fault->a >= 1 && fault->a < kRv32Registers;
    case kRv32FaultMemory:
      return rv32_inside(fault->a - at->ram_base, at->ram_bytes, 2);
    default:
      return false;
  }
}

int rv32_set_faults(rv32_t *core, rv32_fault_t *faults, size_t count) {
  if (count > kRv32FaultsMax) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    if (!well_formed(core, &faults[i]) ||
        (i != 0 && faults[i].at < faults[i - 1].at)) {
      return -1;
    }
  }
  for (size_t i = 0; i < count; i++) {
    faults[i].struck = 0;
    faults[i].pc = 0;
  }
  rv32_end_faults(core);
  core->faults = faults;
  core->fault_count = count;
  return 0;
}

void rv32_end_faults(rv32_t *core) {
  core->faults = NULL;
  core->fault_count = 0;
  core->fault_next = 0;
  core->skip_left = 0;
}

// Those that have been passed are over, whether or not they struck.
uint64_t rv32_next_fault(rv32_t *core) {
  while (core->fault_next < core->fault_count &&
         core->faults[core->fault_next].at < core->state.instret) {
    core->fault_next++;
  }
  return core->fault_next < core->fault_count
             ? core->faults[core->fault_next].at
             : UINT64_MAX;
}

static void strike(rv32_fault_t *fault, uint32_t pc) {
  fault->struck = 1;
  fault->pc = pc;
}

static void flip_memory(rv32_t *core, uint32_t address, uint32_t bits) {
  const uint32_t offset = address - core->layout.ram_base;
  const uint32_t word = rv32_load(core->ram + offset, 2);
  rv32_store(core->ram + offset, word ^ bits, 2);
  core->dirty[offset >> kRv32PageShift] = 1;
}

// Behind the last fault at the present index, the first being `fault_next`.
static size_t present_end(const rv32_t *core) {
  size_t end = core->fault_next;
  while (end < core->fault_count &&
         core->faults[end].at == core->state.instret) {
    end++;
  }
  return end;
}

void rv32_faults_before(rv32_t *core) {
  const uint32_t pc = core->state.pc;
  const size_t end = present_end(core);
  for (size_t i = core->fault_next; i < end; i++) {
    rv32_fault_t *fault = &core->faults[i];
    if (fault->struck != 0) {
      continue;  // the bus made the instruction begin again
    }
    switch (fault->kind) {
      case kRv32FaultSkip:
        if (core->skip_left < fault->a) {
          core->skip_left = fault->a;
        }
        strike(fault, pc);
        break;
      case kRv32FaultRegister:
        core->state.x[fault->a] ^= fault->b;
        strike(fault, pc);
        break;
      case kRv32FaultMemory:
        flip_memory(core, fault->a, fault->b);
        strike(fault, pc);
        break;
      default:
        break;
    }
  }
}

uint32_t rv32_faults_flip(rv32_t *core) {
  uint32_t flip = 0;
  const size_t end = present_end(core);
  for (size_t i = core->fault_next; i < end; i++) {
    if (core->faults[i].kind == kRv32FaultOpcode) {
      strike(&core->faults[i], core->state.pc);
      flip ^= core->faults[i].a;
    }
  }
  return flip;
}

static bool writes_register(const rv32_insn_t *insn) {
  if (insn->rd == 0) {
    return false;
  }
  switch (insn->operation) {
#define RV32_CASE(name, ...) case kRv32Op##name:
    RV32_BRANCH_OPERATIONS(RV32_CASE)
    RV32_STORE_OPERATIONS(RV32_CASE)
#undef RV32_CASE
    case kRv32OpFence:
    case kRv32OpEcall:
    case kRv32OpEbreak:
    case kRv32OpMret:
    case kRv32OpWfi:
    case kRv32OpIllegal:
      return false;
    default:
      return true;
  }
}

void rv32_faults_after(rv32_t *core, const rv32_insn_t *insn, uint32_t pc) {
  if (!writes_register(insn)) {
    return;
  }
  const size_t end = present_end(core);
  for (size_t i = core->fault_next; i < end; i++) {
    if (core->faults[i].kind == kRv32FaultResult) {
      core->state.x[insn->rd] = core->faults[i].a;
      strike(&core->faults[i], pc);
    }
  }
}
