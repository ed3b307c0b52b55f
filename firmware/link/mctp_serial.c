// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/mctp_serial.h"

#include <string.h>

// The FCS of 0 to 15, x^16 + x^12 + x^5 + 1 reflected (0x8408), four bits a
// step: a table of 32 bytes is a fair price for half the time of single bits.
static const uint16_t kFcsNibbles[16] = {
    0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387,
    0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c, 0xd68d, 0xe70e, 0xf78f,
};

enum { kNibbleBits = 4, kNibbleMask = 0xf, kByteBits = 8, kByteMask = 0xff };

/*@ assigns \nothing; */
static uint16_t fcs_nibble(uint16_t fcs, unsigned nibble) {
  return (uint16_t)((fcs >> kNibbleBits) ^
                    kFcsNibbles[(fcs ^ nibble) & kNibbleMask]);
}

/*@ assigns \nothing; */
static uint16_t fcs_byte(uint16_t fcs, uint8_t byte) {
  return fcs_nibble(fcs_nibble(fcs, byte), (unsigned)byte >> kNibbleBits);
}

uint16_t mctp_serial_fcs(uint16_t fcs, const uint8_t *data, size_t size) {
  /*@ loop invariant 0 <= i <= size;
    @ loop assigns i, fcs;
    @ loop variant size - i;
    @*/
  for (size_t i = 0; i < size; i++) {
    fcs = fcs_byte(fcs, data[i]);
  }
  return fcs;
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

void mctp_serial_reader_init(mctp_serial_reader_t *reader) {
  memset(reader, 0, sizeof *reader);
}

/*@ requires \valid(reader);
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static void begin_frame(mctp_serial_reader_t *reader) {
  reader->state = kMctpSerialAtRevision;
  reader->fcs = kMctpSerialFcsInit;
  reader->received = 0;
}

// Gives a frame up at `byte`, which may itself be the flag of the next one.
/*@ requires \valid(reader);
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t drop_frame(mctp_serial_reader_t *reader,
                                      uint8_t byte) {
  reader->state = kMctpSerialHunt;
  if (byte == kMctpSerialFlag) {
    begin_frame(reader);
  }
  return kMctpSerialDropped;
}

/*@ requires frame_reader(reader) && reader->received < reader->count;
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static void add_byte(mctp_serial_reader_t *reader, uint8_t byte) {
  reader->packet[reader->received] = byte;
  reader->received++;
  reader->fcs = fcs_byte(reader->fcs, byte);
  reader->state = reader->received == reader->count ? kMctpSerialAtFcsHigh
                                                    : kMctpSerialInPacket;
}

/*@ requires \valid(reader) && reader->received == 0;
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t at_revision(mctp_serial_reader_t *reader,
                                       uint8_t byte) {
  if (byte == kMctpSerialFlag) {
    // Flags between frames, or the opening flag after a closing one.
    begin_frame(reader);
    return kMctpSerialNone;
  }
  if (byte != kMctpSerialRevision) {
    return drop_frame(reader, byte);
  }
  reader->fcs = fcs_byte(reader->fcs, byte);
  reader->state = kMctpSerialAtCount;
  return kMctpSerialNone;
}

/*@ requires \valid(reader) && reader->received == 0;
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t at_count(mctp_serial_reader_t *reader,
                                    uint8_t byte) {
  if (byte < kMctpSerialPacketMinBytes) {
    return drop_frame(reader, byte);
  }
  reader->count = byte;
  reader->fcs = fcs_byte(reader->fcs, byte);
  reader->state = kMctpSerialInPacket;
  return kMctpSerialNone;
}

/*@ requires frame_reader(reader) && reader->received < reader->count;
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t in_packet(mctp_serial_reader_t *reader,
                                     uint8_t byte) {
  if (byte == kMctpSerialFlag) {
    return drop_frame(reader, byte);
  }
  if (byte == kMctpSerialEscape) {
    reader->state = kMctpSerialAfterEscape;
  } else {
    add_byte(reader, byte);
  }
  return kMctpSerialNone;
}

/*@ requires frame_reader(reader) && reader->received < reader->count;
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t after_escape(mctp_serial_reader_t *reader,
                                        uint8_t byte) {
  const uint8_t escaped = byte ^ kMctpSerialEscapeXor;
  // Nothing but the two special bytes may be escaped: a frame has one form.
  if (escaped != kMctpSerialFlag && escaped != kMctpSerialEscape) {
    return drop_frame(reader, byte);
  }
  add_byte(reader, escaped);
  return kMctpSerialNone;
}

/*@ requires \valid(reader);
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
static mctp_serial_event_t at_end(mctp_serial_reader_t *reader, uint8_t byte) {
  if (byte != kMctpSerialFlag || reader->fcs_received != reader->fcs) {
    return drop_frame(reader, byte);
  }
  // The closing flag may also open the next frame.
  begin_frame(reader);
  return kMctpSerialFrame;
}

mctp_serial_event_t mctp_serial_reader_push(mctp_serial_reader_t *reader,
                                            uint8_t byte) {
  switch ((mctp_serial_state_t)reader->state) {
    case kMctpSerialHunt:
      if (byte == kMctpSerialFlag) {
        begin_frame(reader);
      }
      return kMctpSerialNone;
    case kMctpSerialAtRevision:
      return at_revision(reader, byte);
    case kMctpSerialAtCount:
      return at_count(reader, byte);
    case kMctpSerialInPacket:
      return in_packet(reader, byte);
    case kMctpSerialAfterEscape:
      return after_escape(reader, byte);
    case kMctpSerialAtFcsHigh:
      reader->fcs_received = (uint16_t)(byte * (1 << kByteBits));
      reader->state = kMctpSerialAtFcsLow;
      return kMctpSerialNone;
    case kMctpSerialAtFcsLow:
      reader->fcs_received |= byte;
      reader->state = kMctpSerialAtEnd;
      return kMctpSerialNone;
    case kMctpSerialAtEnd:
      return at_end(reader, byte);
  }
  // A state that is none, which only a fault makes: begin again.
  return drop_frame(reader, byte);
}

size_t mctp_serial_reader_feed(mctp_serial_reader_t *reader,
                               const uint8_t *data, size_t size,
                               mctp_serial_event_t *event) {
  /*@ loop invariant 0 <= i <= size && frame_reader(reader);
    @ loop assigns i, *reader;
    @ loop variant size - i;
    @*/
  for (size_t i = 0; i < size; i++) {
    if (mctp_serial_reader_push(reader, data[i]) == kMctpSerialFrame) {
      *event = kMctpSerialFrame;
      return i + 1;
    }
  }
  *event = kMctpSerialNone;
  return size;
}

// -----------------------------------------------------------------------------
// Writing
// -----------------------------------------------------------------------------

size_t mctp_serial_write_frame(const uint8_t *packet, size_t size,
                               uint8_t frame[kMctpSerialFrameMaxBytes]) {
  if (size < kMctpSerialPacketMinBytes || size > kMctpSerialPacketMaxBytes) {
    return 0;
  }
  const uint8_t head[] = {kMctpSerialRevision, (uint8_t)size};
  size_t at = 0;
  frame[at++] = kMctpSerialFlag;
  /*@ loop invariant 0 <= i <= 2 && at == 1 + i;
    @ loop assigns i, at, frame[0 .. kMctpSerialFrameMaxBytes - 1];
    @ loop variant 2 - i;
    @*/
  for (size_t i = 0; i < sizeof head; i++) {
    frame[at++] = head[i];
  }
  /*@ loop invariant 0 <= i <= size && at <= 3 + 2 * i;
    @ loop assigns i, at, frame[0 .. kMctpSerialFrameMaxBytes - 1];
    @ loop variant size - i;
    @*/
  for (size_t i = 0; i < size; i++) {
    const uint8_t byte = packet[i];
    if (byte == kMctpSerialFlag || byte == kMctpSerialEscape) {
      frame[at++] = kMctpSerialEscape;
      frame[at++] = byte ^ kMctpSerialEscapeXor;
    } else {
      frame[at++] = byte;
    }
  }
  uint16_t fcs = mctp_serial_fcs(kMctpSerialFcsInit, head, sizeof head);
  fcs = mctp_serial_fcs(fcs, packet, size);
  frame[at++] = (uint8_t)(fcs >> kByteBits);
  frame[at++] = (uint8_t)(fcs & kByteMask);
  frame[at++] = kMctpSerialFlag;
  return at;
}
