// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// One instruction at a time, in full: what the fast loop leaves to be done, and
// everything while there are faults, a trace or a profile.

#include "internal.h"

static void write_register(rv32_t *core, uint8_t rd, uint32_t value) {
  core->state.x[rd == 0 ? kRv32Sink : rd] = value;
}

// -----------------------------------------------------------------------------
// Loads and stores
// -----------------------------------------------------------------------------

typedef struct access {
  uint32_t address;
  uint32_t log2_bytes;
  bool store;
} access_t;

static rv32_outcome_t misaligned(rv32_t *core, const access_t *access) {
  rv32_trap(
      core,
      access->store ? kRv32CauseStoreMisaligned : kRv32CauseLoadMisaligned,
      access->address);
  return kRv32Trapped;
}

static rv32_outcome_t access_fault(rv32_t *core, const access_t *access) {
  rv32_trap(core, access->store ? kRv32CauseStoreFault : kRv32CauseLoadFault,
            access->address);
  return kRv32Trapped;
}

static bool is_misaligned(const access_t *access) {
  return (access->address & ((1U << access->log2_bytes) - 1)) != 0;
}

// What the answer of a bus function means.
static rv32_outcome_t bus_outcome(rv32_t *core, const access_t *access,
                                  int answer) {
  switch (answer) {
    case kRv32BusOk:
      return kRv32Done;
    case kRv32BusLast:
      return kRv32Final;
    case kRv32BusStop:
      return kRv32Refused;
    default:
      return access_fault(core, access);
  }
}

static rv32_outcome_t load(rv32_t *core, const access_t *access,
                           uint32_t *out) {
  const rv32_layout_t *at = &core->layout;
  if (is_misaligned(access)) {
    return misaligned(core, access);
  }
  const uint32_t in_ram = access->address - at->ram_base;
  if (in_ram < at->ram_bytes) {
    *out = rv32_load(core->ram + in_ram, access->log2_bytes);
    return kRv32Done;
  }
  const uint32_t in_rom = access->address - at->rom_base;
  if (in_rom < at->rom_bytes) {
    *out = rv32_load(core->rom + in_rom, access->log2_bytes);
    return kRv32Done;
  }
  if (access->log2_bytes != 2) {
    return access_fault(core, access);
  }
  return bus_outcome(
      core, access,
      core->bus_read(core->handle, core->state.instret, access->address, out));
}

static rv32_outcome_t store(rv32_t *core, const access_t *access,
                            uint32_t value) {
  const rv32_layout_t *at = &core->layout;
  if (is_misaligned(access)) {
    return misaligned(core, access);
  }
  const uint32_t in_ram = access->address - at->ram_base;
  if (in_ram < at->ram_bytes) {
    rv32_store(core->ram + in_ram, value, access->log2_bytes);
    core->dirty[in_ram >> kRv32PageShift] = 1;
    return kRv32Done;
  }
  if (access->address - at->rom_base < at->rom_bytes ||
      access->log2_bytes != 2) {
    return access_fault(core, access);
  }
  return bus_outcome(core, access,
                     core->bus_write(core->handle, core->state.instret,
                                     access->address, value));
}

static rv32_outcome_t begin_load(rv32_t *core, const rv32_insn_t *insn,
                                 uint32_t log2_bytes, uint32_t *raw) {
  const access_t access = {core->state.x[insn->rs1] + insn->imm, log2_bytes,
                           false};
  return load(core, &access, raw);
}

static rv32_outcome_t end_load(rv32_t *core, const rv32_insn_t *insn,
                               rv32_outcome_t outcome, uint32_t value) {
  if (outcome == kRv32Done || outcome == kRv32Final) {
    write_register(core, insn->rd, value);
    core->state.pc += insn->length_bytes;
  }
  return outcome;
}

static rv32_outcome_t perform_store(rv32_t *core, const rv32_insn_t *insn,
                                    uint32_t log2_bytes) {
  const access_t access = {core->state.x[insn->rs1] + insn->imm, log2_bytes,
                           true};
  const rv32_outcome_t outcome = store(core, &access, core->state.x[insn->rs2]);
  if (outcome == kRv32Done || outcome == kRv32Final) {
    core->state.pc += insn->length_bytes;
  }
  return outcome;
}

// -----------------------------------------------------------------------------
// The rest
// -----------------------------------------------------------------------------

static rv32_outcome_t trap(rv32_t *core, uint32_t cause, uint32_t value) {
  rv32_trap(core, cause, value);
  return kRv32Trapped;
}

static rv32_outcome_t perform_other(rv32_t *core, const rv32_insn_t *insn) {
  rv32_state_t *state = &core->state;
  const uint32_t pc = state->pc;
  const uint32_t next = pc + insn->length_bytes;
  switch (insn->operation) {
    case kRv32OpLui:
      write_register(core, insn->rd, insn->imm);
      break;
    case kRv32OpAuipc:
      write_register(core, insn->rd, pc + insn->imm);
      break;
    case kRv32OpJal:
      write_register(core, insn->rd, next);
      state->pc = pc + insn->imm;
      return kRv32Done;
    case kRv32OpJalr:
      // The target first: rd may be rs1.
      state->pc = (state->x[insn->rs1] + insn->imm) & ~1U;
      write_register(core, insn->rd, next);
      return kRv32Done;
    case kRv32OpFence:
      break;
    case kRv32OpEcall:
      return trap(core, kRv32CauseEcall, 0);
    case kRv32OpEbreak:
      return trap(core, kRv32CauseBreakpoint, pc);
    case kRv32OpMret:
      rv32_return_from_trap(core);
      return kRv32Done;
    case kRv32OpWfi:
      state->pc = next;
      return (state->mip & state->mie) != 0 ? kRv32Done : kRv32Waits;
    default:
      return trap(core, kRv32CauseIllegal, insn->encoding);
  }
  state->pc = next;
  return kRv32Done;
}

rv32_outcome_t rv32_perform(rv32_t *core, const rv32_insn_t *insn,
                            bool *taken) {
  rv32_state_t *state = &core->state;
  const uint32_t a = state->x[insn->rs1];
  uint32_t b = state->x[insn->rs2];
  switch (insn->operation) {
#define RV32_COMPUTE(name, mnemonic, meaning) \
  case kRv32Op##name:                         \
    write_register(core, insn->rd, meaning);  \
    break;
    RV32_REGISTER_OPERATIONS(RV32_COMPUTE)
#undef RV32_COMPUTE

#define RV32_COMPUTE(name, mnemonic, meaning) \
  case kRv32Op##name:                         \
    b = insn->imm;                            \
    write_register(core, insn->rd, meaning);  \
    break;
    RV32_IMMEDIATE_OPERATIONS(RV32_COMPUTE)
#undef RV32_COMPUTE

#define RV32_BRANCH(name, mnemonic, meaning)              \
  case kRv32Op##name:                                     \
    *taken = meaning;                                     \
    state->pc += *taken ? insn->imm : insn->length_bytes; \
    return kRv32Done;
    RV32_BRANCH_OPERATIONS(RV32_BRANCH)
#undef RV32_BRANCH

#define RV32_LOAD(name, mnemonic, log2_bytes, meaning)                       \
  case kRv32Op##name: {                                                      \
    uint32_t raw = 0;                                                        \
    const rv32_outcome_t outcome = begin_load(core, insn, log2_bytes, &raw); \
    return end_load(core, insn, outcome, meaning);                           \
  }
    RV32_LOAD_OPERATIONS(RV32_LOAD)
#undef RV32_LOAD

#define RV32_STORE(name, mnemonic, log2_bytes) \
  case kRv32Op##name:                          \
    return perform_store(core, insn, log2_bytes);
    RV32_STORE_OPERATIONS(RV32_STORE)
#undef RV32_STORE

#define RV32_CSR(name, ...) case kRv32Op##name:
    RV32_CSR_OPERATIONS(RV32_CSR)
#undef RV32_CSR
    if (!rv32_perform_csr(core, insn)) {
      return trap(core, kRv32CauseIllegal, insn->encoding);
    }
    break;

    default:
      return perform_other(core, insn);
  }
  state->pc += insn->length_bytes;
  return kRv32Done;
}

// -----------------------------------------------------------------------------
// A step
// -----------------------------------------------------------------------------

// Whether `len_bytes` at pc are in ROM.
static bool fetchable(const rv32_t *core, uint32_t len_bytes) {
  const uint32_t offset = core->state.pc - core->layout.rom_base;
  return offset < core->layout.rom_bytes &&
         core->layout.rom_bytes - offset >= len_bytes;
}

// Fetches with `flip` applied once; false if that has trapped.
static bool fetch(rv32_t *core, uint32_t flip, rv32_insn_t *out) {
  const uint32_t pc = core->state.pc;
  const uint32_t offset = pc - core->layout.rom_base;
  if (!fetchable(core, kRv32HalfwordBytes)) {
    rv32_trap(core, kRv32CauseFetchFault, pc);
    return false;
  }
  uint32_t encoding = rv32_load(core->rom + offset, 1);
  uint32_t length = rv32_length(encoding);
  if (length == kRv32HalfwordBytes) {
    flip &= UINT16_MAX;
  }
  // A flip may make it longer, or shorter.
  length = rv32_length(encoding ^ flip);
  if (!fetchable(core, length)) {
    rv32_trap(core, kRv32CauseFetchFault, pc + kRv32HalfwordBytes);
    return false;
  }
  if (flip == 0) {
    *out = core->insns[offset / kRv32HalfwordBytes];
    return true;
  }
  if (length == kRv32WordBytes) {
    encoding |= rv32_load(core->rom + offset + kRv32HalfwordBytes, 1) << 16;
  }
  *out = rv32_decode(encoding ^ flip);
  return true;
}

static void observe(rv32_t *core, uint32_t pc) {
  if (core->trace != NULL && core->trace_count < core->trace_capacity) {
    core->trace[core->trace_count++] = pc;
  }
}

static void count(const rv32_t *core, uint64_t *counters, uint32_t pc) {
  const uint32_t offset = pc - core->layout.rom_base;
  if (counters != NULL && offset < core->layout.rom_bytes) {
    counters[offset / kRv32HalfwordBytes]++;
  }
}

static int verdict(rv32_outcome_t outcome) {
  switch (outcome) {
    case kRv32Waits:
      return kRv32Wfi;
    case kRv32Refused:
    case kRv32Final:
      return kRv32Stopped;
    default:
      return 0;
  }
}

// Fetches and performs; `*insn` is valid unless that has trapped.
static rv32_outcome_t attempt(rv32_t *core, uint32_t flip, rv32_insn_t *insn,
                              bool *taken) {
  return fetch(core, flip, insn) ? rv32_perform(core, insn, taken)
                                 : kRv32Trapped;
}

// Passes over the instruction, of which only the length matters.
static rv32_outcome_t skip(rv32_t *core) {
  rv32_insn_t insn;
  core->skip_left--;
  if (!fetch(core, 0, &insn)) {
    return kRv32Trapped;
  }
  core->state.pc += insn.length_bytes;
  return kRv32Done;
}

int rv32_step(rv32_t *core) {
  const uint32_t pc = core->state.pc;
  const bool faulted = rv32_next_fault(core) == core->state.instret;
  if (faulted) {
    rv32_faults_before(core);
  }
  const bool skipped = core->skip_left != 0;
  bool taken = false;
  rv32_outcome_t outcome;
  if (skipped) {
    outcome = skip(core);
  } else {
    rv32_insn_t insn;
    const uint32_t flip = faulted ? rv32_faults_flip(core) : 0;
    outcome = attempt(core, flip, &insn, &taken);
    if (outcome == kRv32Refused) {
      return kRv32Stopped;
    }
    if (faulted && outcome != kRv32Trapped) {
      rv32_faults_after(core, &insn, pc);
    }
    count(core, core->executed, pc);
  }
  if (taken) {
    count(core, core->taken, pc);
  }
  observe(core, pc);
  core->state.instret++;
  return verdict(outcome);
}
