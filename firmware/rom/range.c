// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/range.h"

#include "rom/body.h"
#include "rom/reply.h"
#include "rom/vault.h"

enum {
  kRequestBytes = 42,
  kRequestWindowBytes = RESPONDER_SHAPE_OFFSET + 4 -
      RESPONDER_LANDMARK_KID_OFFSET,
  kOfferBytes = RESPONDER_COMMITMENT_OFFSET + RESPONDER_COMMITMENT_COUNT * 4 -
      RESPONDER_CHIP_NONCE_OFFSET,
};

_Static_assert(kRequestBytes + 2 == kRequestWindowBytes && kOfferBytes == 64,
               "registers lie as the bytes of the messages");
_Static_assert((uint32_t)kResponderStateClosed == kErrorRangeClosed &&
                   (uint32_t)kResponderStateEarly == kErrorRangeEarly &&
                   (uint32_t)kResponderStateLate == kErrorRangeLate &&
                   (uint32_t)kResponderStateBroken == kErrorRangeBroken &&
                   (uint32_t)kResponderStateShape == kErrorLinkBodyField &&
                   (uint32_t)kResponderStateNoise == kErrorHwTrng,
               "a session that came to nothing says so by an error word");

static uint32_t responder_read(rom_t *rom, uint32_t offset) {
  return hal_read32(rom->bus, CHIP_RESPONDER_BASE + offset);
}

static void responder_run(rom_t *rom, responder_command_t command) {
  hal_write32(rom->bus, CHIP_RESPONDER_BASE + RESPONDER_COMMAND_OFFSET,
              command);
}

static rom_error_t open_session(rom_t *rom, byte_span_t body) {
  uint8_t request[kRequestWindowBytes] = {0};
  RETURN_IF_ERROR(body_only_bstr(body, request, kRequestBytes));
  // What has come behind the request can't be a challenge.
  REFUSE_IF(rom->rx_at != rom->rx_size, kErrorRangeEarly);
  hal_write_window(rom->bus,
                   CHIP_RESPONDER_BASE + RESPONDER_LANDMARK_KID_OFFSET, request,
                   sizeof(request));
  responder_run(rom, kResponderCommandOpen);
  const uint32_t state = responder_read(rom, RESPONDER_STATE_OFFSET);
  return state == kResponderStateOpened ? kErrorOk : (rom_error_t)state;
}

rom_state_t range_open(rom_t *rom, byte_span_t body) {
  const uint32_t busy = responder_read(rom, RESPONDER_LEFT_SECONDS_OFFSET);
  if (busy != 0) {
    return reply_busy(rom, kErrorLinkBusy, busy);
  }
  const rom_error_t error = open_session(rom, body);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  uint8_t offer[kOfferBytes];
  hal_read_window(rom->bus, CHIP_RESPONDER_BASE + RESPONDER_CHIP_NONCE_OFFSET,
                  offer, sizeof(offer));
  rom->after_respond = kRomStateRange;
  return reply_only_bstr(rom, offer, sizeof(offer));
}

rom_state_t range_start(rom_t *rom) {
  responder_run(rom, kResponderCommandStart);
  return kRomStateServe;
}

rom_state_t range_prove(rom_t *rom, byte_span_t body) {
  enum { kTokenOffset = 4096 };  // the answer is written before it
  rom_error_t error = body_empty(body);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  const uint32_t state = responder_read(rom, RESPONDER_STATE_OFFSET);
  if (state != kResponderStateDone) {
    return reply_refusal(rom, (rom_error_t)state);
  }
  const uint32_t result = vault_run(rom, kVaultCommandSignRanging);
  const uint32_t size =
      hal_read32(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_LENGTH_OFFSET);
  if (result != kVaultResultOk || size > KEYVAULT_DATA_SIZE) {
    return reply_refusal(rom, kErrorHwKeyvault);
  }
  uint8_t *token = rom->request.message + kTokenOffset;
  hal_read_window(rom->bus, CHIP_KEYVAULT_BASE + KEYVAULT_DATA_OFFSET, token,
                  KEYVAULT_DATA_SIZE);
  return reply_only_bstr(rom, token, size);
}
