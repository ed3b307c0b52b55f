# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
# Generated from hw_models/chip.rdl by export_registers.py. Do not edit.
# Over 500 lines because it is one table.
# fmt: off
"""The register map of the chip: enumerations, blocks and their places."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from mooring_models._spec import Access, Block, Field, Instance, OnWrite, Register, Window


class ResetCause(IntEnum):
    """Values of ``reset_cause_e``."""

    POWER_ON = 0x1
    COMMAND = 0x2
    LINE = 0x3


class ResetKey(IntEnum):
    """Values of ``reset_key_e``."""

    RESET = 0x52455354


class Phase(IntEnum):
    """Values of ``phase_e``."""

    RESET_ENTRY = 0x1
    SELF_TEST = 0x2
    READ_FUSES = 0x3
    SERVE = 0x4
    HASH = 0x5
    VERIFY_SIGNATURE = 0x6
    PARSE_CLAIMS = 0x7
    COMMIT = 0x8
    OPEN = 0x9
    COMPUTE = 0xA
    SIGN_EVIDENCE = 0xB


class ProgramKey(IntEnum):
    """Values of ``program_key_e``."""

    ARM = 0x46555345


class LifecycleWord(IntEnum):
    """Values of ``lifecycle_word_e``."""

    MANUFACTURING = 0x3333CCCC
    PRODUCTION = 0x5A5AA5A5


class ModeWord(IntEnum):
    """Values of ``mode_word_e``."""

    DENY = 0xFF0F00F
    THROTTLE = 0x66669999
    REPORT = 0x3C3CC3C3


class NvramKey(IntEnum):
    """Values of ``nvram_key_e``."""

    ARM = 0x4E565752


class VaultCommand(IntEnum):
    """Values of ``vault_command_e``."""

    SIGN_EVIDENCE = 0x45564944
    SEAL = 0x5345414C
    CHECK = 0x4348434B
    WITNESS_NONCE = 0x574E4F4E
    SIGN_RANGING = 0x52414E47
    WITNESS_SEQUENCE = 0x57534551


class VaultResult(IntEnum):
    """Values of ``vault_result_e``."""

    IDLE = 0x0
    OK = 0x600D600D
    BAD_MAC = 0xBAD3AC0
    REFUSED = 0x4E0FC0DE


class GateCommand(IntEnum):
    """Values of ``gate_command_e``."""

    BEGIN_LICENCE = 0x424C4943
    BEGIN_TRUST = 0x42545255
    ARM = 0x41524D47
    ABORT = 0x41425254
    OPEN = 0x4F50454E
    CLOSE = 0x434C4F53


class GateState(IntEnum):
    """Values of ``gate_state_e``."""

    CLOSED = 0x29735A1C
    OPEN = 0x32899387
    DEAD = 0x62E3FE8


class GateAttempt(IntEnum):
    """Values of ``gate_attempt_e``."""

    IDLE = 0xA001
    COLLECT = 0xA002
    RUN = 0xA003
    MATCHED = 0xA004
    WITNESSED = 0xA005


class EngineResult(IntEnum):
    """Values of ``engine_result_e``."""

    NONE = 0x0
    DONE = 0x1
    GATE_CLOSED = 0x2
    ALLOWANCE = 0x3
    SHAPE = 0x4
    THROTTLED = 0x5
    LAPSED = 0x6


class ResponderCommand(IntEnum):
    """Values of ``responder_command_e``."""

    OPEN = 0x524F504E
    START = 0x52535452


class ResponderState(IntEnum):
    """Values of ``responder_state_e``."""

    CLOSED = 0x5247F2D5
    OPENED = 0x2D094C50
    ARMED = 0x371057C7
    RUNNING = 0x46DDAD95
    DONE = 0x490FAA68
    EARLY = 0x5247F590
    LATE = 0x5247F633
    SHAPE = 0x4C4B0D2A
    NOISE = 0x4857E14D
    BROKEN = 0x5247F8BA


class RecordMagic(IntEnum):
    """Values of ``record_magic_e``."""

    V1 = 0x4D524331


class RecordKind(IntEnum):
    """Values of ``record_kind_e``."""

    HOUSEKEEPING = 0x484F5553
    TRUST = 0x54525553
    LICENCE_NONCE = 0x4C4E4F4E
    LICENCE_SEQUENCE = 0x4C534551


class RomctrlRegs:
    """ROM controller."""

    MEASUREMENT: Final = Register("MEASUREMENT", 0x0, (
        Field("WORD", 0, 32, Access.RO),
    ), count=12)
    BLOCK: Final = Block("romctrl", 48, (
        MEASUREMENT,
    ), ())


class RstmgrRegs:
    """Reset manager."""

    CAUSE: Final = Register("CAUSE", 0x0, (
        Field("CAUSE", 0, 32, Access.RO, encoding=ResetCause),
    ))
    REQUEST: Final = Register("REQUEST", 0x4, (
        Field("KEY", 0, 32, Access.WO, encoding=ResetKey),
    ))
    SHUTDOWN: Final = Register("SHUTDOWN", 0x8, (
        Field("ERROR", 0, 32, Access.RW1, reset=0x0),
    ))
    PHASE: Final = Register("PHASE", 0xC, (
        Field("PHASE", 0, 32, Access.WO, encoding=Phase),
    ))
    BLOCK: Final = Block("rstmgr", 16, (
        CAUSE,
        REQUEST,
        SHUTDOWN,
        PHASE,
    ), ())


class UartRegs:
    """UART (NS16550 subset)."""

    RBR: Final = Register("RBR", 0x0, (
        Field("DATA", 0, 8, Access.RO),
    ))
    THR: Final = Register("THR", 0x0, (
        Field("DATA", 0, 8, Access.WO),
    ))
    IER: Final = Register("IER", 0x4, (
        Field("RX", 0, 1, Access.RW, reset=0x0),
        Field("TX", 1, 1, Access.RW, reset=0x0),
    ))
    FCR: Final = Register("FCR", 0x8, (
        Field("RX_RESET", 1, 1, Access.WO),
        Field("TX_RESET", 2, 1, Access.WO),
    ))
    TRIGGER: Final = Register("TRIGGER", 0xC, (
        Field("BYTES", 0, 8, Access.RW, reset=0x1),
    ))
    LSR: Final = Register("LSR", 0x14, (
        Field("DR", 0, 1, Access.RO),
        Field("OE", 1, 1, Access.RO, clear_on_read=True),
        Field("FE", 3, 1, Access.RO, clear_on_read=True),
        Field("THRE", 5, 1, Access.RO),
        Field("TEMT", 6, 1, Access.RO),
    ))
    RX_LEVEL: Final = Register("RX_LEVEL", 0x20, (
        Field("BYTES", 0, 16, Access.RO),
    ))
    TX_SPACE: Final = Register("TX_SPACE", 0x24, (
        Field("BYTES", 0, 16, Access.RO),
    ))
    BAUD: Final = Register("BAUD", 0x28, (
        Field("BIT_PER_S", 0, 32, Access.RO),
    ))
    BLOCK: Final = Block("uart", 44, (
        RBR,
        THR,
        IER,
        FCR,
        TRIGGER,
        LSR,
        RX_LEVEL,
        TX_SPACE,
        BAUD,
    ), ())


class OtpRegs:
    """One-time-programmable fuses."""

    PROGRAM: Final = Register("PROGRAM", 0x0, (
        Field("KEY", 0, 32, Access.WO, encoding=ProgramKey),
    ))
    STATUS: Final = Register("STATUS", 0x4, (
        Field("NOT_ARMED", 0, 1, Access.RW, OnWrite.CLEAR_ONES, reset=0x0),
    ))
    MANUFACTURED: Final = Register("MANUFACTURED", 0x100, (
        Field("WORD", 0, 32, Access.RW, OnWrite.SET_ONES, encoding=LifecycleWord),
    ), fuse_page=0)
    PRODUCTION: Final = Register("PRODUCTION", 0x104, (
        Field("WORD", 0, 32, Access.RW, OnWrite.SET_ONES, encoding=LifecycleWord),
    ), fuse_page=5)
    MODE: Final = Register("MODE", 0x108, (
        Field("WORD", 0, 32, Access.RW, OnWrite.SET_ONES, encoding=ModeWord),
    ), fuse_page=0)
    THROTTLE: Final = Register("THROTTLE", 0x10C, (
        Field("FRACTION", 0, 16, Access.RW, OnWrite.SET_ONES),
    ), fuse_page=0)
    MAX_LIFETIME: Final = Register("MAX_LIFETIME", 0x110, (
        Field("SECONDS", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), fuse_page=0)
    OPTIONS: Final = Register("OPTIONS", 0x114, (
        Field("ALLOW_SEQUENCE", 0, 1, Access.RW, OnWrite.SET_ONES),
    ), fuse_page=0)
    PAGE_LOCKS: Final = Register("PAGE_LOCKS", 0x118, (
        Field("PAGE", 0, 8, Access.RW, OnWrite.SET_ONES),
    ), fuse_page=5)
    ROLLED_BACK: Final = Register("ROLLED_BACK", 0x11C, (
        Field("BITS", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), fuse_page=5)
    ROOT_DIGEST: Final = Register("ROOT_DIGEST", 0x140, (
        Field("WORD", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), count=48, fuse_page=1)
    ROOT_REVOKED: Final = Register("ROOT_REVOKED", 0x200, (
        Field("BITS", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), count=4, fuse_page=2)
    COUNTER: Final = Register("COUNTER", 0x240, (
        Field("BITS", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), count=32, fuse_page=3)
    MAP_DIGEST: Final = Register("MAP_DIGEST", 0x2C0, (
        Field("WORD", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), count=12, fuse_page=4)
    INTENT: Final = Register("INTENT", 0x300, (
        Field("BITS", 0, 32, Access.RW, OnWrite.SET_ONES),
    ), count=32, fuse_page=3)
    BLOCK: Final = Block("otp", 896, (
        PROGRAM,
        STATUS,
        MANUFACTURED,
        PRODUCTION,
        MODE,
        THROTTLE,
        MAX_LIFETIME,
        OPTIONS,
        PAGE_LOCKS,
        ROLLED_BACK,
        ROOT_DIGEST,
        ROOT_REVOKED,
        COUNTER,
        MAP_DIGEST,
        INTENT,
    ), ())


class NvramRegs:
    """Non-volatile memory."""

    WRITE_ENABLE: Final = Register("WRITE_ENABLE", 0x0, (
        Field("KEY", 0, 32, Access.WO, encoding=NvramKey),
    ))
    SLOTS: Final = Window("SLOTS", 0x800, 512, Access.RW)
    BLOCK: Final = Block("nvram", 4096, (
        WRITE_ENABLE,
    ), (SLOTS,))


class TrngRegs:
    """True random number generator."""

    DATA: Final = Register("DATA", 0x0, (
        Field("WORD", 0, 32, Access.RO),
    ))
    STATUS: Final = Register("STATUS", 0x4, (
        Field("READY", 0, 1, Access.RO),
        Field("FAILED", 1, 1, Access.RO),
    ))
    BLOCK: Final = Block("trng", 8, (
        DATA,
        STATUS,
    ), ())


class TimerRegs:
    """Timer."""

    TIME_LO: Final = Register("TIME_LO", 0x0, (
        Field("TICKS", 0, 32, Access.RO),
    ))
    TIME_HI: Final = Register("TIME_HI", 0x4, (
        Field("TICKS", 0, 32, Access.RO),
    ))
    FREQUENCY: Final = Register("FREQUENCY", 0x8, (
        Field("HZ", 0, 32, Access.RO),
    ))
    ALARM_LO: Final = Register("ALARM_LO", 0x10, (
        Field("TICKS", 0, 32, Access.RW, reset=0xFFFFFFFF),
    ))
    ALARM_HI: Final = Register("ALARM_HI", 0x14, (
        Field("TICKS", 0, 32, Access.RW, reset=0xFFFFFFFF),
    ))
    IER: Final = Register("IER", 0x18, (
        Field("ALARM", 0, 1, Access.RW, reset=0x0),
    ))
    STATUS: Final = Register("STATUS", 0x1C, (
        Field("ALARM", 0, 1, Access.RW, OnWrite.CLEAR_ONES, reset=0x0),
    ))
    BLOCK: Final = Block("timer", 32, (
        TIME_LO,
        TIME_HI,
        FREQUENCY,
        ALARM_LO,
        ALARM_HI,
        IER,
        STATUS,
    ), ())


class KeyvaultRegs:
    """Key vault."""

    COMMAND: Final = Register("COMMAND", 0x0, (
        Field("CODE", 0, 32, Access.WO, encoding=VaultCommand),
    ))
    RESULT: Final = Register("RESULT", 0x4, (
        Field("CODE", 0, 32, Access.RO, encoding=VaultResult),
    ))
    LENGTH: Final = Register("LENGTH", 0x8, (
        Field("BYTES", 0, 16, Access.RW, reset=0x0),
    ))
    SLOT: Final = Register("SLOT", 0xC, (
        Field("INDEX", 0, 1, Access.RW, reset=0x0),
    ))
    PUBLIC_KEY: Final = Register("PUBLIC_KEY", 0x40, (
        Field("WORD", 0, 32, Access.RO),
    ), count=8)
    SIGNATURE: Final = Register("SIGNATURE", 0x80, (
        Field("WORD", 0, 32, Access.RO),
    ), count=16)
    MAC: Final = Register("MAC", 0xC0, (
        Field("WORD", 0, 32, Access.RO),
    ), count=8)
    WITNESS: Final = Register("WITNESS", 0xE0, (
        Field("WORD", 0, 32, Access.RO),
    ), count=8)
    DATA: Final = Window("DATA", 0x400, 256, Access.RW)
    BLOCK: Final = Block("keyvault", 2048, (
        COMMAND,
        RESULT,
        LENGTH,
        SLOT,
        PUBLIC_KEY,
        SIGNATURE,
        MAC,
        WITNESS,
    ), (DATA,))


class GateRegs:
    """Gate."""

    COMMAND: Final = Register("COMMAND", 0x0, (
        Field("CODE", 0, 32, Access.WO, encoding=GateCommand),
    ))
    STATE: Final = Register("STATE", 0x4, (
        Field("CODE", 0, 32, Access.RO, encoding=GateState),
    ))
    ATTEMPT: Final = Register("ATTEMPT", 0x8, (
        Field("CODE", 0, 32, Access.RO, encoding=GateAttempt),
    ))
    RUN: Final = Register("RUN", 0xC, (
        Field("INDEX", 0, 8, Access.RO),
    ))
    TOKEN_DIGEST: Final = Register("TOKEN_DIGEST", 0x20, (
        Field("WORD", 0, 32, Access.RW, reset=0x0),
    ), count=8)
    EXPECTED_A: Final = Register("EXPECTED_A", 0x40, (
        Field("WORD", 0, 32, Access.WO),
    ), count=8)
    EXPECTED_B: Final = Register("EXPECTED_B", 0x60, (
        Field("WORD", 0, 32, Access.WO),
    ), count=8)
    MASK: Final = Register("MASK", 0x80, (
        Field("WORD", 0, 32, Access.RO),
    ), count=8)
    VALUE: Final = Register("VALUE", 0xA0, (
        Field("WORD", 0, 32, Access.WO),
    ), count=8)
    WITNESS: Final = Register("WITNESS", 0xC0, (
        Field("WORD", 0, 32, Access.WO),
    ), count=8)
    TERMS: Final = Register("TERMS", 0xE0, (
        Field("WORD", 0, 32, Access.WO),
    ), count=6)
    LEFT_LO: Final = Register("LEFT_LO", 0x100, (
        Field("CYCLES", 0, 32, Access.RO),
    ))
    LEFT_HI: Final = Register("LEFT_HI", 0x104, (
        Field("CYCLES", 0, 32, Access.RO),
    ))
    LEFT_SECONDS: Final = Register("LEFT_SECONDS", 0x108, (
        Field("SECONDS", 0, 32, Access.RO),
    ))
    BLOCK: Final = Block("gate", 268, (
        COMMAND,
        STATE,
        ATTEMPT,
        RUN,
        TOKEN_DIGEST,
        EXPECTED_A,
        EXPECTED_B,
        MASK,
        VALUE,
        WITNESS,
        TERMS,
        LEFT_LO,
        LEFT_HI,
        LEFT_SECONDS,
    ), ())


class EngineRegs:
    """Matrix engine."""

    SHAPE: Final = Register("SHAPE", 0x0, (
        Field("M", 0, 8, Access.RW, reset=0x0),
        Field("K", 8, 8, Access.RW, reset=0x0),
        Field("N", 16, 8, Access.RW, reset=0x0),
    ))
    DOORBELL: Final = Register("DOORBELL", 0x4, (
        Field("TAG", 0, 8, Access.WO),
    ))
    QUEUE: Final = Register("QUEUE", 0x8, (
        Field("JOBS", 0, 8, Access.RO),
        Field("FREE", 8, 8, Access.RO),
    ))
    IER: Final = Register("IER", 0xC, (
        Field("COMPLETE", 0, 1, Access.RW, reset=0x0),
    ))
    STATUS: Final = Register("STATUS", 0x10, (
        Field("COMPLETE", 0, 1, Access.RW, OnWrite.CLEAR_ONES, reset=0x0),
    ))
    RESULT: Final = Register("RESULT", 0x14, (
        Field("CODE", 0, 32, Access.RO, encoding=EngineResult),
    ))
    RESULT_TAG: Final = Register("RESULT_TAG", 0x18, (
        Field("TAG", 0, 8, Access.RO),
    ))
    RESULT_CYCLES: Final = Register("RESULT_CYCLES", 0x1C, (
        Field("CYCLES", 0, 32, Access.RO),
    ))
    A_IN: Final = Register("A_IN", 0x20, (
        Field("BYTE", 0, 8, Access.WO),
    ))
    B_IN: Final = Register("B_IN", 0x24, (
        Field("BYTE", 0, 8, Access.WO),
    ))
    C_OUT: Final = Register("C_OUT", 0x28, (
        Field("BYTE", 0, 8, Access.RO),
    ))
    CONTROL: Final = Register("CONTROL", 0x2C, (
        Field("RESET", 0, 1, Access.WO),
    ))
    METER_LO: Final = Register("METER_LO", 0x30, (
        Field("CYCLES", 0, 32, Access.RO),
    ))
    METER_HI: Final = Register("METER_HI", 0x34, (
        Field("CYCLES", 0, 32, Access.RO),
    ))
    BLOCK: Final = Block("engine", 56, (
        SHAPE,
        DOORBELL,
        QUEUE,
        IER,
        STATUS,
        RESULT,
        RESULT_TAG,
        RESULT_CYCLES,
        A_IN,
        B_IN,
        C_OUT,
        CONTROL,
        METER_LO,
        METER_HI,
    ), ())


class ResponderRegs:
    """Ranging responder."""

    COMMAND: Final = Register("COMMAND", 0x0, (
        Field("CODE", 0, 32, Access.WO, encoding=ResponderCommand),
    ))
    STATE: Final = Register("STATE", 0x4, (
        Field("CODE", 0, 32, Access.RO, reset=0x5247F2D5, encoding=ResponderState),
    ))
    LEFT_SECONDS: Final = Register("LEFT_SECONDS", 0x8, (
        Field("SECONDS", 0, 32, Access.RO),
    ))
    LANDMARK_KID: Final = Register("LANDMARK_KID", 0x10, (
        Field("WORD", 0, 32, Access.RW, reset=0x0),
    ), count=2)
    LANDMARK_NONCE: Final = Register("LANDMARK_NONCE", 0x18, (
        Field("WORD", 0, 32, Access.RW, reset=0x0),
    ), count=8)
    SHAPE: Final = Register("SHAPE", 0x38, (
        Field("ROUNDS", 0, 8, Access.RW, reset=0x0),
        Field("WIDTH", 8, 8, Access.RW, reset=0x0),
    ))
    CHIP_NONCE: Final = Register("CHIP_NONCE", 0x40, (
        Field("WORD", 0, 32, Access.RO, reset=0x0),
    ), count=8)
    COMMITMENT: Final = Register("COMMITMENT", 0x60, (
        Field("WORD", 0, 32, Access.RO, reset=0x0),
    ), count=8)
    BLOCK: Final = Block("responder", 128, (
        COMMAND,
        STATE,
        LEFT_SECONDS,
        LANDMARK_KID,
        LANDMARK_NONCE,
        SHAPE,
        CHIP_NONCE,
        COMMITMENT,
    ), ())


class RecordRegs:
    """NVRAM record."""

    MAGIC: Final = Register("MAGIC", 0x0, (
        Field("WORD", 0, 32, Access.RW, encoding=RecordMagic),
    ))
    GENERATION: Final = Register("GENERATION", 0x4, (
        Field("COUNT", 0, 32, Access.RW),
    ))
    FLAGS: Final = Register("FLAGS", 0x8, (
        Field("ROLLED_BACK", 0, 1, Access.RW),
    ))
    ROOT_SLOT: Final = Register("ROOT_SLOT", 0xC, (
        Field("INDEX", 0, 32, Access.RW),
    ))
    TRUST_EPOCH: Final = Register("TRUST_EPOCH", 0x10, (
        Field("WORD", 0, 32, Access.RW),
    ), count=2)
    SEQUENCE_EPOCH: Final = Register("SEQUENCE_EPOCH", 0x18, (
        Field("WORD", 0, 32, Access.RW),
    ), count=2)
    SEQUENCE: Final = Register("SEQUENCE", 0x20, (
        Field("WORD", 0, 32, Access.RW),
    ), count=2)
    TRUST_DIGEST: Final = Register("TRUST_DIGEST", 0x28, (
        Field("WORD", 0, 32, Access.RW),
    ), count=8)
    KIND: Final = Register("KIND", 0x48, (
        Field("WORD", 0, 32, Access.RW, encoding=RecordKind),
    ))
    REVISION: Final = Register("REVISION", 0x4C, (
        Field("COUNT", 0, 32, Access.RW),
    ))
    FLOOR: Final = Register("FLOOR", 0x50, (
        Field("WORD", 0, 32, Access.RW),
    ), count=2)
    TOKEN_DIGEST: Final = Register("TOKEN_DIGEST", 0x60, (
        Field("WORD", 0, 32, Access.RW),
    ), count=8)
    TERMS: Final = Register("TERMS", 0x80, (
        Field("WORD", 0, 32, Access.RW),
    ), count=3)
    LOG_COUNT: Final = Register("LOG_COUNT", 0x90, (
        Field("COUNT", 0, 32, Access.RW),
    ))
    LOG_HEAD: Final = Register("LOG_HEAD", 0xA0, (
        Field("WORD", 0, 32, Access.RW),
    ), count=8)
    LOG_COUNTER: Final = Register("LOG_COUNTER", 0xC0, (
        Field("WORD", 0, 32, Access.RW),
    ), count=32)
    LOG_RING: Final = Register("LOG_RING", 0x140, (
        Field("WORD", 0, 32, Access.RW),
    ), count=128)
    MAC: Final = Register("MAC", 0x3E0, (
        Field("WORD", 0, 32, Access.RW),
    ), count=8)
    BLOCK: Final = Block("record", 1024, (
        MAGIC,
        GENERATION,
        FLAGS,
        ROOT_SLOT,
        TRUST_EPOCH,
        SEQUENCE_EPOCH,
        SEQUENCE,
        TRUST_DIGEST,
        KIND,
        REVISION,
        FLOOR,
        TOKEN_DIGEST,
        TERMS,
        LOG_COUNT,
        LOG_HEAD,
        LOG_COUNTER,
        LOG_RING,
        MAC,
    ), ())


ROM: Final = Window("ROM", 0x10000, 10240, Access.RO)
RAM: Final = Window("RAM", 0x20000000, 6144, Access.RW)
ROMCTRL: Final = Instance("ROMCTRL", 0x40000000, RomctrlRegs.BLOCK)
RSTMGR: Final = Instance("RSTMGR", 0x40001000, RstmgrRegs.BLOCK)
UART0: Final = Instance("UART0", 0x40002000, UartRegs.BLOCK)
UART1: Final = Instance("UART1", 0x40003000, UartRegs.BLOCK)
OTP: Final = Instance("OTP", 0x40004000, OtpRegs.BLOCK)
NVRAM: Final = Instance("NVRAM", 0x40005000, NvramRegs.BLOCK)
TRNG: Final = Instance("TRNG", 0x40006000, TrngRegs.BLOCK)
TIMER: Final = Instance("TIMER", 0x40007000, TimerRegs.BLOCK)
KEYVAULT: Final = Instance("KEYVAULT", 0x40008000, KeyvaultRegs.BLOCK)
GATE: Final = Instance("GATE", 0x40009000, GateRegs.BLOCK)
ENGINE: Final = Instance("ENGINE", 0x4000A000, EngineRegs.BLOCK)
RESPONDER: Final = Instance("RESPONDER", 0x4000B000, ResponderRegs.BLOCK)
