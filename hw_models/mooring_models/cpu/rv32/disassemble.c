// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Encodings as text: the mnemonics of the base instructions, also for
// compressed ones, registers by their ABI names, targets as addresses.

#include <inttypes.h>
#include <stdio.h>

#include "csr.h"
#include "internal.h"

static const char *const kNames[kRv32Registers] = {
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

typedef enum shape {
  kShapePlain,      // no operands
  kShapeRegister,   // rd, rs1, rs2
  kShapeImmediate,  // rd, rs1, imm
  kShapeBranch,     // rs1, rs2, target
  kShapeLoad,       // rd, imm(rs1)
  kShapeStore,      // rs2, imm(rs1)
  kShapeUpper,      // rd, imm >> 12
  kShapeJump,       // rd, target
  kShapeCsr,        // rd, csr, rs1
  kShapeCsrImmediate,
} shape_t;

static const char *mnemonic(uint8_t operation) {
  static const char *const mnemonics[] = {
#define RV32_MNEMONIC(name, text, ...) text,
      RV32_ALL_OPERATIONS(RV32_MNEMONIC)
#undef RV32_MNEMONIC
  };
  return mnemonics[operation];
}

static shape_t shape(uint8_t operation) {
  switch (operation) {
#define RV32_CASE(name, ...) case kRv32Op##name:
    RV32_REGISTER_OPERATIONS(RV32_CASE)
    return kShapeRegister;
    RV32_IMMEDIATE_OPERATIONS(RV32_CASE)
    return kShapeImmediate;
    RV32_BRANCH_OPERATIONS(RV32_CASE)
    return kShapeBranch;
    RV32_LOAD_OPERATIONS(RV32_CASE)
    return kShapeLoad;
    RV32_STORE_OPERATIONS(RV32_CASE)
    return kShapeStore;
    RV32_CSR_OPERATIONS(RV32_CASE)
    return operation >= kRv32OpCsrrwi ? kShapeCsrImmediate : kShapeCsr;
#undef RV32_CASE
    case kRv32OpLui:
    case kRv32OpAuipc:
      return kShapeUpper;
    case kRv32OpJal:
      return kShapeJump;
    case kRv32OpJalr:
      return kShapeLoad;
    default:
      return kShapePlain;
  }
}

enum { kCsrTextBytes = 16 };

// A CSR's name, or its number written to `number`.
static const char *csr_text(uint32_t csr, char number[kCsrTextBytes]) {
  switch (csr) {
#define RV32_CSR(name, text, value) \
  case kRv32Csr##name:              \
    return text;
    RV32_CSRS(RV32_CSR)
#undef RV32_CSR
    default:
      (void)snprintf(number, kCsrTextBytes, "0x%" PRIx32, csr);
      return number;
  }
}

size_t rv32_disassemble(uint32_t address, uint32_t encoding, char *out,
                        size_t capacity) {
  const rv32_insn_t insn = rv32_decode(encoding);
  const char *name = mnemonic(insn.operation);
  const char *rd = kNames[insn.rd];
  const char *rs1 = kNames[insn.rs1];
  const char *rs2 = kNames[insn.rs2];
  const int32_t imm = (int32_t)insn.imm;
  const uint32_t target = address + insn.imm;
  char number[kCsrTextBytes];
  const char *csr = csr_text(insn.imm, number);
  int len = 0;
  switch (shape(insn.operation)) {
    case kShapePlain:
      len = snprintf(out, capacity, "%s", name);
      break;
    case kShapeRegister:
      len = snprintf(out, capacity, "%s %s, %s, %s", name, rd, rs1, rs2);
      break;
    case kShapeImmediate:
      len = snprintf(out, capacity, "%s %s, %s, %" PRId32, name, rd, rs1, imm);
      break;
    case kShapeBranch:
      len = snprintf(out, capacity, "%s %s, %s, 0x%" PRIx32, name, rs1, rs2,
                     target);
      break;
    case kShapeLoad:
      len =
          snprintf(out, capacity, "%s %s, %" PRId32 "(%s)", name, rd, imm, rs1);
      break;
    case kShapeStore:
      len = snprintf(out, capacity, "%s %s, %" PRId32 "(%s)", name, rs2, imm,
                     rs1);
      break;
    case kShapeUpper:
      len = snprintf(out, capacity, "%s %s, 0x%" PRIx32, name, rd,
                     insn.imm >> 12);
      break;
    case kShapeJump:
      len = snprintf(out, capacity, "%s %s, 0x%" PRIx32, name, rd, target);
      break;
    case kShapeCsr:
      len = snprintf(out, capacity, "%s %s, %s, %s", name, rd, csr, rs1);
      break;
    case kShapeCsrImmediate:
      len = snprintf(out, capacity, "%s %s, %s, %" PRIu8, name, rd, csr,
                     insn.rs1);
      break;
  }
  return len < 0 ? 0 : (size_t)len;
}
