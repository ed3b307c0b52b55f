// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The 16-bit encodings of RV32C, each as the 32-bit instruction it stands for.
// [ISA I, 26.8: RVC instruction set listings]
//
// Hints become instructions that change nothing: their rd is x0, or they add 0.

#include "bits.h"
#include "internal.h"

enum {
  kReturn = 1,  // x1, the link register
  kStack = 2,   // x2
  kShortBase = 8,
};

// Where one field of an immediate lies: `count` bits from `from` on go to `to`.
typedef struct piece {
  uint8_t from;
  uint8_t count;
  uint8_t to;
} piece_t;

static uint32_t gather(uint32_t e, const piece_t *pieces, size_t count) {
  uint32_t value = 0;
  for (size_t i = 0; i < count; i++) {
    value |= rv32_field(e, pieces[i].from, pieces[i].count) << pieces[i].to;
  }
  return value;
}

#define GATHER(e, ...)                      \
  gather(e, (const piece_t[]){__VA_ARGS__}, \
         sizeof((const piece_t[]){__VA_ARGS__}) / sizeof(piece_t))

static uint8_t full(uint32_t e, uint32_t low) {
  return (uint8_t)rv32_field(e, low, 5);
}

// A three-bit field names one of x8 to x15.
static uint8_t brief(uint32_t e, uint32_t low) {
  return (uint8_t)(kShortBase + rv32_field(e, low, 3));
}

static uint32_t immediate_ci(uint32_t e) {
  return rv32_sign_extend(GATHER(e, {12, 1, 5}, {2, 5, 0}), 6);
}

static uint32_t immediate_cj(uint32_t e) {
  return rv32_sign_extend(
      GATHER(e, {12, 1, 11}, {11, 1, 4}, {9, 2, 8}, {8, 1, 10}, {7, 1, 6},
             {6, 1, 7}, {3, 3, 1}, {2, 1, 5}),
      12);
}

static uint32_t immediate_cb(uint32_t e) {
  return rv32_sign_extend(
      GATHER(e, {12, 1, 8}, {10, 2, 3}, {5, 2, 6}, {3, 2, 1}, {2, 1, 5}), 9);
}

static uint32_t immediate_cl(uint32_t e) {
  return GATHER(e, {10, 3, 3}, {6, 1, 2}, {5, 1, 6});
}

static rv32_insn_t illegal(void) {
  return (rv32_insn_t){.operation = kRv32OpIllegal};
}

static rv32_insn_t with_immediate(uint8_t operation, uint8_t rd, uint8_t rs1,
                                  uint32_t imm) {
  return (rv32_insn_t){
      .operation = operation, .rd = rd, .rs1 = rs1, .imm = imm};
}

static rv32_insn_t with_registers(uint8_t operation, uint8_t rd, uint8_t rs1,
                                  uint8_t rs2) {
  return (rv32_insn_t){
      .operation = operation, .rd = rd, .rs1 = rs1, .rs2 = rs2};
}

static rv32_insn_t store(uint8_t rs1, uint8_t rs2, uint32_t imm) {
  return (rv32_insn_t){
      .operation = kRv32OpSw, .rs1 = rs1, .rs2 = rs2, .imm = imm};
}

static rv32_insn_t quadrant0(uint32_t e) {
  switch (rv32_field(e, 13, 3)) {
    case 0: {  // C.ADDI4SPN; without an immediate it is reserved
      const uint32_t imm =
          GATHER(e, {11, 2, 4}, {7, 4, 6}, {6, 1, 2}, {5, 1, 3});
      return imm == 0 ? illegal()
                      : with_immediate(kRv32OpAddi, brief(e, 2), kStack, imm);
    }
    case 2:  // C.LW
      return with_immediate(kRv32OpLw, brief(e, 2), brief(e, 7),
                            immediate_cl(e));
    case 6:  // C.SW
      return store(brief(e, 7), brief(e, 2), immediate_cl(e));
    default:  // floating point, and reserved
      return illegal();
  }
}

// C.ADDI16SP and C.LUI; neither has an immediate of 0.
static rv32_insn_t upper(uint32_t e) {
  const uint8_t rd = full(e, 7);
  if (rv32_field(e, 2, 5) == 0 && rv32_field(e, 12, 1) == 0) {
    return illegal();
  }
  if (rd == kStack) {
    const uint32_t imm = rv32_sign_extend(
        GATHER(e, {12, 1, 9}, {6, 1, 4}, {5, 1, 6}, {3, 2, 7}, {2, 1, 5}), 10);
    return with_immediate(kRv32OpAddi, kStack, kStack, imm);
  }
  return with_immediate(kRv32OpLui, rd, 0, immediate_ci(e) << 12);
}

static rv32_insn_t arithmetic(uint32_t e) {
  static const uint8_t operations[] = {kRv32OpSub, kRv32OpXor, kRv32OpOr,
                                       kRv32OpAnd};
  const uint8_t rd = brief(e, 7);
  const bool bit12 = rv32_field(e, 12, 1) != 0;
  switch (rv32_field(e, 10, 2)) {
    case 0:  // shifts by 32 and more are of RV64
      return bit12 ? illegal()
                   : with_immediate(kRv32OpSrli, rd, rd, rv32_field(e, 2, 5));
    case 1:
      return bit12 ? illegal()
                   : with_immediate(kRv32OpSrai, rd, rd, rv32_field(e, 2, 5));
    case 2:
      return with_immediate(kRv32OpAndi, rd, rd, immediate_ci(e));
    default:  // with bit 12, those of RV64
      return bit12 ? illegal()
                   : with_registers(operations[rv32_field(e, 5, 2)], rd, rd,
                                    brief(e, 2));
  }
}

static rv32_insn_t quadrant1(uint32_t e) {
  const uint8_t rd = full(e, 7);
  switch (rv32_field(e, 13, 3)) {
    case 0:  // C.ADDI, C.NOP
      return with_immediate(kRv32OpAddi, rd, rd, immediate_ci(e));
    case 1:  // C.JAL
      return with_immediate(kRv32OpJal, kReturn, 0, immediate_cj(e));
    case 2:  // C.LI
      return with_immediate(kRv32OpAddi, rd, 0, immediate_ci(e));
    case 3:
      return upper(e);
    case 4:
      return arithmetic(e);
    case 5:  // C.J
      return with_immediate(kRv32OpJal, 0, 0, immediate_cj(e));
    default: {  // C.BEQZ, C.BNEZ
      rv32_insn_t insn =
          with_registers(rv32_field(e, 13, 1) == 0 ? kRv32OpBeq : kRv32OpBne, 0,
                         brief(e, 7), 0);
      insn.imm = immediate_cb(e);
      return insn;
    }
  }
}

// C.JR, C.MV, C.EBREAK, C.JALR and C.ADD
static rv32_insn_t jump_move_add(uint32_t e) {
  const uint8_t rd = full(e, 7);
  const uint8_t rs2 = full(e, 2);
  const bool bit12 = rv32_field(e, 12, 1) != 0;
  if (rs2 != 0) {
    return with_registers(kRv32OpAdd, rd, bit12 ? rd : 0, rs2);
  }
  if (rd != 0) {
    return with_immediate(kRv32OpJalr, bit12 ? kReturn : 0, rd, 0);
  }
  return bit12 ? (rv32_insn_t){.operation = kRv32OpEbreak} : illegal();
}

static rv32_insn_t quadrant2(uint32_t e) {
  const uint8_t rd = full(e, 7);
  switch (rv32_field(e, 13, 3)) {
    case 0:  // C.SLLI; shifts by 32 and more are of RV64
      return rv32_field(e, 12, 1) != 0
                 ? illegal()
                 : with_immediate(kRv32OpSlli, rd, rd, rv32_field(e, 2, 5));
    case 2:  // C.LWSP; to x0 it is reserved
      return rd == 0
                 ? illegal()
                 : with_immediate(kRv32OpLw, rd, kStack,
                                  GATHER(e, {12, 1, 5}, {4, 3, 2}, {2, 2, 6}));
    case 4:
      return jump_move_add(e);
    case 6:  // C.SWSP
      return store(kStack, full(e, 2), GATHER(e, {9, 4, 2}, {7, 2, 6}));
    default:  // floating point
      return illegal();
  }
}

rv32_insn_t rv32_decode_compressed(uint32_t encoding) {
  switch (encoding & 3) {
    case 0:
      return quadrant0(encoding);
    case 1:
      return quadrant1(encoding);
    default:
      return quadrant2(encoding);
  }
}
