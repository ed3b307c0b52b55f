// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/attest.h"

#include <string.h>

#include "rom/bits.h"
#include "rom/body.h"
#include "rom/fuses.h"
#include "rom/gate.h"
#include "rom/nonce.h"
#include "rom/reply.h"
#include "rom/store.h"
#include "rom/vault.h"
#include "rom/version.h"

enum {
  kMeasurementBytes = 48,
  kHeaderMaxBytes = 64,
  // The payload is built far behind where the answer will be written, so that
  // one buffer serves both.
  kPayloadOffset = 4096,
};

_Static_assert(kPayloadOffset >= kVdmHeaderBytes + 2 * KEYVAULT_DATA_SIZE,
               "the answer must not reach its own payload");

static uint32_t lifecycle_number(const rom_t *rom) {
  return rom->lifecycle == kLifecycleWordProduction ? 2 : 1;
}

static uint32_t read_mode_number(rom_t *rom) {
  return fuses_mode_number(
      hal_read32(rom->bus, CHIP_OTP_BASE + OTP_MODE_OFFSET));
}

static void read_measurement(rom_t *rom, uint8_t out[kMeasurementBytes]) {
  hal_read_window(rom->bus, CHIP_ROMCTRL_BASE + ROMCTRL_MEASUREMENT_OFFSET, out,
                  kMeasurementBytes);
  bits_swap_words(out, ROMCTRL_MEASUREMENT_COUNT);
}

// -----------------------------------------------------------------------------
// INFO
// -----------------------------------------------------------------------------

rom_state_t attest_info(rom_t *rom, byte_span_t body) {
  const rom_error_t error = body_empty(body);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  uint8_t key[kCoseKeyBytes];
  uint8_t measurement[kMeasurementBytes];
  cose_key_encode(rom->public_key, key);
  read_measurement(rom, measurement);
  cbor_writer_t reply;
  reply_start(rom, &reply);
  int32_t field = 1;
  cbor_write_map(&reply, 10);
  reply_put_uint(&reply, field++, kVdmVersion);
  cbor_write_int(&reply, field++);
  cbor_write_tstr(&reply, (const uint8_t *)ROM_VERSION,
                  sizeof(ROM_VERSION) - 1);
  cbor_write_int(&reply, field++);
  cbor_write_array(&reply, 1);
  cbor_write_int(&reply, kCoseAlgorithmEd25519);
  reply_put_uint(&reply, field++, kMctpMessageMaxBytes);
  reply_put_uint(&reply, field++, kCoseTokenMaxBytes);
  reply_put_bstr(&reply, field++, key, sizeof(key));
  reply_put_bstr(&reply, field++, rom->ueid, sizeof(rom->ueid));
  reply_put_uint(&reply, field++, lifecycle_number(rom));
  reply_put_uint(&reply, field++, read_mode_number(rom));
  reply_put_bstr(&reply, field++, measurement, sizeof(measurement));
  return reply_send(rom, &reply);
}

// -----------------------------------------------------------------------------
// Evidence
// -----------------------------------------------------------------------------

// Claims of identity, and those shared with other tokens.
static void put_identity(rom_t *rom, const uint8_t nonce[kClaimsNonceBytes],
                         hardened_bool_t own_nonce, cbor_writer_t *out) {
  enum { kClaimsAlways = 20 };
  const byte_span_t profile = claims_profile(kCoseTypEvidence);
  cbor_write_map(out, kClaimsAlways + (own_nonce == kHardenedTrue ? 1 : 0));
  reply_put_bstr(out, kClaimNonce, nonce, kClaimsNonceBytes);
  reply_put_bstr(out, kClaimUeid, rom->ueid, sizeof(rom->ueid));
  cbor_write_int(out, kClaimProfile);
  cbor_write_tstr(out, profile.data, profile.size);
  reply_put_uint(out, kClaimEpoch, store_get64(rom, RECORD_TRUST_EPOCH_OFFSET));
  reply_put_uint(out, kClaimSequence, store_get64(rom, RECORD_SEQUENCE_OFFSET));
  if (own_nonce == kHardenedTrue) {
    reply_put_bstr(out, kClaimOwnNonce, rom->nonce.value, kClaimsNonceBytes);
  }
}

static void put_gate(rom_t *rom, cbor_writer_t *out) {
  gate_left_t left;
  gate_read_left(rom, &left);
  reply_put_uint(out, kClaimGateState, gate_state_number(rom));
  cbor_write_int(out, kClaimAllowanceLeft);
  cbor_write_array(out, 2);
  cbor_write_uint(out, left.cycles);
  cbor_write_uint(out, left.seconds);
}

static void put_record(rom_t *rom, uint32_t counter, cbor_writer_t *out) {
  uint8_t measurement[kMeasurementBytes];
  read_measurement(rom, measurement);
  reply_put_uint(out, kClaimLogCount,
                 store_get32(rom, RECORD_LOG_COUNT_OFFSET));
  reply_put_bstr(out, kClaimLogHead, rom->record + RECORD_LOG_HEAD_OFFSET,
                 kSha256DigestBytes);
  reply_put_bstr(out, kClaimMeasurement, measurement, sizeof(measurement));
  reply_put_uint(out, kClaimGeneration,
                 store_get32(rom, RECORD_GENERATION_OFFSET));
  reply_put_uint(out, kClaimRevision, store_get32(rom, RECORD_REVISION_OFFSET));
  reply_put_uint(out, kClaimCounterLeft, kFusesCounterMax - counter);
  reply_put_uint(out, kClaimRecordState, store_is_rolled_back(rom) ? 2 : 1);
  reply_put_uint(out, kClaimRootSlot,
                 store_get32(rom, RECORD_ROOT_SLOT_OFFSET));
  reply_put_bstr(out, kClaimTrustDigest,
                 rom->record + RECORD_TRUST_DIGEST_OFFSET, kSha256DigestBytes);
  reply_put_uint(out, kClaimSequenceEpoch,
                 store_get64(rom, RECORD_SEQUENCE_EPOCH_OFFSET));
}

static rom_error_t write_payload(rom_t *rom,
                                 const uint8_t nonce[kClaimsNonceBytes],
                                 uint8_t *payload, size_t *size) {
  const uint32_t counter = fuses_count_intent(rom);
  memset(payload, 0, KEYVAULT_DATA_SIZE);
  cbor_writer_t out;
  cbor_writer_init(&out, payload, KEYVAULT_DATA_SIZE);
  put_identity(rom, nonce, nonce_is_valid(rom), &out);
  reply_put_uint(&out, kClaimLifecycle, lifecycle_number(rom));
  reply_put_uint(&out, kClaimMode, read_mode_number(rom));
  reply_put_uint(&out, kClaimFloor, store_get64(rom, RECORD_FLOOR_OFFSET));
  put_gate(rom, &out);
  put_record(rom, counter, &out);
  return cbor_writer_finish(&out, size);
}

static rom_error_t sign(rom_t *rom, const uint8_t *payload, size_t size,
                        uint8_t signature[kCoseSignatureBytes]) {
  phase_mark(rom, kPhaseSignEvidence);
  // Whole words; the buffer was zeroed behind the payload.
  hal_write_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_DATA_OFFSET, payload,
                   (size + 3) / 4 * 4);
  hal_write32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_LENGTH_OFFSET,
              (uint32_t)size);
  REFUSE_IF(vault_run(rom, kVaultCommandSignEvidence) != kVaultResultOk,
            kErrorHwKeyvault);
  hal_read_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_SIGNATURE_OFFSET,
                  signature, kCoseSignatureBytes);
  return kErrorOk;
}

// Writes [protected, {}, payload, signature] under tag 18, as field 1.
static void write_token(cbor_writer_t *reply, byte_span_t header,
                        byte_span_t payload,
                        const uint8_t signature[kCoseSignatureBytes]) {
  cbor_write_tag(reply, kCoseTagSign1);
  cbor_write_array(reply, 4);
  cbor_write_bstr(reply, header.data, header.size);
  cbor_write_map(reply, 0);
  cbor_write_bstr(reply, payload.data, payload.size);
  cbor_write_bstr(reply, signature, kCoseSignatureBytes);
}

static rom_error_t write_evidence(rom_t *rom,
                                  const uint8_t nonce[kClaimsNonceBytes],
                                  cbor_writer_t *reply) {
  uint8_t *payload = rom->request.message + kPayloadOffset;
  uint8_t header[kHeaderMaxBytes];
  uint8_t signature[kCoseSignatureBytes];
  size_t payload_size = 0;
  size_t header_size = 0;
  RETURN_IF_ERROR(write_payload(rom, nonce, payload, &payload_size));
  RETURN_IF_ERROR(sign(rom, payload, payload_size, signature));
  cbor_writer_t writer;
  cbor_writer_init(&writer, header, sizeof(header));
  // The thumbprint of the device key follows the first byte of the UEID.
  cose_write_header(&writer, kCoseTypEvidence, rom->ueid + 1);
  RETURN_IF_ERROR(cbor_writer_finish(&writer, &header_size));
  const byte_span_t header_span = byte_span(header, header_size);
  const byte_span_t payload_span = byte_span(payload, payload_size);

  // A byte string's head comes before it, so its size is measured first: the
  // token is written twice to the same place.
  reply_start(rom, reply);
  write_token(reply, header_span, payload_span, signature);
  const size_t token_size = reply->size;
  reply_start_map(rom, reply, 1);
  cbor_write_uint(reply, 1);
  cbor_write_bstr_head(reply, token_size);
  write_token(reply, header_span, payload_span, signature);
  return kErrorOk;
}

static rom_state_t attest(rom_t *rom, byte_span_t body, int draw) {
  uint8_t nonce[kClaimsNonceBytes];
  cbor_writer_t reply;
  rom_error_t error = body_only_bstr(body, nonce, sizeof(nonce));
  if (error == kErrorOk && draw) {
    error = nonce_draw(rom);
  }
  if (error == kErrorOk) {
    error = write_evidence(rom, nonce, &reply);
  }
  return error == kErrorOk ? reply_send(rom, &reply)
                           : reply_refusal(rom, error);
}

rom_state_t attest_challenge(rom_t *rom, byte_span_t body) {
  return attest(rom, body, 1);
}

rom_state_t attest_status(rom_t *rom, byte_span_t body) {
  return attest(rom, body, 0);
}
