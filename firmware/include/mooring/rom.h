// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The boot ROM: a table of states that decides over licences.
//
// All mutable state is in one rom_t. It holds no pointer but the bus, which is
// set only while a step runs, so it can be copied, stored and put back between
// steps, and many chips can live in one process.

#ifndef MOORING_INCLUDE_MOORING_ROM_H_
#define MOORING_INCLUDE_MOORING_ROM_H_

#include <stdint.h>

#include "mooring/claims.h"
#include "mooring/ed25519.h"
#include "mooring/error.h"
#include "mooring/generated/chip_regs.h"
#include "mooring/hal.h"
#include "mooring/hardened.h"
#include "mooring/mctp.h"
#include "mooring/mctp_serial.h"
#include "mooring/namespace.h"
#include "mooring/sha2.h"
#include "mooring/vdm.h"

// mooring_rom_* are the host HAL's functions around these.
#define rom_init MOORING_NAMESPACE(machine_init)
#define rom_step MOORING_NAMESPACE(machine_step)
#define rom_shutdown MOORING_NAMESPACE(machine_shutdown)

enum {
  kRomNonceLifeSeconds = 900,
  kRomBackOffMaxSeconds = 30,
  kRomKindUndecided = 0,  // no record_kind_t: what a fault leaves of it traps
  kRomRxBytes = 256,      // as many as the receive FIFO holds
};

/** A state of the machine; the words are those of kRomStates in rom.c. */
typedef enum rom_state {
  // sparse_words.py --count 12 --distance 12 --seed 31
  kRomStateReset = 0x01925561,
  kRomStateSelfTest = 0x3c1b235f,
  kRomStateReadFuses = 0x0e6315f2,
  kRomStateServe = 0x61c9fe87,    // receives requests
  kRomStateVerify = 0x12078b53,   // judges tokens
  kRomStateCommit = 0x5788dd58,   // makes the decision durable
  kRomStateOpen = 0x60f8ca6d,     // hands the grant to the gate
  kRomStateCompute = 0x11de2388,  // waits for the engine
  kRomStateRespond = 0x07c24ecb,  // sends an answer
  kRomStateRestart =
      0x1d96f3ef,                // waits until the answer has left, then resets
  kRomStateHalted = 0x5dbe6c83,  // resetting; nothing more is done
  kRomStateRange = 0x34cf18bf,   // gives the line to RESPONDER
} rom_state_t;

/** The chip's nonce; drawn on demand. */
typedef struct rom_nonce {
  uint64_t deadline_ticks;
  uint64_t deadline_inverse;  // every bit inverted: a flipped bit gives no time
  hardened_bool_t valid;
  uint8_t value[kClaimsNonceBytes];
} rom_nonce_t;

/** Where in the message buffer a token lies. */
typedef struct rom_place {
  uint16_t offset_bytes;
  uint16_t size_bytes;
} rom_place_t;

/** What a licence grants: the whole outcome of a decision. No padding. */
typedef struct rom_grant {
  uint64_t cycles;
  uint64_t issued_at;  // seconds since 1970
  uint64_t epoch;      // sequence form, else 0
  uint64_t sequence;   // sequence form, else 0
  uint32_t seconds;
  uint32_t kind;  // record_kind_t that commits it
} rom_grant_t;

/** A token under decision, handed from VERIFY to COMMIT to OPEN. */
typedef struct rom_attempt {
  uint8_t digest[kSha256DigestBytes];           // of the licence or trust list
  uint8_t location_digest[kSha256DigestBytes];  // or of the parsed list
  uint8_t subject[kSha256DigestBytes];  // of the token that a refusal is about
  rom_grant_t grant;
  rom_grant_t grant_inverse;  // every bit of it inverted, judged by itself
  rom_place_t token;          // licence or trust list
  rom_place_t location;       // location result or root key
  uint32_t kind;  // record_kind_t; kRomKindUndecided for a licence at first
  uint32_t flow;  // see rom/flow.h
  uint32_t root_slot;
  uint32_t changed;  // hardened_bool_t: something new was committed
} rom_attempt_t;

/**
 * All that the ROM remembers. Large buffers come last: on RV32 an instruction
 * reaches only what lies in the first 2 KiB behind its pointer.
 */
typedef struct rom {
  hal_bus_t *bus;  // NULL between steps
  uint32_t state;  // rom_state_t
  uint32_t waiting;
  uint32_t enabled;  // wait_event_t whose interrupts are enabled
  uint32_t trigger;  // receive trigger level as written last

  // Board and fuses, as READ_FUSES found them.
  uint32_t ticks_per_second;
  uint32_t lifecycle;  // lifecycle_word_t
  uint8_t public_key[kCosePublicKeyBytes];
  uint8_t ueid[kCoseUeidBytes];

  // Link.
  uint8_t command;         // vdm_command_t being answered
  uint32_t after_respond;  // rom_state_t
  uint8_t engine_tag;
  uint32_t product_bytes;
  uint16_t rx_at;
  uint16_t rx_size;
  uint16_t frame_at;
  uint16_t frame_size;
  mctp_endpoint_t endpoint;
  mctp_sender_t sender;

  // Decisions.
  rom_nonce_t nonce;
  rom_attempt_t attempt;
  uint64_t back_off_ticks;  // LICENCE and TRUST are refused until then
  uint32_t bad_signatures;  // in a row
  hardened_bool_t has_accepted;
  uint8_t accepted[kSha256DigestBytes];  // the last licence accepted
  hardened_bool_t has_trust;
  uint8_t trust_digest[kSha256DigestBytes];  // of `trust`, as it was judged

  // NVRAM: the durable record; the next one is a draft while it is made.
  uint32_t slot;  // of `record`: 0 or 1
  hardened_bool_t has_record;
  _Alignas(uint64_t) uint8_t record[RECORD_SIZE];

  trust_list_t trust;
  _Alignas(uint64_t) uint8_t draft[RECORD_SIZE];
  trust_list_t candidate;  // a list under decision
  uint8_t rx[kRomRxBytes];
  uint8_t frame[kMctpSerialFrameMaxBytes];
  mctp_serial_reader_t reader;
  mctp_assembly_t request;  // its buffer also takes the answer

  // Multiples of the keys that signed last; see licence.c.
  ed25519_prepared_t location_key;
  ed25519_prepared_t licence_key;
} rom_t;

// The rest of the 24 KiB is stack.
_Static_assert(sizeof(rom_t) <= 20 * 1024, "rom_t leaves too little stack");

/** Puts `rom` into the state of a CPU leaving reset; touches no hardware. */
void rom_init(rom_t *rom);

/**
 * Runs until the ROM waits for an interrupt that it has enabled.
 *
 * `rom->bus` is set by the caller. Does not return after a shutdown.
 */
void rom_step(rom_t *rom);

/**
 * The one exit of the machine: latches `error` in RSTMGR.SHUTDOWN, says so on
 * the console and stops the CPU. What the gate does then, the fuses decide.
 */
_Noreturn void rom_shutdown(hal_bus_t *bus, rom_error_t error);

#endif  // MOORING_INCLUDE_MOORING_ROM_H_
