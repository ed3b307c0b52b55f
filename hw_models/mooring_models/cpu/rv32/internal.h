// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the parts of the core share.

#ifndef MOORING_MODELS_CPU_RV32_INTERNAL_H_
#define MOORING_MODELS_CPU_RV32_INTERNAL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operations.h"
#include "rv32.h"

enum {
  kRv32Registers = 32,
  // Where a write to x0 goes, so that the fast loop need not ask.
  kRv32Sink = 32,
  kRv32HalfwordBytes = 2,
  kRv32WordBytes = 4,
  kRv32PageShift = 8,
  kRv32PageBytes = 1 << kRv32PageShift,
};

/** Synchronous causes. [ISA II, 3.1.15] */
enum {
  kRv32CauseFetchFault = 1,
  kRv32CauseIllegal = 2,
  kRv32CauseBreakpoint = 3,
  kRv32CauseLoadMisaligned = 4,
  kRv32CauseLoadFault = 5,
  kRv32CauseStoreMisaligned = 6,
  kRv32CauseStoreFault = 7,
  kRv32CauseEcall = 11,
};
#define RV32_CAUSE_NONE UINT32_MAX

/** One instruction, whichever encoding it came from. */
typedef struct rv32_insn {
  uint8_t operation;  // rv32_operation_t
  uint8_t rd;
  uint8_t rs1;  // or a CSR instruction's immediate
  uint8_t rs2;
  uint32_t imm;  // or a CSR's number; sign-extended, two's complement
  uint32_t encoding;
  uint8_t length_bytes;
} rv32_insn_t;

/**
 * An entry of the fast loop's code, one for each halfword of ROM.
 *
 * Register operations have rs2 in `imm`; branches and stores have it in `rd`. A
 * jump's or branch's `imm` is the distance to its target in bytes of entries.
 */
typedef struct rv32_entry {
  const void *handler;
  uint32_t imm;
  uint8_t rd;
  uint8_t rs1;
  uint16_t block;  // instructions up to the next that ends a block, inclusive
} rv32_entry_t;

/** What a snapshot holds besides RAM; words only, so that it has no padding. */
typedef struct rv32_state {
  uint32_t x[kRv32Registers + 1];
  uint32_t pc;
  uint32_t mstatus;
  uint32_t mie;
  uint32_t mip;
  uint32_t mtvec;
  uint32_t mscratch;
  uint32_t mepc;
  uint32_t mcause;
  uint32_t mtval;
  uint32_t trap_cause;
  uint32_t locked_up;
  uint64_t instret;
  // What software wrote to the counters is kept as their distance from instret.
  uint64_t minstret_offset;
  uint64_t mcycle_offset;
} rv32_state_t;

struct rv32_snapshot {
  size_t references;  // its owner's, and each core's whose clean pages it holds
  uint32_t ram_bytes;
  rv32_state_t state;
  uint8_t ram[];
};

struct rv32 {
  rv32_state_t state;
  rv32_layout_t layout;
  rv32_bus_read_t bus_read;
  rv32_bus_write_t bus_write;
  void *handle;

  uint8_t *ram;
  uint8_t *dirty;  // for each page, whether it may differ from `base`
  rv32_snapshot_t *base;

  uint8_t *rom;
  uint8_t *breakpoints;   // for each halfword
  rv32_insn_t *insns;     // for each halfword
  rv32_entry_t *entries;  // for each halfword, and two behind the end

  rv32_fault_t *faults;
  size_t fault_count;
  size_t fault_next;
  uint32_t skip_left;

  uint32_t *trace;
  size_t trace_capacity;
  size_t trace_count;
  uint64_t *executed;
  uint64_t *taken;
};

// -----------------------------------------------------------------------------
// Decoding
// -----------------------------------------------------------------------------

/** The instruction with this encoding; illegal ones keep their length. */
rv32_insn_t rv32_decode(uint32_t encoding);

/** The same of the 16-bit encodings; `length_bytes` and `encoding` are the
 * caller's. */
rv32_insn_t rv32_decode_compressed(uint32_t encoding);

/** Decodes the halfwords of ROM that bytes [offset, offset + len) take part in.
 */
void rv32_predecode(rv32_t *core, uint32_t offset, uint32_t len_bytes);

/** Makes the entry of halfword `index` anew, its instruction unchanged. */
void rv32_retranslate(rv32_t *core, uint32_t index);

// -----------------------------------------------------------------------------
// Executing
// -----------------------------------------------------------------------------

/**
 * The fast loop: executes at most `limit` instructions, fewer where the next
 * needs rv32_step() or does not fit with its block.
 */
void rv32_execute(rv32_t *core, uint64_t limit);

/** The fast loop's code for an instruction at ROM offset `offset`. */
rv32_entry_t rv32_translate(const rv32_t *core, const rv32_insn_t *insn,
                            uint32_t offset);
bool rv32_ends_block(const rv32_insn_t *insn);

/** Executes one instruction in full; returns why to stop, or 0. */
int rv32_step(rv32_t *core);

/** How an instruction ended. */
typedef enum rv32_outcome {
  kRv32Done,
  kRv32Trapped,
  kRv32Waits,    // it is a wfi, and done
  kRv32Refused,  // the bus stopped the core before it
  kRv32Final,    // done, and the bus stops the core behind it
} rv32_outcome_t;

/**
 * Performs `insn` at the present pc, all but counting it.
 *
 * @param taken set if it is a branch that was taken.
 */
rv32_outcome_t rv32_perform(rv32_t *core, const rv32_insn_t *insn, bool *taken);

/** Performs a CSR instruction; false if it is illegal. */
bool rv32_perform_csr(rv32_t *core, const rv32_insn_t *insn);

// -----------------------------------------------------------------------------
// Traps
// -----------------------------------------------------------------------------

/** Goes to mtvec, or locks up. */
void rv32_trap(rv32_t *core, uint32_t cause, uint32_t value);
void rv32_return_from_trap(rv32_t *core);

/** Takes an interrupt if one is pending and enabled. */
void rv32_take_interrupt(rv32_t *core);

// -----------------------------------------------------------------------------
// Faults
// -----------------------------------------------------------------------------

/** From now on there are none, nor a skip under way. */
void rv32_end_faults(rv32_t *core);

/** Index of the next instruction with a fault, the present included;
 * UINT64_MAX. */
uint64_t rv32_next_fault(rv32_t *core);

// The following are for an instruction that has faults.

/** Applies those that come before the instruction. */
void rv32_faults_before(rv32_t *core);

/** Applies those of its encoding: returns the bits to flip in it. */
uint32_t rv32_faults_flip(rv32_t *core);

/** Applies those of its result, once it has executed at `pc`. */
void rv32_faults_after(rv32_t *core, const rv32_insn_t *insn, uint32_t pc);

// -----------------------------------------------------------------------------
// Memory
// -----------------------------------------------------------------------------

static inline uint32_t rv32_load(const uint8_t *at, uint32_t log2_bytes) {
  uint32_t value = at[0];
  if (log2_bytes >= 1) {
    value |= (uint32_t)at[1] << 8;
  }
  if (log2_bytes >= 2) {
    value |= (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
  }
  return value;
}

static inline void rv32_store(uint8_t *at, uint32_t value,
                              uint32_t log2_bytes) {
  at[0] = (uint8_t)value;
  if (log2_bytes >= 1) {
    at[1] = (uint8_t)(value >> 8);
  }
  if (log2_bytes >= 2) {
    at[2] = (uint8_t)(value >> 16);
    at[3] = (uint8_t)(value >> 24);
  }
}

/**
 * Whether an aligned access at `offset` lies within `len_bytes`.
 *
 * Rotating moves the bits that must be zero to the top, so that one comparison
 * answers both questions.
 */
static inline bool rv32_inside(uint32_t offset, uint32_t len_bytes,
                               uint32_t log2_bytes) {
  const uint32_t rotated =
      log2_bytes == 0 ? offset
                      : (offset >> log2_bytes |
                         offset << (uint32_t)(kRv32WordBits - log2_bytes));
  return rotated < len_bytes >> log2_bytes;
}

#endif  // MOORING_MODELS_CPU_RV32_INTERNAL_H_
