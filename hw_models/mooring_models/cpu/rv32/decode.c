// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The 32-bit encodings. [ISA I, 2, 7, 9 and 34: instruction set listings]
//
// Everything that is not listed here is illegal; that is the rule which keeps
// reserved encodings from doing anything.

#include "bits.h"
#include "internal.h"

enum {
  kMajorLoad = 0x03,
  kMajorFence = 0x0F,
  kMajorImmediate = 0x13,
  kMajorAuipc = 0x17,
  kMajorStore = 0x23,
  kMajorRegister = 0x33,
  kMajorLui = 0x37,
  kMajorBranch = 0x63,
  kMajorJalr = 0x67,
  kMajorJal = 0x6F,
  kMajorSystem = 0x73,
};

enum {
  kEncodingEcall = 0x00000073,
  kEncodingEbreak = 0x00100073,
  kEncodingWfi = 0x10500073,
  kEncodingMret = 0x30200073,
};

enum {
  kFunct7Alternative = 0x20,
  kFunct7Muldiv = 0x01,
  kFunct3ShiftLeft = 1,
  kFunct3ShiftRight = 5,
};

static uint32_t immediate_i(uint32_t e) {
  return rv32_sign_extend(rv32_field(e, 20, 12), 12);
}

static uint32_t immediate_s(uint32_t e) {
  return rv32_sign_extend(rv32_field(e, 25, 7) << 5 | rv32_field(e, 7, 5), 12);
}

static uint32_t immediate_b(uint32_t e) {
  return rv32_sign_extend(
      rv32_field(e, 31, 1) << 12 | rv32_field(e, 7, 1) << 11 |
          rv32_field(e, 25, 6) << 5 | rv32_field(e, 8, 4) << 1,
      13);
}

static uint32_t immediate_u(uint32_t e) {
  return rv32_field(e, 12, 20) << 12;
}

static uint32_t immediate_j(uint32_t e) {
  return rv32_sign_extend(
      rv32_field(e, 31, 1) << 20 | rv32_field(e, 12, 8) << 12 |
          rv32_field(e, 20, 1) << 11 | rv32_field(e, 21, 10) << 1,
      21);
}

static uint8_t register_operation(uint32_t funct7, uint32_t funct3) {
  static const uint8_t base[] = {kRv32OpAdd,  kRv32OpSll, kRv32OpSlt,
                                 kRv32OpSltu, kRv32OpXor, kRv32OpSrl,
                                 kRv32OpOr,   kRv32OpAnd};
  static const uint8_t muldiv[] = {kRv32OpMul,   kRv32OpMulh, kRv32OpMulhsu,
                                   kRv32OpMulhu, kRv32OpDiv,  kRv32OpDivu,
                                   kRv32OpRem,   kRv32OpRemu};
  if (funct7 == 0) {
    return base[funct3];
  }
  if (funct7 == kFunct7Muldiv) {
    return muldiv[funct3];
  }
  if (funct7 == kFunct7Alternative && funct3 == 0) {
    return kRv32OpSub;
  }
  if (funct7 == kFunct7Alternative && funct3 == kFunct3ShiftRight) {
    return kRv32OpSra;
  }
  return kRv32OpIllegal;
}

static uint8_t immediate_operation(uint32_t funct7, uint32_t funct3) {
  static const uint8_t base[] = {kRv32OpAddi,  kRv32OpSlli, kRv32OpSlti,
                                 kRv32OpSltiu, kRv32OpXori, kRv32OpSrli,
                                 kRv32OpOri,   kRv32OpAndi};
  if (funct3 == kFunct3ShiftRight && funct7 == kFunct7Alternative) {
    return kRv32OpSrai;
  }
  const bool shift = funct3 == kFunct3ShiftLeft || funct3 == kFunct3ShiftRight;
  return shift && funct7 != 0 ? kRv32OpIllegal : base[funct3];
}

static uint8_t branch_operation(uint32_t funct3) {
  static const uint8_t table[] = {kRv32OpBeq,     kRv32OpBne, kRv32OpIllegal,
                                  kRv32OpIllegal, kRv32OpBlt, kRv32OpBge,
                                  kRv32OpBltu,    kRv32OpBgeu};
  return table[funct3];
}

static uint8_t load_operation(uint32_t funct3) {
  static const uint8_t table[] = {kRv32OpLb,      kRv32OpLh,     kRv32OpLw,
                                  kRv32OpIllegal, kRv32OpLbu,    kRv32OpLhu,
                                  kRv32OpIllegal, kRv32OpIllegal};
  return table[funct3];
}

static uint8_t store_operation(uint32_t funct3) {
  static const uint8_t table[] = {kRv32OpSb, kRv32OpSh, kRv32OpSw};
  return funct3 < sizeof table ? table[funct3] : kRv32OpIllegal;
}

static uint8_t system_operation(uint32_t encoding, uint32_t funct3) {
  static const uint8_t csr[] = {kRv32OpIllegal, kRv32OpCsrrw,   kRv32OpCsrrs,
                                kRv32OpCsrrc,   kRv32OpIllegal, kRv32OpCsrrwi,
                                kRv32OpCsrrsi,  kRv32OpCsrrci};
  switch (encoding) {
    case kEncodingEcall:
      return kRv32OpEcall;
    case kEncodingEbreak:
      return kRv32OpEbreak;
    case kEncodingMret:
      return kRv32OpMret;
    case kEncodingWfi:
      return kRv32OpWfi;
    default:
      return csr[funct3];
  }
}

static rv32_insn_t decode_word(uint32_t e) {
  const uint32_t funct3 = rv32_field(e, 12, 3);
  const uint32_t funct7 = rv32_field(e, 25, 7);
  rv32_insn_t insn = {
      .operation = kRv32OpIllegal,
      .rd = (uint8_t)rv32_field(e, 7, 5),
      .rs1 = (uint8_t)rv32_field(e, 15, 5),
      .rs2 = (uint8_t)rv32_field(e, 20, 5),
  };
  switch (rv32_field(e, 0, 7)) {
    case kMajorLoad:
      insn.operation = load_operation(funct3);
      insn.imm = immediate_i(e);
      break;
    case kMajorFence:
      // All of FENCE's reserved fields are to be ignored; FENCE.I is of an
      // extension that the core lacks, for ROM does not change under it.
      insn.operation = funct3 == 0 ? kRv32OpFence : kRv32OpIllegal;
      break;
    case kMajorImmediate:
      insn.operation = immediate_operation(funct7, funct3);
      insn.imm = funct3 == kFunct3ShiftLeft || funct3 == kFunct3ShiftRight
                     ? rv32_field(e, 20, 5)
                     : immediate_i(e);
      break;
    case kMajorAuipc:
      insn.operation = kRv32OpAuipc;
      insn.imm = immediate_u(e);
      break;
    case kMajorStore:
      insn.operation = store_operation(funct3);
      insn.imm = immediate_s(e);
      break;
    case kMajorRegister:
      insn.operation = register_operation(funct7, funct3);
      break;
    case kMajorLui:
      insn.operation = kRv32OpLui;
      insn.imm = immediate_u(e);
      break;
    case kMajorBranch:
      insn.operation = branch_operation(funct3);
      insn.imm = immediate_b(e);
      break;
    case kMajorJalr:
      insn.operation = funct3 == 0 ? kRv32OpJalr : kRv32OpIllegal;
      insn.imm = immediate_i(e);
      break;
    case kMajorJal:
      insn.operation = kRv32OpJal;
      insn.imm = immediate_j(e);
      break;
    case kMajorSystem:
      insn.operation = system_operation(e, funct3);
      insn.imm = rv32_field(e, 20, 12);
      break;
    default:
      break;
  }
  return insn;
}

uint32_t rv32_length(uint32_t halfword) {
  return (halfword & 3) == 3 ? kRv32WordBytes : kRv32HalfwordBytes;
}

rv32_insn_t rv32_decode(uint32_t encoding) {
  rv32_insn_t insn;
  const uint32_t length = rv32_length(encoding);
  if (length == kRv32HalfwordBytes) {
    encoding &= UINT16_MAX;
    insn = rv32_decode_compressed(encoding);
  } else {
    insn = decode_word(encoding);
  }
  insn.encoding = encoding;
  insn.length_bytes = (uint8_t)length;
  return insn;
}
