// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/reply.h"

#include "rom/wait.h"

// -----------------------------------------------------------------------------
// Building
// -----------------------------------------------------------------------------

void reply_start(rom_t *rom, cbor_writer_t *reply) {
  cbor_writer_init(reply, rom->request.message + kVdmHeaderBytes,
                   kMctpMessageMaxBytes - kVdmHeaderBytes);
}

void reply_start_map(rom_t *rom, cbor_writer_t *reply, uint32_t pairs) {
  reply_start(rom, reply);
  cbor_write_map(reply, pairs);
}

void reply_put_uint(cbor_writer_t *out, int32_t key, uint64_t value) {
  cbor_write_int(out, key);
  cbor_write_uint(out, value);
}

void reply_put_bool(cbor_writer_t *out, int32_t key, bool value) {
  cbor_write_int(out, key);
  cbor_write_bool(out, value);
}

void reply_put_bstr(cbor_writer_t *out, int32_t key, const uint8_t *data,
                    size_t size) {
  cbor_write_int(out, key);
  cbor_write_bstr(out, data, size);
}

static rom_state_t send(rom_t *rom, cbor_writer_t *reply,
                        vdm_completion_t completion) {
  size_t size = 0;
  // Each command bounds its answer; one that does not fit is a ROM defect.
  HARDENED_CHECK_EQ(rom->bus, cbor_writer_finish(reply, &size), kErrorOk);
  vdm_write_header(rom->request.message, rom->command, completion);
  return reply_message(rom, (uint32_t)(kVdmHeaderBytes + size));
}

rom_state_t reply_send(rom_t *rom, cbor_writer_t *reply) {
  return send(rom, reply, kVdmDone);
}

rom_state_t reply_empty(rom_t *rom) {
  cbor_writer_t reply;
  reply_start(rom, &reply);
  return reply_send(rom, &reply);
}

rom_state_t reply_only_bstr(rom_t *rom, const uint8_t *data, size_t size) {
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 1);
  reply_put_bstr(&reply, 1, data, size);
  return reply_send(rom, &reply);
}

rom_state_t reply_refusal(rom_t *rom, rom_error_t error) {
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 1);
  reply_put_uint(&reply, 1, error);
  return send(rom, &reply, kVdmRefused);
}

rom_state_t reply_busy(rom_t *rom, rom_error_t error, uint32_t seconds) {
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 2);
  reply_put_uint(&reply, 1, error);
  reply_put_uint(&reply, 2, seconds);
  return send(rom, &reply, kVdmRefused);
}

rom_state_t reply_message(rom_t *rom, uint32_t size_bytes) {
  mctp_sender_start(&rom->sender, &rom->request, size_bytes);
  rom->frame_at = 0;
  rom->frame_size = 0;
  return kRomStateRespond;
}

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

static uint32_t link_register(rom_t *rom, uint32_t offset) {
  return hal_read32(rom->bus, CHIP_UART1_BASE + offset);
}

// Puts the next packet into the frame buffer; false if all have been sent.
static int next_frame(rom_t *rom) {
  uint8_t packet[kMctpSerialPacketMaxBytes];
  const size_t size =
      mctp_sender_next(&rom->sender, rom->request.message, packet);
  if (size == 0) {
    return 0;
  }
  rom->frame_size = (uint16_t)mctp_serial_write_frame(packet, size, rom->frame);
  rom->frame_at = 0;
  return 1;
}

rom_state_t reply_pump(rom_t *rom) {
  uint32_t space = link_register(rom, UART_TX_SPACE_OFFSET);
  for (;;) {
    if (rom->frame_at == rom->frame_size && !next_frame(rom)) {
      const rom_state_t next = (rom_state_t)rom->after_respond;
      rom->after_respond = kRomStateServe;
      return next;
    }
    if (space == 0) {
      wait_for(rom, kWaitTransmit);
      return kRomStateRespond;
    }
    const uint32_t left = (uint32_t)rom->frame_size - rom->frame_at;
    const uint32_t count = left < space ? left : space;
    hal_write_fifo(rom->bus, CHIP_UART1_BASE + UART_THR_OFFSET,
                   rom->frame + rom->frame_at, count);
    rom->frame_at = (uint16_t)(rom->frame_at + count);
    space -= count;
  }
}

rom_state_t reply_wait_sent(rom_t *rom) {
  if ((link_register(rom, UART_LSR_OFFSET) & UART_LSR_TEMT_MASK) == 0) {
    // No interrupt tells that the shift register is empty; this one holds
    // whenever the FIFO is nearly so, which makes it a poll.
    wait_for(rom, kWaitTransmit);
    return kRomStateRestart;
  }
  wait_for(rom, 0);
  hal_write32(rom->bus, CHIP_RSTMGR_BASE + RSTMGR_REQUEST_OFFSET,
              kResetKeyReset);
  return kRomStateHalted;
}
