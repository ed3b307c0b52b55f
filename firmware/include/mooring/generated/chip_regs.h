// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors
// Generated from hw_models/chip.rdl by export_registers.py. Do not edit.

// clang-format off
#ifndef MOORING_GENERATED_CHIP_REGS_H_
#define MOORING_GENERATED_CHIP_REGS_H_

// Bus
#define CHIP_ROM_BASE 0x00010000u
#define CHIP_ROM_SIZE 40960u
#define CHIP_RAM_BASE 0x20000000u
#define CHIP_RAM_SIZE 24576u
#define CHIP_ROMCTRL_BASE 0x40000000u
#define CHIP_RSTMGR_BASE 0x40001000u
#define CHIP_UART0_BASE 0x40002000u
#define CHIP_UART1_BASE 0x40003000u
#define CHIP_OTP_BASE 0x40004000u
#define CHIP_NVRAM_BASE 0x40005000u
#define CHIP_TRNG_BASE 0x40006000u
#define CHIP_TIMER_BASE 0x40007000u
#define CHIP_KEYVAULT_BASE 0x40008000u
#define CHIP_GATE_BASE 0x40009000u
#define CHIP_ENGINE_BASE 0x4000A000u
#define CHIP_RESPONDER_BASE 0x4000B000u

// ROM controller
#define ROMCTRL_SIZE 48u
#define ROMCTRL_MEASUREMENT_OFFSET 0x000u
#define ROMCTRL_MEASUREMENT_COUNT 12u
#define ROMCTRL_MEASUREMENT_STRIDE 4u
#define ROMCTRL_MEASUREMENT_WORD_MASK 0xFFFFFFFFu
#define ROMCTRL_MEASUREMENT_WORD_SHIFT 0u

// Reset manager
#define RSTMGR_SIZE 16u
#define RSTMGR_CAUSE_OFFSET 0x000u
#define RSTMGR_CAUSE_CAUSE_MASK 0xFFFFFFFFu
#define RSTMGR_CAUSE_CAUSE_SHIFT 0u
#define RSTMGR_REQUEST_OFFSET 0x004u
#define RSTMGR_REQUEST_KEY_MASK 0xFFFFFFFFu
#define RSTMGR_REQUEST_KEY_SHIFT 0u
#define RSTMGR_SHUTDOWN_OFFSET 0x008u
#define RSTMGR_SHUTDOWN_ERROR_MASK 0xFFFFFFFFu
#define RSTMGR_SHUTDOWN_ERROR_SHIFT 0u
#define RSTMGR_PHASE_OFFSET 0x00Cu
#define RSTMGR_PHASE_PHASE_MASK 0xFFFFFFFFu
#define RSTMGR_PHASE_PHASE_SHIFT 0u

// UART (NS16550 subset)
#define UART_SIZE 44u
#define UART_RBR_OFFSET 0x000u
#define UART_RBR_DATA_MASK 0xFFu
#define UART_RBR_DATA_SHIFT 0u
#define UART_THR_OFFSET 0x000u
#define UART_THR_DATA_MASK 0xFFu
#define UART_THR_DATA_SHIFT 0u
#define UART_IER_OFFSET 0x004u
#define UART_IER_RX_MASK 0x1u
#define UART_IER_RX_SHIFT 0u
#define UART_IER_TX_MASK 0x2u
#define UART_IER_TX_SHIFT 1u
#define UART_FCR_OFFSET 0x008u
#define UART_FCR_RX_RESET_MASK 0x2u
#define UART_FCR_RX_RESET_SHIFT 1u
#define UART_FCR_TX_RESET_MASK 0x4u
#define UART_FCR_TX_RESET_SHIFT 2u
#define UART_TRIGGER_OFFSET 0x00Cu
#define UART_TRIGGER_BYTES_MASK 0xFFu
#define UART_TRIGGER_BYTES_SHIFT 0u
#define UART_LSR_OFFSET 0x014u
#define UART_LSR_DR_MASK 0x1u
#define UART_LSR_DR_SHIFT 0u
#define UART_LSR_OE_MASK 0x2u
#define UART_LSR_OE_SHIFT 1u
#define UART_LSR_FE_MASK 0x8u
#define UART_LSR_FE_SHIFT 3u
#define UART_LSR_THRE_MASK 0x20u
#define UART_LSR_THRE_SHIFT 5u
#define UART_LSR_TEMT_MASK 0x40u
#define UART_LSR_TEMT_SHIFT 6u
#define UART_RX_LEVEL_OFFSET 0x020u
#define UART_RX_LEVEL_BYTES_MASK 0xFFFFu
#define UART_RX_LEVEL_BYTES_SHIFT 0u
#define UART_TX_SPACE_OFFSET 0x024u
#define UART_TX_SPACE_BYTES_MASK 0xFFFFu
#define UART_TX_SPACE_BYTES_SHIFT 0u
#define UART_BAUD_OFFSET 0x028u
#define UART_BAUD_BIT_PER_S_MASK 0xFFFFFFFFu
#define UART_BAUD_BIT_PER_S_SHIFT 0u

// One-time-programmable fuses
#define OTP_SIZE 896u
#define OTP_PROGRAM_OFFSET 0x000u
#define OTP_PROGRAM_KEY_MASK 0xFFFFFFFFu
#define OTP_PROGRAM_KEY_SHIFT 0u
#define OTP_STATUS_OFFSET 0x004u
#define OTP_STATUS_NOT_ARMED_MASK 0x1u
#define OTP_STATUS_NOT_ARMED_SHIFT 0u
#define OTP_MANUFACTURED_OFFSET 0x100u
#define OTP_MANUFACTURED_PAGE 0u
#define OTP_MANUFACTURED_WORD_MASK 0xFFFFFFFFu
#define OTP_MANUFACTURED_WORD_SHIFT 0u
#define OTP_PRODUCTION_OFFSET 0x104u
#define OTP_PRODUCTION_PAGE 5u
#define OTP_PRODUCTION_WORD_MASK 0xFFFFFFFFu
#define OTP_PRODUCTION_WORD_SHIFT 0u
#define OTP_MODE_OFFSET 0x108u
#define OTP_MODE_PAGE 0u
#define OTP_MODE_WORD_MASK 0xFFFFFFFFu
#define OTP_MODE_WORD_SHIFT 0u
#define OTP_THROTTLE_OFFSET 0x10Cu
#define OTP_THROTTLE_PAGE 0u
#define OTP_THROTTLE_FRACTION_MASK 0xFFFFu
#define OTP_THROTTLE_FRACTION_SHIFT 0u
#define OTP_MAX_LIFETIME_OFFSET 0x110u
#define OTP_MAX_LIFETIME_PAGE 0u
#define OTP_MAX_LIFETIME_SECONDS_MASK 0xFFFFFFFFu
#define OTP_MAX_LIFETIME_SECONDS_SHIFT 0u
#define OTP_OPTIONS_OFFSET 0x114u
#define OTP_OPTIONS_PAGE 0u
#define OTP_OPTIONS_ALLOW_SEQUENCE_MASK 0x1u
#define OTP_OPTIONS_ALLOW_SEQUENCE_SHIFT 0u
#define OTP_PAGE_LOCKS_OFFSET 0x118u
#define OTP_PAGE_LOCKS_PAGE 5u
#define OTP_PAGE_LOCKS_PAGE_MASK 0xFFu
#define OTP_PAGE_LOCKS_PAGE_SHIFT 0u
#define OTP_ROLLED_BACK_OFFSET 0x11Cu
#define OTP_ROLLED_BACK_PAGE 5u
#define OTP_ROLLED_BACK_BITS_MASK 0xFFFFFFFFu
#define OTP_ROLLED_BACK_BITS_SHIFT 0u
#define OTP_ROOT_DIGEST_OFFSET 0x140u
#define OTP_ROOT_DIGEST_COUNT 48u
#define OTP_ROOT_DIGEST_STRIDE 4u
#define OTP_ROOT_DIGEST_PAGE 1u
#define OTP_ROOT_DIGEST_WORD_MASK 0xFFFFFFFFu
#define OTP_ROOT_DIGEST_WORD_SHIFT 0u
#define OTP_ROOT_REVOKED_OFFSET 0x200u
#define OTP_ROOT_REVOKED_COUNT 4u
#define OTP_ROOT_REVOKED_STRIDE 4u
#define OTP_ROOT_REVOKED_PAGE 2u
#define OTP_ROOT_REVOKED_BITS_MASK 0xFFFFFFFFu
#define OTP_ROOT_REVOKED_BITS_SHIFT 0u
#define OTP_COUNTER_OFFSET 0x240u
#define OTP_COUNTER_COUNT 32u
#define OTP_COUNTER_STRIDE 4u
#define OTP_COUNTER_PAGE 3u
#define OTP_COUNTER_BITS_MASK 0xFFFFFFFFu
#define OTP_COUNTER_BITS_SHIFT 0u
#define OTP_MAP_DIGEST_OFFSET 0x2C0u
#define OTP_MAP_DIGEST_COUNT 12u
#define OTP_MAP_DIGEST_STRIDE 4u
#define OTP_MAP_DIGEST_PAGE 4u
#define OTP_MAP_DIGEST_WORD_MASK 0xFFFFFFFFu
#define OTP_MAP_DIGEST_WORD_SHIFT 0u
#define OTP_INTENT_OFFSET 0x300u
#define OTP_INTENT_COUNT 32u
#define OTP_INTENT_STRIDE 4u
#define OTP_INTENT_PAGE 3u
#define OTP_INTENT_BITS_MASK 0xFFFFFFFFu
#define OTP_INTENT_BITS_SHIFT 0u

// Non-volatile memory
#define NVRAM_SIZE 4096u
#define NVRAM_WRITE_ENABLE_OFFSET 0x000u
#define NVRAM_WRITE_ENABLE_KEY_MASK 0xFFFFFFFFu
#define NVRAM_WRITE_ENABLE_KEY_SHIFT 0u
#define NVRAM_SLOTS_OFFSET 0x800u
#define NVRAM_SLOTS_SIZE 2048u

// True random number generator
#define TRNG_SIZE 8u
#define TRNG_DATA_OFFSET 0x000u
#define TRNG_DATA_WORD_MASK 0xFFFFFFFFu
#define TRNG_DATA_WORD_SHIFT 0u
#define TRNG_STATUS_OFFSET 0x004u
#define TRNG_STATUS_READY_MASK 0x1u
#define TRNG_STATUS_READY_SHIFT 0u
#define TRNG_STATUS_FAILED_MASK 0x2u
#define TRNG_STATUS_FAILED_SHIFT 1u

// Timer
#define TIMER_SIZE 32u
#define TIMER_TIME_LO_OFFSET 0x000u
#define TIMER_TIME_LO_TICKS_MASK 0xFFFFFFFFu
#define TIMER_TIME_LO_TICKS_SHIFT 0u
#define TIMER_TIME_HI_OFFSET 0x004u
#define TIMER_TIME_HI_TICKS_MASK 0xFFFFFFFFu
#define TIMER_TIME_HI_TICKS_SHIFT 0u
#define TIMER_FREQUENCY_OFFSET 0x008u
#define TIMER_FREQUENCY_HZ_MASK 0xFFFFFFFFu
#define TIMER_FREQUENCY_HZ_SHIFT 0u
#define TIMER_ALARM_LO_OFFSET 0x010u
#define TIMER_ALARM_LO_TICKS_MASK 0xFFFFFFFFu
#define TIMER_ALARM_LO_TICKS_SHIFT 0u
#define TIMER_ALARM_HI_OFFSET 0x014u
#define TIMER_ALARM_HI_TICKS_MASK 0xFFFFFFFFu
#define TIMER_ALARM_HI_TICKS_SHIFT 0u
#define TIMER_IER_OFFSET 0x018u
#define TIMER_IER_ALARM_MASK 0x1u
#define TIMER_IER_ALARM_SHIFT 0u
#define TIMER_STATUS_OFFSET 0x01Cu
#define TIMER_STATUS_ALARM_MASK 0x1u
#define TIMER_STATUS_ALARM_SHIFT 0u

// Key vault
#define KEYVAULT_SIZE 2048u
#define KEYVAULT_COMMAND_OFFSET 0x000u
#define KEYVAULT_COMMAND_CODE_MASK 0xFFFFFFFFu
#define KEYVAULT_COMMAND_CODE_SHIFT 0u
#define KEYVAULT_RESULT_OFFSET 0x004u
#define KEYVAULT_RESULT_CODE_MASK 0xFFFFFFFFu
#define KEYVAULT_RESULT_CODE_SHIFT 0u
#define KEYVAULT_LENGTH_OFFSET 0x008u
#define KEYVAULT_LENGTH_BYTES_MASK 0xFFFFu
#define KEYVAULT_LENGTH_BYTES_SHIFT 0u
#define KEYVAULT_SLOT_OFFSET 0x00Cu
#define KEYVAULT_SLOT_INDEX_MASK 0x1u
#define KEYVAULT_SLOT_INDEX_SHIFT 0u
#define KEYVAULT_PUBLIC_KEY_OFFSET 0x040u
#define KEYVAULT_PUBLIC_KEY_COUNT 8u
#define KEYVAULT_PUBLIC_KEY_STRIDE 4u
#define KEYVAULT_PUBLIC_KEY_WORD_MASK 0xFFFFFFFFu
#define KEYVAULT_PUBLIC_KEY_WORD_SHIFT 0u
#define KEYVAULT_SIGNATURE_OFFSET 0x080u
#define KEYVAULT_SIGNATURE_COUNT 16u
#define KEYVAULT_SIGNATURE_STRIDE 4u
#define KEYVAULT_SIGNATURE_WORD_MASK 0xFFFFFFFFu
#define KEYVAULT_SIGNATURE_WORD_SHIFT 0u
#define KEYVAULT_MAC_OFFSET 0x0C0u
#define KEYVAULT_MAC_COUNT 8u
#define KEYVAULT_MAC_STRIDE 4u
#define KEYVAULT_MAC_WORD_MASK 0xFFFFFFFFu
#define KEYVAULT_MAC_WORD_SHIFT 0u
#define KEYVAULT_WITNESS_OFFSET 0x0E0u
#define KEYVAULT_WITNESS_COUNT 8u
#define KEYVAULT_WITNESS_STRIDE 4u
#define KEYVAULT_WITNESS_WORD_MASK 0xFFFFFFFFu
#define KEYVAULT_WITNESS_WORD_SHIFT 0u
#define KEYVAULT_DATA_OFFSET 0x400u
#define KEYVAULT_DATA_SIZE 1024u

// Gate
#define GATE_SIZE 268u
#define GATE_COMMAND_OFFSET 0x000u
#define GATE_COMMAND_CODE_MASK 0xFFFFFFFFu
#define GATE_COMMAND_CODE_SHIFT 0u
#define GATE_STATE_OFFSET 0x004u
#define GATE_STATE_CODE_MASK 0xFFFFFFFFu
#define GATE_STATE_CODE_SHIFT 0u
#define GATE_ATTEMPT_OFFSET 0x008u
#define GATE_ATTEMPT_CODE_MASK 0xFFFFFFFFu
#define GATE_ATTEMPT_CODE_SHIFT 0u
#define GATE_RUN_OFFSET 0x00Cu
#define GATE_RUN_INDEX_MASK 0xFFu
#define GATE_RUN_INDEX_SHIFT 0u
#define GATE_TOKEN_DIGEST_OFFSET 0x020u
#define GATE_TOKEN_DIGEST_COUNT 8u
#define GATE_TOKEN_DIGEST_STRIDE 4u
#define GATE_TOKEN_DIGEST_WORD_MASK 0xFFFFFFFFu
#define GATE_TOKEN_DIGEST_WORD_SHIFT 0u
#define GATE_EXPECTED_A_OFFSET 0x040u
#define GATE_EXPECTED_A_COUNT 8u
#define GATE_EXPECTED_A_STRIDE 4u
#define GATE_EXPECTED_A_WORD_MASK 0xFFFFFFFFu
#define GATE_EXPECTED_A_WORD_SHIFT 0u
#define GATE_EXPECTED_B_OFFSET 0x060u
#define GATE_EXPECTED_B_COUNT 8u
#define GATE_EXPECTED_B_STRIDE 4u
#define GATE_EXPECTED_B_WORD_MASK 0xFFFFFFFFu
#define GATE_EXPECTED_B_WORD_SHIFT 0u
#define GATE_MASK_OFFSET 0x080u
#define GATE_MASK_COUNT 8u
#define GATE_MASK_STRIDE 4u
#define GATE_MASK_WORD_MASK 0xFFFFFFFFu
#define GATE_MASK_WORD_SHIFT 0u
#define GATE_VALUE_OFFSET 0x0A0u
#define GATE_VALUE_COUNT 8u
#define GATE_VALUE_STRIDE 4u
#define GATE_VALUE_WORD_MASK 0xFFFFFFFFu
#define GATE_VALUE_WORD_SHIFT 0u
#define GATE_WITNESS_OFFSET 0x0C0u
#define GATE_WITNESS_COUNT 8u
#define GATE_WITNESS_STRIDE 4u
#define GATE_WITNESS_WORD_MASK 0xFFFFFFFFu
#define GATE_WITNESS_WORD_SHIFT 0u
#define GATE_TERMS_OFFSET 0x0E0u
#define GATE_TERMS_COUNT 6u
#define GATE_TERMS_STRIDE 4u
#define GATE_TERMS_WORD_MASK 0xFFFFFFFFu
#define GATE_TERMS_WORD_SHIFT 0u
#define GATE_LEFT_LO_OFFSET 0x100u
#define GATE_LEFT_LO_CYCLES_MASK 0xFFFFFFFFu
#define GATE_LEFT_LO_CYCLES_SHIFT 0u
#define GATE_LEFT_HI_OFFSET 0x104u
#define GATE_LEFT_HI_CYCLES_MASK 0xFFFFFFFFu
#define GATE_LEFT_HI_CYCLES_SHIFT 0u
#define GATE_LEFT_SECONDS_OFFSET 0x108u
#define GATE_LEFT_SECONDS_SECONDS_MASK 0xFFFFFFFFu
#define GATE_LEFT_SECONDS_SECONDS_SHIFT 0u

// Matrix engine
#define ENGINE_SIZE 56u
#define ENGINE_SHAPE_OFFSET 0x000u
#define ENGINE_SHAPE_M_MASK 0xFFu
#define ENGINE_SHAPE_M_SHIFT 0u
#define ENGINE_SHAPE_K_MASK 0xFF00u
#define ENGINE_SHAPE_K_SHIFT 8u
#define ENGINE_SHAPE_N_MASK 0xFF0000u
#define ENGINE_SHAPE_N_SHIFT 16u
#define ENGINE_DOORBELL_OFFSET 0x004u
#define ENGINE_DOORBELL_TAG_MASK 0xFFu
#define ENGINE_DOORBELL_TAG_SHIFT 0u
#define ENGINE_QUEUE_OFFSET 0x008u
#define ENGINE_QUEUE_JOBS_MASK 0xFFu
#define ENGINE_QUEUE_JOBS_SHIFT 0u
#define ENGINE_QUEUE_FREE_MASK 0xFF00u
#define ENGINE_QUEUE_FREE_SHIFT 8u
#define ENGINE_IER_OFFSET 0x00Cu
#define ENGINE_IER_COMPLETE_MASK 0x1u
#define ENGINE_IER_COMPLETE_SHIFT 0u
#define ENGINE_STATUS_OFFSET 0x010u
#define ENGINE_STATUS_COMPLETE_MASK 0x1u
#define ENGINE_STATUS_COMPLETE_SHIFT 0u
#define ENGINE_RESULT_OFFSET 0x014u
#define ENGINE_RESULT_CODE_MASK 0xFFFFFFFFu
#define ENGINE_RESULT_CODE_SHIFT 0u
#define ENGINE_RESULT_TAG_OFFSET 0x018u
#define ENGINE_RESULT_TAG_TAG_MASK 0xFFu
#define ENGINE_RESULT_TAG_TAG_SHIFT 0u
#define ENGINE_RESULT_CYCLES_OFFSET 0x01Cu
#define ENGINE_RESULT_CYCLES_CYCLES_MASK 0xFFFFFFFFu
#define ENGINE_RESULT_CYCLES_CYCLES_SHIFT 0u
#define ENGINE_A_IN_OFFSET 0x020u
#define ENGINE_A_IN_BYTE_MASK 0xFFu
#define ENGINE_A_IN_BYTE_SHIFT 0u
#define ENGINE_B_IN_OFFSET 0x024u
#define ENGINE_B_IN_BYTE_MASK 0xFFu
#define ENGINE_B_IN_BYTE_SHIFT 0u
#define ENGINE_C_OUT_OFFSET 0x028u
#define ENGINE_C_OUT_BYTE_MASK 0xFFu
#define ENGINE_C_OUT_BYTE_SHIFT 0u
#define ENGINE_CONTROL_OFFSET 0x02Cu
#define ENGINE_CONTROL_RESET_MASK 0x1u
#define ENGINE_CONTROL_RESET_SHIFT 0u
#define ENGINE_METER_LO_OFFSET 0x030u
#define ENGINE_METER_LO_CYCLES_MASK 0xFFFFFFFFu
#define ENGINE_METER_LO_CYCLES_SHIFT 0u
#define ENGINE_METER_HI_OFFSET 0x034u
#define ENGINE_METER_HI_CYCLES_MASK 0xFFFFFFFFu
#define ENGINE_METER_HI_CYCLES_SHIFT 0u

// Ranging responder
#define RESPONDER_SIZE 128u
#define RESPONDER_COMMAND_OFFSET 0x000u
#define RESPONDER_COMMAND_CODE_MASK 0xFFFFFFFFu
#define RESPONDER_COMMAND_CODE_SHIFT 0u
#define RESPONDER_STATE_OFFSET 0x004u
#define RESPONDER_STATE_CODE_MASK 0xFFFFFFFFu
#define RESPONDER_STATE_CODE_SHIFT 0u
#define RESPONDER_LEFT_SECONDS_OFFSET 0x008u
#define RESPONDER_LEFT_SECONDS_SECONDS_MASK 0xFFFFFFFFu
#define RESPONDER_LEFT_SECONDS_SECONDS_SHIFT 0u
#define RESPONDER_LANDMARK_KID_OFFSET 0x010u
#define RESPONDER_LANDMARK_KID_COUNT 2u
#define RESPONDER_LANDMARK_KID_STRIDE 4u
#define RESPONDER_LANDMARK_KID_WORD_MASK 0xFFFFFFFFu
#define RESPONDER_LANDMARK_KID_WORD_SHIFT 0u
#define RESPONDER_LANDMARK_NONCE_OFFSET 0x018u
#define RESPONDER_LANDMARK_NONCE_COUNT 8u
#define RESPONDER_LANDMARK_NONCE_STRIDE 4u
#define RESPONDER_LANDMARK_NONCE_WORD_MASK 0xFFFFFFFFu
#define RESPONDER_LANDMARK_NONCE_WORD_SHIFT 0u
#define RESPONDER_SHAPE_OFFSET 0x038u
#define RESPONDER_SHAPE_ROUNDS_MASK 0xFFu
#define RESPONDER_SHAPE_ROUNDS_SHIFT 0u
#define RESPONDER_SHAPE_WIDTH_MASK 0xFF00u
#define RESPONDER_SHAPE_WIDTH_SHIFT 8u
#define RESPONDER_CHIP_NONCE_OFFSET 0x040u
#define RESPONDER_CHIP_NONCE_COUNT 8u
#define RESPONDER_CHIP_NONCE_STRIDE 4u
#define RESPONDER_CHIP_NONCE_WORD_MASK 0xFFFFFFFFu
#define RESPONDER_CHIP_NONCE_WORD_SHIFT 0u
#define RESPONDER_COMMITMENT_OFFSET 0x060u
#define RESPONDER_COMMITMENT_COUNT 8u
#define RESPONDER_COMMITMENT_STRIDE 4u
#define RESPONDER_COMMITMENT_WORD_MASK 0xFFFFFFFFu
#define RESPONDER_COMMITMENT_WORD_SHIFT 0u

// NVRAM record
#define RECORD_SIZE 1024u
#define RECORD_MAGIC_OFFSET 0x000u
#define RECORD_MAGIC_WORD_MASK 0xFFFFFFFFu
#define RECORD_MAGIC_WORD_SHIFT 0u
#define RECORD_GENERATION_OFFSET 0x004u
#define RECORD_GENERATION_COUNT_MASK 0xFFFFFFFFu
#define RECORD_GENERATION_COUNT_SHIFT 0u
#define RECORD_FLAGS_OFFSET 0x008u
#define RECORD_FLAGS_ROLLED_BACK_MASK 0x1u
#define RECORD_FLAGS_ROLLED_BACK_SHIFT 0u
#define RECORD_ROOT_SLOT_OFFSET 0x00Cu
#define RECORD_ROOT_SLOT_INDEX_MASK 0xFFFFFFFFu
#define RECORD_ROOT_SLOT_INDEX_SHIFT 0u
#define RECORD_TRUST_EPOCH_OFFSET 0x010u
#define RECORD_TRUST_EPOCH_COUNT 2u
#define RECORD_TRUST_EPOCH_STRIDE 4u
#define RECORD_TRUST_EPOCH_WORD_MASK 0xFFFFFFFFu
#define RECORD_TRUST_EPOCH_WORD_SHIFT 0u
#define RECORD_SEQUENCE_EPOCH_OFFSET 0x018u
#define RECORD_SEQUENCE_EPOCH_COUNT 2u
#define RECORD_SEQUENCE_EPOCH_STRIDE 4u
#define RECORD_SEQUENCE_EPOCH_WORD_MASK 0xFFFFFFFFu
#define RECORD_SEQUENCE_EPOCH_WORD_SHIFT 0u
#define RECORD_SEQUENCE_OFFSET 0x020u
#define RECORD_SEQUENCE_COUNT 2u
#define RECORD_SEQUENCE_STRIDE 4u
#define RECORD_SEQUENCE_WORD_MASK 0xFFFFFFFFu
#define RECORD_SEQUENCE_WORD_SHIFT 0u
#define RECORD_TRUST_DIGEST_OFFSET 0x028u
#define RECORD_TRUST_DIGEST_COUNT 8u
#define RECORD_TRUST_DIGEST_STRIDE 4u
#define RECORD_TRUST_DIGEST_WORD_MASK 0xFFFFFFFFu
#define RECORD_TRUST_DIGEST_WORD_SHIFT 0u
#define RECORD_KIND_OFFSET 0x048u
#define RECORD_KIND_WORD_MASK 0xFFFFFFFFu
#define RECORD_KIND_WORD_SHIFT 0u
#define RECORD_REVISION_OFFSET 0x04Cu
#define RECORD_REVISION_COUNT_MASK 0xFFFFFFFFu
#define RECORD_REVISION_COUNT_SHIFT 0u
#define RECORD_FLOOR_OFFSET 0x050u
#define RECORD_FLOOR_COUNT 2u
#define RECORD_FLOOR_STRIDE 4u
#define RECORD_FLOOR_WORD_MASK 0xFFFFFFFFu
#define RECORD_FLOOR_WORD_SHIFT 0u
#define RECORD_TOKEN_DIGEST_OFFSET 0x060u
#define RECORD_TOKEN_DIGEST_COUNT 8u
#define RECORD_TOKEN_DIGEST_STRIDE 4u
#define RECORD_TOKEN_DIGEST_WORD_MASK 0xFFFFFFFFu
#define RECORD_TOKEN_DIGEST_WORD_SHIFT 0u
#define RECORD_TERMS_OFFSET 0x080u
#define RECORD_TERMS_COUNT 3u
#define RECORD_TERMS_STRIDE 4u
#define RECORD_TERMS_WORD_MASK 0xFFFFFFFFu
#define RECORD_TERMS_WORD_SHIFT 0u
#define RECORD_LOG_COUNT_OFFSET 0x090u
#define RECORD_LOG_COUNT_COUNT_MASK 0xFFFFFFFFu
#define RECORD_LOG_COUNT_COUNT_SHIFT 0u
#define RECORD_LOG_HEAD_OFFSET 0x0A0u
#define RECORD_LOG_HEAD_COUNT 8u
#define RECORD_LOG_HEAD_STRIDE 4u
#define RECORD_LOG_HEAD_WORD_MASK 0xFFFFFFFFu
#define RECORD_LOG_HEAD_WORD_SHIFT 0u
#define RECORD_LOG_COUNTER_OFFSET 0x0C0u
#define RECORD_LOG_COUNTER_COUNT 32u
#define RECORD_LOG_COUNTER_STRIDE 4u
#define RECORD_LOG_COUNTER_WORD_MASK 0xFFFFFFFFu
#define RECORD_LOG_COUNTER_WORD_SHIFT 0u
#define RECORD_LOG_RING_OFFSET 0x140u
#define RECORD_LOG_RING_COUNT 128u
#define RECORD_LOG_RING_STRIDE 4u
#define RECORD_LOG_RING_WORD_MASK 0xFFFFFFFFu
#define RECORD_LOG_RING_WORD_SHIFT 0u
#define RECORD_MAC_OFFSET 0x3E0u
#define RECORD_MAC_COUNT 8u
#define RECORD_MAC_STRIDE 4u
#define RECORD_MAC_WORD_MASK 0xFFFFFFFFu
#define RECORD_MAC_WORD_SHIFT 0u

typedef enum reset_cause {
  kResetCausePowerOn = 0x1,  // Supply came up.
  kResetCauseCommand = 0x2,  // RSTMGR.REQUEST was written.
  kResetCauseLine = 0x3,  // The reset line was pulled.
} reset_cause_t;

typedef enum reset_key {
  kResetKeyReset = 0x52455354,  // ASCII REST.
} reset_key_t;

typedef enum phase {
  kPhaseResetEntry = 0x1,
  kPhaseSelfTest = 0x2,
  kPhaseReadFuses = 0x3,
  kPhaseServe = 0x4,
  kPhaseHash = 0x5,
  kPhaseVerifySignature = 0x6,
  kPhaseParseClaims = 0x7,
  kPhaseCommit = 0x8,
  kPhaseOpen = 0x9,
  kPhaseCompute = 0xA,
  kPhaseSignEvidence = 0xB,
} phase_t;

typedef enum program_key {
  kProgramKeyArm = 0x46555345,  // ASCII FUSE.
} program_key_t;

typedef enum lifecycle_word {
  kLifecycleWordManufacturing = 0x3333CCCC,  // Burned in MANUFACTURED when the device key is made.
  kLifecycleWordProduction = 0x5A5AA5A5,  // Burned in PRODUCTION, last, by LOCK.
} lifecycle_word_t;

typedef enum mode_word {
  kModeWordDeny = 0xFF0F00F,  // No grant, no compute. A blank or invalid word means the same.
  kModeWordThrottle = 0x66669999,  // Without a grant, a small fused fraction of the speed.
  kModeWordReport = 0x3C3CC3C3,  // Compute is never hindered; the chip records and attests.
} mode_word_t;

typedef enum nvram_key {
  kNvramKeyArm = 0x4E565752,  // ASCII NVWR.
} nvram_key_t;

typedef enum vault_command {
  kVaultCommandSignEvidence = 0x45564944,  // EVID: sign DATA[0..LENGTH) as the payload of an evidence COSE_Sign1; SIGNATURE.
  kVaultCommandSeal = 0x5345414C,  // SEAL: MAC the record body in DATA; MAC. Refused unless GATE matched what the record's kind claims.
  kVaultCommandCheck = 0x4348434B,  // CHCK: check the MAC of NVRAM slot SLOT and latch its protected part.
  kVaultCommandWitnessNonce = 0x574E4F4E,  // WNON: as CHECK, and WITNESS for GATE's licence attempt.
  kVaultCommandSignRanging = 0x52414E47,  // RANG: sign what RESPONDER recorded of a finished session; the token in DATA, its size in LENGTH. Ends the session.
  kVaultCommandWitnessSequence = 0x57534551,  // WSEQ: the same, and the record's generation must equal the counts of COUNTER and INTENT.
} vault_command_t;

typedef enum vault_result {
  kVaultResultIdle = 0x0,
  kVaultResultOk = 0x600D600D,  // Done.
  kVaultResultBadMac = 0xBAD3AC0,  // The slot holds no record of this chip.
  kVaultResultRefused = 0x4E0FC0DE,  // The request is not of a permitted type or state.
} vault_result_t;

typedef enum gate_command {
  kGateCommandBeginLicence = 0x424C4943,  // BLIC.
  kGateCommandBeginTrust = 0x42545255,  // BTRU.
  kGateCommandArm = 0x41524D47,  // ARMG: latch digest and expected values.
  kGateCommandAbort = 0x41425254,  // ABRT.
  kGateCommandOpen = 0x4F50454E,  // OPEN: replace the running terms by those of the attempt.
  kGateCommandClose = 0x434C4F53,  // CLOS: end the running grant.
} gate_command_t;

typedef enum gate_state {
  kGateStateClosed = 0x29735A1C,  // No grant runs.
  kGateStateOpen = 0x32899387,  // A grant runs.
  kGateStateDead = 0x62E3FE8,  // Tampering was seen; closed until reset.
} gate_state_t;

typedef enum gate_attempt {
  kGateAttemptIdle = 0xA001,
  kGateAttemptCollect = 0xA002,  // Waiting for digest and expected values, then ARM.
  kGateAttemptRun = 0xA003,  // Waiting for the VALUE of run RUN.
  kGateAttemptMatched = 0xA004,  // Every run matched.
  kGateAttemptWitnessed = 0xA005,  // The witness is right; OPEN may follow.
} gate_attempt_t;

typedef enum engine_result {
  kEngineResultNone = 0x0,
  kEngineResultDone = 0x1,  // The product is in C_OUT.
  kEngineResultGateClosed = 0x2,  // The gate refused: no grant.
  kEngineResultAllowance = 0x3,  // The gate refused: the job costs more cycles than are left.
  kEngineResultShape = 0x4,  // A dimension is 0 or above 64, or operands are missing.
  kEngineResultThrottled = 0x5,  // Done without a grant, at the fused fraction of the speed.
  kEngineResultLapsed = 0x6,  // The gate refused: a grant ran and has ended.
} engine_result_t;

typedef enum responder_command {
  kResponderCommandOpen = 0x524F504E,  // ROPN: open a session for LANDMARK_KID, LANDMARK_NONCE and SHAPE. Ignored while one is open.
  kResponderCommandStart = 0x52535452,  // RSTR: take the line once the transmitter is empty.
} responder_command_t;

typedef enum responder_state {
  kResponderStateClosed = 0x5247F2D5,  // No session: none was opened since reset, or KEYVAULT has signed the last one.
  kResponderStateOpened = 0x2D094C50,  // The commitment is made.
  kResponderStateArmed = 0x371057C7,  // Waiting for the transmitter to be empty.
  kResponderStateRunning = 0x46DDAD95,  // RESPONDER has the line.
  kResponderStateDone = 0x490FAA68,  // Every challenge was answered; KEYVAULT can sign.
  kResponderStateEarly = 0x5247F590,  // A byte came before the line was RESPONDER's.
  kResponderStateLate = 0x5247F633,  // The deadline came first.
  kResponderStateShape = 0x4C4B0D2A,  // OPEN was refused: SHAPE is out of bounds. Told once, then CLOSED.
  kResponderStateNoise = 0x4857E14D,  // OPEN was refused: TRNG has failed. Told once, then CLOSED.
  kResponderStateBroken = 0x5247F8BA,  // A break or framing error came instead of a challenge.
} responder_state_t;

typedef enum record_magic {
  kRecordMagicV1 = 0x4D524331,  // MRC1.
} record_magic_t;

typedef enum record_kind {
  kRecordKindHousekeeping = 0x484F5553,  // HOUS: log, floor and revision only.
  kRecordKindTrust = 0x54525553,  // TRUS: a trust list was accepted.
  kRecordKindLicenceNonce = 0x4C4E4F4E,  // LNON: a nonce-bound licence was accepted.
  kRecordKindLicenceSequence = 0x4C534551,  // LSEQ: a sequence-bound licence was accepted.
} record_kind_t;

#endif  // MOORING_GENERATED_CHIP_REGS_H_
