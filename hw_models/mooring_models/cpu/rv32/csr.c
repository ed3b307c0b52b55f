// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The control and status registers. [ISA II, 2 and 3.1; ISA I, 6 and 8]

#include "csr.h"

#include "internal.h"

// MXL = 32 bits; I, M and C.
#define MISA_VALUE (1U << 30 | 1U << 8 | 1U << 12 | 1U << 2)

// Machine mode has these; here they are zero.
enum {
  kCsrMstatush = 0x310,
  kCsrMcountinhibit = 0x320,
  kCsrMhpmevent3 = 0x323,
  kCsrMhpmevent31 = 0x33F,
  kCsrMhpmcounter3 = 0xB03,
  kCsrMhpmcounter31 = 0xB1F,
  kCsrMhpmcounter3h = 0xB83,
  kCsrMhpmcounter31h = 0xB9F,
};

static bool between(uint32_t number, uint32_t first, uint32_t last) {
  return number >= first && number <= last;
}

// Read-only zero in this core, and there in each: [ISA II, 3.1]
static bool is_zero(uint32_t number) {
  return number == kCsrMstatush || number == kCsrMcountinhibit ||
         between(number, kCsrMhpmevent3, kCsrMhpmevent31) ||
         between(number, kCsrMhpmcounter3, kCsrMhpmcounter31) ||
         between(number, kCsrMhpmcounter3h, kCsrMhpmcounter31h) ||
         between(number, kRv32CsrMvendorid, kRv32CsrMconfigptr);
}

// The counter's value while the present instruction executes.
static uint64_t counter(const rv32_t *core, uint64_t offset) {
  return core->state.instret + offset;
}

static uint32_t high(uint64_t value) {
  return (uint32_t)(value >> kRv32WordBits);
}

static bool read_csr(const rv32_t *core, uint32_t number, uint32_t *out) {
  const rv32_state_t *state = &core->state;
  const uint64_t cycles = counter(core, state->mcycle_offset);
  const uint64_t retired = counter(core, state->minstret_offset);
  switch (number) {
    case kRv32CsrMstatus:
      *out = state->mstatus;
      return true;
    case kRv32CsrMisa:
      *out = MISA_VALUE;
      return true;
    case kRv32CsrMie:
      *out = state->mie;
      return true;
    case kRv32CsrMtvec:
      *out = state->mtvec;
      return true;
    case kRv32CsrMscratch:
      *out = state->mscratch;
      return true;
    case kRv32CsrMepc:
      *out = state->mepc;
      return true;
    case kRv32CsrMcause:
      *out = state->mcause;
      return true;
    case kRv32CsrMtval:
      *out = state->mtval;
      return true;
    case kRv32CsrMip:
      *out = state->mip;
      return true;
    case kRv32CsrMcycle:
    case kRv32CsrCycle:
      *out = (uint32_t)cycles;
      return true;
    case kRv32CsrMcycleh:
    case kRv32CsrCycleh:
      *out = high(cycles);
      return true;
    case kRv32CsrMinstret:
    case kRv32CsrInstret:
      *out = (uint32_t)retired;
      return true;
    case kRv32CsrMinstreth:
    case kRv32CsrInstreth:
      *out = high(retired);
      return true;
    default:
      *out = 0;
      return is_zero(number);
  }
}

static uint64_t with_low(uint64_t value, uint32_t low) {
  return (value & ~(uint64_t)UINT32_MAX) | low;
}

static uint64_t with_high(uint64_t value, uint32_t upper) {
  return (uint64_t)upper << kRv32WordBits | (uint32_t)value;
}

// `next` is the index of the first instruction that sees the new value.
static void write_counter(rv32_state_t *state, uint32_t number, uint32_t value,
                          uint64_t next) {
  uint64_t *offset = number == kRv32CsrMinstret || number == kRv32CsrMinstreth
                         ? &state->minstret_offset
                         : &state->mcycle_offset;
  const uint64_t now = next + *offset;
  const bool low = number == kRv32CsrMinstret || number == kRv32CsrMcycle;
  *offset = (low ? with_low(now, value) : with_high(now, value)) - next;
}

// Writes to those that are not listed change nothing.
static void write_csr(rv32_t *core, uint32_t number, uint32_t value,
                      uint64_t next) {
  rv32_state_t *state = &core->state;
  switch (number) {
    case kRv32CsrMstatus:
      state->mstatus =
          (value & (RV32_MSTATUS_MIE | RV32_MSTATUS_MPIE)) | RV32_MSTATUS_MPP;
      break;
    case kRv32CsrMie:
      state->mie = value & RV32_INTERRUPTS;
      break;
    case kRv32CsrMtvec:
      state->mtvec = value & ~3U;  // direct mode only
      break;
    case kRv32CsrMscratch:
      state->mscratch = value;
      break;
    case kRv32CsrMepc:
      state->mepc = value & ~1U;
      break;
    case kRv32CsrMcause:
      state->mcause = value;
      break;
    case kRv32CsrMtval:
      state->mtval = value;
      break;
    case kRv32CsrMcycle:
    case kRv32CsrMcycleh:
    case kRv32CsrMinstret:
    case kRv32CsrMinstreth:
      write_counter(state, number, value, next);
      break;
    default:
      break;
  }
}

// A CSR's number says in its top bits whether it can be written.
static bool is_read_only(uint32_t number) {
  return number >> 10 == 3;
}

static uint32_t combine(uint8_t operation, uint32_t old, uint32_t operand) {
  switch (operation) {
#define RV32_COMBINE(name, mnemonic, meaning) \
  case kRv32Op##name:                         \
    return meaning;
    RV32_CSR_OPERATIONS(RV32_COMBINE)
#undef RV32_COMBINE
    default:
      return old;
  }
}

bool rv32_perform_csr(rv32_t *core, const rv32_insn_t *insn) {
  const uint8_t operation = insn->operation;
  const bool immediate = operation >= kRv32OpCsrrwi;
  const bool swap = operation == kRv32OpCsrrw || operation == kRv32OpCsrrwi;
  // Setting or clearing the bits of x0, or of 0, is a read. [ISA I, 6.1]
  const bool writes = swap || insn->rs1 != 0;
  uint32_t old;
  if (!read_csr(core, insn->imm, &old) || (writes && is_read_only(insn->imm))) {
    return false;
  }
  const uint32_t operand = immediate ? insn->rs1 : core->state.x[insn->rs1];
  if (writes) {
    write_csr(core, insn->imm, combine(operation, old, operand),
              core->state.instret + 1);
  }
  core->state.x[insn->rd == 0 ? kRv32Sink : insn->rd] = old;
  return true;
}

uint32_t rv32_get_csr(const rv32_t *core, uint32_t number) {
  uint32_t value;
  (void)read_csr(core, number, &value);
  return value;
}

void rv32_set_csr(rv32_t *core, uint32_t number, uint32_t value) {
  write_csr(core, number, value, core->state.instret);
}
