// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/decision.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/body.h"
#include "rom/clock.h"
#include "rom/commit.h"
#include "rom/console.h"
#include "rom/flow.h"
#include "rom/gate.h"
#include "rom/licence.h"
#include "rom/log.h"
#include "rom/reply.h"
#include "rom/store.h"
#include "rom/trust.h"

// -----------------------------------------------------------------------------
// Taking tokens out of a request
// -----------------------------------------------------------------------------

byte_span_t decision_span(const rom_t *rom, rom_place_t place) {
  return byte_span(rom->request.message + place.offset_bytes, place.size_bytes);
}

static rom_place_t place_of(const rom_t *rom, byte_span_t span) {
  const rom_place_t place = {
      .offset_bytes = (uint16_t)(span.data - rom->request.message),
      .size_bytes = (uint16_t)span.size,
  };
  return place;
}

static rom_state_t begin(rom_t *rom, byte_span_t body, uint32_t kind) {
  byte_span_t first = {0};
  byte_span_t second = {0};
  memset(&rom->attempt, 0, sizeof(rom->attempt));
  const rom_error_t error = body_pair(body, &first, &second);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  rom->attempt.kind = kind;
  rom->attempt.location = place_of(rom, first);
  rom->attempt.token = place_of(rom, second);
  rom->attempt.changed = kHardenedFalse;
  return kRomStateVerify;
}

rom_state_t decision_begin_trust(rom_t *rom, byte_span_t body) {
  return begin(rom, body, kRecordKindTrust);
}

rom_state_t decision_begin_licence(rom_t *rom, byte_span_t body) {
  // Which of the two forms it is, its claims will tell.
  return begin(rom, body, kRomKindUndecided);
}

static int is_trust(const rom_t *rom) {
  return launder32(rom->attempt.kind) == kRecordKindTrust;
}

// -----------------------------------------------------------------------------
// Refusal
// -----------------------------------------------------------------------------

void decision_good_signatures(rom_t *rom) {
  rom->bad_signatures = 0;
  rom->back_off_ticks = 0;
}

static void back_off(rom_t *rom) {
  if (rom->bad_signatures < UINT32_MAX) {
    rom->bad_signatures++;
  }
  // min(2^(n-1), 30) seconds; 2^5 is above 30.
  const uint32_t exponent = rom->bad_signatures - 1;
  const uint32_t seconds =
      exponent < 5 ? UINT32_C(1) << exponent : (uint32_t)kRomBackOffMaxSeconds;
  rom->back_off_ticks = clock_after(rom, seconds);
}

static int is_power_of_two(uint32_t value) {
  return (value & (value - 1)) == 0;
}

// Adds the entry and makes it durable before the refusal is answered.
static rom_error_t record_refusal(rom_t *rom, rom_error_t error) {
  log_count(rom, error);
  uint32_t repeats = 1;
  if (error == kErrorKeySignature) {
    repeats = rom->bad_signatures;
    if (!is_power_of_two(repeats)) {
      return kErrorOk;
    }
  }
  store_begin(rom, kRecordKindHousekeeping);
  log_add(rom, error, repeats, rom->attempt.subject);
  return store_write(rom);
}

// An attempt that is over must not pass for one that a later fault resumes.
static void end_attempt(rom_t *rom) {
  rom->attempt.flow = 0;
  gate_abort(rom);
}

static rom_state_t refuse(rom_t *rom, rom_error_t error) {
  end_attempt(rom);
  console_line_t line;
  console_start(&line,
                is_trust(rom) ? "trust list refused: " : "licence refused: ");
  console_error(&line, error);
  console_send(rom->bus, &line);
  if (error == kErrorKeySignature) {
    back_off(rom);
  }
  if (error_logged_index(error) != kErrorNotLogged) {
    const rom_error_t failure = record_refusal(rom, error);
    if (failure != kErrorOk) {
      return reply_refusal(rom, failure);
    }
  }
  return reply_refusal(rom, error);
}

// -----------------------------------------------------------------------------
// Answers
// -----------------------------------------------------------------------------

static rom_state_t reply_licence(rom_t *rom, bool changed) {
  gate_left_t left;
  gate_read_left(rom, &left);
  const uint32_t state = gate_state_number(rom);
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 4);
  reply_put_uint(&reply, 1, state);
  reply_put_uint(&reply, 2, left.cycles);
  reply_put_uint(&reply, 3, left.seconds);
  reply_put_bool(&reply, 4, changed);
  return reply_send(rom, &reply);
}

static rom_state_t reply_trust(rom_t *rom) {
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 3);
  reply_put_uint(&reply, 1, rom->trust.epoch);
  reply_put_uint(&reply, 2, store_get32(rom, RECORD_ROOT_SLOT_OFFSET));
  reply_put_bool(&reply, 3, rom->attempt.changed == kHardenedTrue);
  return reply_send(rom, &reply);
}

// -----------------------------------------------------------------------------
// States
// -----------------------------------------------------------------------------

rom_state_t decision_verify(rom_t *rom) {
  const rom_error_t error =
      is_trust(rom) ? trust_verify(rom) : licence_verify(rom);
  if (error == kErrorAlreadyAccepted) {
    return reply_licence(rom, false);
  }
  return error == kErrorOk ? kRomStateCommit : refuse(rom, error);
}

static rom_state_t accept_trust(rom_t *rom) {
  trust_accept(rom);
  end_attempt(rom);  // a matched trust attempt has nothing to open
  console_line_t line;
  console_start(&line, "trust list accepted, epoch ");
  console_number(&line, (uint32_t)rom->trust.epoch);
  console_send(rom->bus, &line);
  return reply_trust(rom);
}

rom_state_t decision_commit(rom_t *rom) {
  phase_mark(rom, kPhaseCommit);
  const rom_error_t error =
      is_trust(rom) ? commit_trust(rom) : commit_licence(rom);
  if (error != kErrorOk) {
    return refuse(rom, error);
  }
  return is_trust(rom) ? accept_trust(rom) : kRomStateOpen;
}

// The last look before the gate: the stages of the decision, and the record
// that commits it, as the vault sees it in NVRAM.
static rom_error_t witness(rom_t *rom, uint8_t proof[kSha256DigestBytes]) {
  RETURN_IF_ERROR(commit_witness(rom, proof));
  HARDENED_CHECK_EQ(rom->bus, launder32(rom->attempt.flow),
                    FLOW_LICENCE_DURABLE);
  HARDENED_CHECK_EQ(rom->bus, store_get32(rom, RECORD_KIND_OFFSET),
                    rom->attempt.kind);
  HARDENED_CHECK_EQ(rom->bus,
                    hardened_memeq(rom->record + RECORD_TOKEN_DIGEST_OFFSET,
                                   rom->attempt.digest, kSha256DigestBytes),
                    kHardenedTrue);
  return kErrorOk;
}

static void announce(rom_t *rom) {
  console_line_t line;
  console_start(&line, "licence accepted, open for ");
  console_number(&line, rom->attempt.grant.seconds);
  console_text(&line, " s");
  console_send(rom->bus, &line);
}

rom_state_t decision_open(rom_t *rom) {
  uint8_t proof[kSha256DigestBytes];
  phase_mark(rom, kPhaseOpen);
  licence_check_grant(rom);
  gate_put_terms(rom, &rom->attempt.grant, &rom->attempt.grant_inverse);
  const rom_error_t error = witness(rom, proof);
  if (error != kErrorOk) {
    return refuse(rom, error);
  }
  gate_open(rom, proof);
  gate_left_t left;
  gate_read_left(rom, &left);
  HARDENED_CHECK_EQ(rom->bus, left.cycles <= rom->attempt.grant.cycles, 1);
  HARDENED_CHECK_EQ(rom->bus, left.seconds <= rom->attempt.grant.seconds, 1);
  memcpy(rom->accepted, rom->attempt.digest, kSha256DigestBytes);
  rom->has_accepted = kHardenedTrue;
  end_attempt(rom);
  announce(rom);
  return reply_licence(rom, true);
}
