// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/provision.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/body.h"
#include "rom/console.h"
#include "rom/fuses.h"
#include "rom/reply.h"

// Fields of BURN.
enum {
  kFieldMode = 1,
  kFieldThrottle = 2,
  kFieldMaxLifetime = 3,
  kFieldOptions = 4,
  kFieldRootDigest = 5,
  kFieldCount = 6,
};

typedef struct fuse_field {
  uint32_t offset;
  uint32_t page;
  uint32_t size_bytes;  // of the value on the wire
} fuse_field_t;

static const fuse_field_t kFields[kFieldCount] = {
    [kFieldMode] = {OTP_MODE_OFFSET, OTP_MODE_PAGE, 1},
    [kFieldThrottle] = {OTP_THROTTLE_OFFSET, OTP_THROTTLE_PAGE, 2},
    [kFieldMaxLifetime] = {OTP_MAX_LIFETIME_OFFSET, OTP_MAX_LIFETIME_PAGE, 4},
    [kFieldOptions] = {OTP_OPTIONS_OFFSET, OTP_OPTIONS_PAGE, 1},
    [kFieldRootDigest] = {OTP_ROOT_DIGEST_OFFSET, OTP_ROOT_DIGEST_PAGE,
                          kFusesRootDigestBytes},
};

enum {
  kRootDigestWords = kFusesRootDigestBytes / 4,
};

typedef struct burn_request {
  uint64_t field;
  uint64_t index;
  byte_span_t value;
} burn_request_t;

// -----------------------------------------------------------------------------
// BURN
// -----------------------------------------------------------------------------

static rom_error_t read_burn(byte_span_t body, burn_request_t *request) {
  static const int32_t kKeys[] = {1, 3, 2};  // the index is optional
  byte_span_t fields[sizeof(kKeys) / sizeof(kKeys[0])];
  RETURN_IF_ERROR(body_index(body, kKeys, 3, 2, fields));
  RETURN_IF_ERROR(body_uint(fields[0], UINT64_MAX, &request->field));
  RETURN_IF_ERROR(body_bstr(fields[1], &request->value));
  REFUSE_IF(request->field == 0 || request->field >= kFieldCount,
            kErrorFuseField);
  const bool has_index = fields[2].data != NULL;
  REFUSE_IF(has_index != (request->field == kFieldRootDigest),
            kErrorLinkBodyField);
  if (has_index) {
    RETURN_IF_ERROR(body_uint(fields[2], kFusesRootSlots - 1, &request->index));
  }
  REFUSE_IF(request->value.size != kFields[request->field].size_bytes,
            kErrorFuseValue);
  return kErrorOk;
}

// The fuse word of a value on the wire, which the field may not allow.
static rom_error_t word_of(const burn_request_t *request, uint32_t *word) {
  uint32_t value = 0;
  for (size_t i = 0; i < request->value.size; i++) {
    value = value << 8 | request->value.data[i];
  }
  if (request->field == kFieldMode) {
    value = fuses_mode_word(value);
    REFUSE_IF(value == 0, kErrorFuseValue);
  }
  REFUSE_IF(request->field == kFieldOptions &&
                (value & ~OTP_OPTIONS_ALLOW_SEQUENCE_MASK) != 0,
            kErrorFuseValue);
  *word = value;
  return kErrorOk;
}

static rom_error_t burn(rom_t *rom, const burn_request_t *request) {
  const fuse_field_t *field = &kFields[request->field];
  if (request->field == kFieldRootDigest) {
    return fuses_burn_words(
        rom, field->offset + (uint32_t)request->index * kFusesRootDigestBytes,
        field->page, request->value.data, kRootDigestWords);
  }
  uint32_t word = 0;
  RETURN_IF_ERROR(word_of(request, &word));
  return fuses_burn_word(rom, field->offset, field->page, word);
}

// Reads the field back, in the form of the wire.
static void read_field(rom_t *rom, const burn_request_t *request,
                       uint8_t out[kFusesRootDigestBytes]) {
  const fuse_field_t *field = &kFields[request->field];
  if (request->field == kFieldRootDigest) {
    fuses_read_words(
        rom, field->offset + (uint32_t)request->index * kFusesRootDigestBytes,
        out, kRootDigestWords);
    return;
  }
  uint32_t word = hal_read32(rom->bus, CHIP_OTP_BASE + field->offset);
  if (request->field == kFieldMode) {
    word = fuses_mode_number(word);
  }
  for (uint32_t i = field->size_bytes; i-- > 0; word >>= 8) {
    out[i] = (uint8_t)word;
  }
}

rom_state_t provision_burn(rom_t *rom, byte_span_t body) {
  burn_request_t request = {0};
  rom_error_t error = read_burn(body, &request);
  if (error == kErrorOk) {
    error = burn(rom, &request);
  }
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  uint8_t value[kFusesRootDigestBytes];
  read_field(rom, &request, value);
  return reply_only_bstr(rom, value, kFields[request.field].size_bytes);
}

// -----------------------------------------------------------------------------
// LOCK
// -----------------------------------------------------------------------------

static rom_error_t check_map(rom_t *rom,
                             const uint8_t expected[kSha384DigestBytes]) {
  static const uint8_t kEmpty[kFusesRootDigestBytes] = {0};
  fuse_map_t map;
  uint8_t digest[kSha384DigestBytes];
  fuses_read_map(rom, &map);
  fuses_map_digest(&map, digest);
  REFUSE_IF(bits_same(digest, expected, sizeof(digest)) != kHardenedTrue,
            kErrorFuseDigest);
  const uint32_t mode = fuses_mode_number(map.mode);
  REFUSE_IF(fuses_mode_word(mode) != map.mode, kErrorFuseIncomplete);
  REFUSE_IF(
      bits_same(map.root_digest[0], kEmpty, sizeof(kEmpty)) == kHardenedTrue,
      kErrorFuseIncomplete);
  return kErrorOk;
}

// Each step does only what is still to be done, so that the same LOCK after a
// power cut goes on where it stopped. PRODUCTION is last: until it is
// complete, the chip is in manufacturing.
static rom_error_t lock(rom_t *rom, const uint8_t digest[kSha384DigestBytes]) {
  RETURN_IF_ERROR(fuses_burn_words(rom, OTP_MAP_DIGEST_OFFSET,
                                   OTP_MAP_DIGEST_PAGE, digest,
                                   OTP_MAP_DIGEST_COUNT));
  RETURN_IF_ERROR(fuses_burn_word(rom, OTP_PAGE_LOCKS_OFFSET,
                                  OTP_PAGE_LOCKS_PAGE, kFusesLockedPages));
  return fuses_burn_word(rom, OTP_PRODUCTION_OFFSET, OTP_PRODUCTION_PAGE,
                         kLifecycleWordProduction);
}

rom_state_t provision_lock(rom_t *rom, byte_span_t body) {
  uint8_t digest[kSha384DigestBytes];
  rom_error_t error = body_only_bstr(body, digest, kSha384DigestBytes);
  if (error == kErrorOk) {
    error = check_map(rom, digest);
  }
  if (error == kErrorOk) {
    error = lock(rom, digest);
  }
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  rom->lifecycle = kLifecycleWordProduction;
  console_line_t line;
  console_start(&line, "locked: production");
  console_send(rom->bus, &line);
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 1);
  reply_put_uint(&reply, 1, 2);
  return reply_send(rom, &reply);
}

// -----------------------------------------------------------------------------
// At boot
// -----------------------------------------------------------------------------

static rom_error_t check_burned_digest(rom_t *rom) {
  fuse_map_t map;
  uint8_t digest[kSha384DigestBytes];
  uint8_t burned[kSha384DigestBytes];
  fuses_read_map(rom, &map);
  fuses_map_digest(&map, digest);
  fuses_read_words(rom, OTP_MAP_DIGEST_OFFSET, burned, OTP_MAP_DIGEST_COUNT);
  REFUSE_IF(bits_same(digest, burned, sizeof(digest)) != kHardenedTrue,
            kErrorHwFuseIntegrity);
  return kErrorOk;
}

rom_error_t provision_read_lifecycle(rom_t *rom) {
  const uint32_t manufactured =
      hal_read32(rom->bus, CHIP_OTP_BASE + OTP_MANUFACTURED_OFFSET);
  const uint32_t production =
      hal_read32(rom->bus, CHIP_OTP_BASE + OTP_PRODUCTION_OFFSET);
  const uint32_t foreign = ~(uint32_t)kLifecycleWordProduction;
  REFUSE_IF(manufactured != kLifecycleWordManufacturing ||
                (production & foreign) != 0,
            kErrorHwLifecycle);
  if (production == 0) {
    rom->lifecycle = kLifecycleWordManufacturing;
    return kErrorOk;
  }
  RETURN_IF_ERROR(check_burned_digest(rom));
  // LOCK burns these two last; a power cut may have torn either.
  REFUSE_IF(fuses_burn_word(rom, OTP_PAGE_LOCKS_OFFSET, OTP_PAGE_LOCKS_PAGE,
                            kFusesLockedPages) != kErrorOk ||
                fuses_burn_word(rom, OTP_PRODUCTION_OFFSET, OTP_PRODUCTION_PAGE,
                                kLifecycleWordProduction) != kErrorOk,
            kErrorHwLifecycle);
  rom->lifecycle = kLifecycleWordProduction;
  return kErrorOk;
}

// -----------------------------------------------------------------------------
// FUSES
// -----------------------------------------------------------------------------

static void write_roots(rom_t *rom, const fuse_map_t *map,
                        cbor_writer_t *reply) {
  const uint32_t revoked = fuses_revoked(rom);
  cbor_write_uint(reply, 6);
  cbor_write_array(reply, kFusesRootSlots);
  for (uint32_t i = 0; i < kFusesRootSlots; i++) {
    cbor_write_bstr(reply, map->root_digest[i], kFusesRootDigestBytes);
  }
  cbor_write_uint(reply, 7);
  cbor_write_array(reply, kFusesRootSlots);
  for (uint32_t i = 0; i < kFusesRootSlots; i++) {
    cbor_write_bool(reply, (revoked >> i & 1) != 0);
  }
}

rom_state_t provision_fuses(rom_t *rom, byte_span_t body) {
  const rom_error_t error = body_empty(body);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  const uint32_t counter = fuses_count_intent(rom);
  fuse_map_t map;
  uint8_t digest[kSha384DigestBytes];
  fuses_read_map(rom, &map);
  fuses_map_digest(&map, digest);
  const uint32_t numbers[] = {
      rom->lifecycle == kLifecycleWordProduction ? 2 : 1,
      fuses_mode_number(map.mode), map.throttle, map.max_lifetime_seconds,
      map.options};
  enum { kNumbers = sizeof(numbers) / sizeof(numbers[0]) };
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 10);
  for (int32_t i = 0; i < kNumbers; i++) {
    reply_put_uint(&reply, i + 1, numbers[i]);
  }
  write_roots(rom, &map, &reply);
  reply_put_uint(&reply, 8, counter);
  reply_put_uint(&reply, 9, kFusesCounterMax - counter);
  reply_put_bstr(&reply, 10, digest, sizeof(digest));
  return reply_send(rom, &reply);
}
