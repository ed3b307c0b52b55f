// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/log.h"

#include <string.h>

#include "rom/body.h"
#include "rom/clock.h"
#include "rom/reply.h"
#include "rom/store.h"

enum {
  kRingEntries = 16,
  kTokenBytes = 16,  // of the token's digest, in an entry
  // Words of an entry, as offsets (chip.rdl, LOG_RING).
  kEntryBytes = 32,
  kEntryWord = 0,
  kEntrySeconds = 4,
  kEntryRepeats = 8,
  kEntryIndex = 12,
  kEntryToken = 16,
  // What of an entry the chain hashes besides the token: four words.
  kChainWords = 4,
};

// 16-bit counters in the order of the logged words of the table.
enum {
  kCounterBytes = 2,
  kCounterPlaces = 2 * RECORD_LOG_COUNTER_COUNT,
};

static uint32_t get_counter(const uint8_t *record, uint32_t place) {
  const uint8_t *at =
      record + RECORD_LOG_COUNTER_OFFSET + kCounterBytes * place;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

void log_count(rom_t *rom, rom_error_t error) {
  const uint32_t place = error_logged_index(error);
  if (place >= kCounterPlaces) {
    return;
  }
  const uint32_t count = get_counter(rom->record, place);
  if (count < UINT16_MAX) {
    uint8_t *at =
        rom->record + RECORD_LOG_COUNTER_OFFSET + kCounterBytes * place;
    at[0] = (uint8_t)(count + 1);
    at[1] = (uint8_t)((count + 1) >> 8);
  }
}

static const uint8_t *entry_at(const uint8_t *record, uint32_t index) {
  return record + RECORD_LOG_RING_OFFSET + kEntryBytes * (index % kRingEntries);
}

// head = SHA-256(head || index || word || seconds || repeats || token)
static void extend_chain(uint8_t head[kSha256DigestBytes],
                         const uint8_t *entry) {
  uint8_t words[4 * kChainWords];
  bits_put32_be(words, bits_get32(entry + kEntryIndex));
  bits_put32_be(words + 4, bits_get32(entry + kEntryWord));
  bits_put32_be(words + 8, bits_get32(entry + kEntrySeconds));
  bits_put32_be(words + 12, bits_get32(entry + kEntryRepeats));
  sha256_t hash;
  sha256_init(&hash);
  sha256_update(&hash, head, kSha256DigestBytes);
  sha256_update(&hash, words, sizeof(words));
  sha256_update(&hash, entry + kEntryToken, kTokenBytes);
  sha256_final(&hash, head);
}

void log_add(rom_t *rom, rom_error_t error, uint32_t repeats,
             const uint8_t token[kSha256DigestBytes]) {
  uint8_t *record = rom->draft;
  const uint32_t index = bits_get32(record + RECORD_LOG_COUNT_OFFSET);
  uint8_t *entry =
      record + RECORD_LOG_RING_OFFSET + kEntryBytes * (index % kRingEntries);
  bits_put32(entry + kEntryWord, error);
  bits_put32(entry + kEntrySeconds, clock_seconds(rom));
  bits_put32(entry + kEntryRepeats, repeats);
  bits_put32(entry + kEntryIndex, index);
  memcpy(entry + kEntryToken, token, kTokenBytes);
  extend_chain(record + RECORD_LOG_HEAD_OFFSET, entry);
  bits_put32(record + RECORD_LOG_COUNT_OFFSET, index + 1);
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

// The lowest logged word above `after` that has been counted, or 0: map keys
// are written in ascending order, which is not that of the table.
static uint32_t next_counted(const rom_t *rom, uint32_t after,
                             uint32_t *counter) {
  uint32_t next = 0;
  uint32_t word = 0;
  for (uint32_t i = 0; (word = error_word_at(i)) != 0; i++) {
    const uint32_t place = error_logged_index((rom_error_t)word);
    if (place >= kCounterPlaces || word <= after ||
        (next != 0 && word >= next)) {
      continue;
    }
    const uint32_t count = get_counter(rom->record, place);
    if (count != 0) {
      next = word;
      *counter = count;
    }
  }
  return next;
}

static void write_counters(const rom_t *rom, cbor_writer_t *reply) {
  uint32_t counted = 0;
  for (uint32_t place = 0; place < kCounterPlaces; place++) {
    counted += (uint32_t)(get_counter(rom->record, place) != 0);
  }
  cbor_write_map(reply, counted);
  uint32_t counter = 0;
  uint32_t word = 0;
  while ((word = next_counted(rom, word, &counter)) != 0) {
    reply_put_uint(reply, (int32_t)word, counter);
  }
}

static void write_entry(const uint8_t *entry, cbor_writer_t *reply) {
  static const uint8_t kFields[] = {kEntryIndex, kEntryWord, kEntrySeconds,
                                    kEntryRepeats};
  cbor_write_array(reply, sizeof(kFields) + 1);
  for (uint32_t i = 0; i < sizeof(kFields); i++) {
    cbor_write_uint(reply, bits_get32(entry + kFields[i]));
  }
  cbor_write_bstr(reply, entry + kEntryToken, kTokenBytes);
}

static rom_error_t read_first(byte_span_t body, uint32_t *first) {
  byte_span_t value;
  RETURN_IF_ERROR(body_only(body, &value));
  uint64_t number = 0;
  RETURN_IF_ERROR(body_uint(value, UINT32_MAX, &number));
  *first = (uint32_t)number;
  return kErrorOk;
}

rom_state_t log_respond(rom_t *rom, byte_span_t body) {
  uint32_t first = 0;
  const rom_error_t error = read_first(body, &first);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  const uint32_t count = store_get32(rom, RECORD_LOG_COUNT_OFFSET);
  const uint32_t oldest = count > kRingEntries ? count - kRingEntries : 0;
  first = first < oldest ? oldest : first;
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 4);
  reply_put_uint(&reply, 1, count);
  reply_put_bstr(&reply, 2, rom->record + RECORD_LOG_HEAD_OFFSET,
                 kSha256DigestBytes);
  cbor_write_uint(&reply, 3);
  write_counters(rom, &reply);
  cbor_write_uint(&reply, 4);
  cbor_write_array(&reply, first < count ? count - first : 0);
  for (uint32_t index = first; index < count; index++) {
    write_entry(entry_at(rom->record, index), &reply);
  }
  return reply_send(rom, &reply);
}
