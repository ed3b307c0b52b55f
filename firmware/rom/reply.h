// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Answers, built in the buffer of the request they answer and then sent packet
// by packet.

#ifndef MOORING_ROM_REPLY_H_
#define MOORING_ROM_REPLY_H_

#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/** Begins the body of an answer. The request is overwritten from here on. */
void reply_start(rom_t *rom, cbor_writer_t *reply);

/** Begins the body of an answer that is a map of `pairs` pairs. */
void reply_start_map(rom_t *rom, cbor_writer_t *reply, uint32_t pairs);

/** Writes one pair of a map. */
void reply_put_uint(cbor_writer_t *out, int32_t key, uint64_t value);
void reply_put_bool(cbor_writer_t *out, int32_t key, bool value);
void reply_put_bstr(cbor_writer_t *out, int32_t key, const uint8_t *data,
                    size_t size);

/** Ends the body and sends the answer. */
rom_state_t reply_send(rom_t *rom, cbor_writer_t *reply);

/** Sends an answer without a body. */
rom_state_t reply_empty(rom_t *rom);

/** Sends {1: data} of `size` bytes, which may lie behind the answer's end. */
rom_state_t reply_only_bstr(rom_t *rom, const uint8_t *data, size_t size);

/** Sends a failure. */
rom_state_t reply_refusal(rom_t *rom, rom_error_t error);

/** Sends a failure that names the seconds until it ends. */
rom_state_t reply_busy(rom_t *rom, rom_error_t error, uint32_t seconds);

/** Sends `size_bytes` of the message buffer as they are. */
rom_state_t reply_message(rom_t *rom, uint32_t size_bytes);

/** RESPOND: moves the answer into the transmit FIFO. */
rom_state_t reply_pump(rom_t *rom);

/** RESTART: resets the chip once the answer has left the line. */
rom_state_t reply_wait_sent(rom_t *rom);

#endif  // MOORING_ROM_REPLY_H_
