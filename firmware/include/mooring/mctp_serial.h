// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// MCTP over serial: frames (DMTF DSP0253 §5).
//
//   7E | 01 revision | N | N bytes of packet, escaped | FCS high, low | 7E
//
// The reader is driven by length, since 7E may also be N or part of the FCS.
// Where 7E means "a frame begins":
//   - while hunting for one, and where a revision is expected;
//   - inside the packet, after an escape too;
//   - where the closing 7E belongs, whether or not the frame was good.
// It follows that after any bytes whatever, three 7E in a row leave the reader
// at the beginning of a frame; the third may be the frame's own.

#ifndef MOORING_INCLUDE_MOORING_MCTP_SERIAL_H_
#define MOORING_INCLUDE_MOORING_MCTP_SERIAL_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define mctp_serial_fcs MOORING_NAMESPACE(mctp_serial_fcs)
#define mctp_serial_reader_init MOORING_NAMESPACE(mctp_serial_reader_init)
#define mctp_serial_reader_push MOORING_NAMESPACE(mctp_serial_reader_push)
#define mctp_serial_reader_feed MOORING_NAMESPACE(mctp_serial_reader_feed)
#define mctp_serial_write_frame MOORING_NAMESPACE(mctp_serial_write_frame)

enum {
  kMctpSerialFlag = 0x7e,
  kMctpSerialEscape = 0x7d,
  kMctpSerialEscapeXor = 0x20,  // 7E -> 7D 5E, 7D -> 7D 5D
  kMctpSerialRevision = 0x01,
  kMctpSerialFcsInit = 0xffff,
  kMctpSerialPacketMinBytes = 5,  // header and 1 byte of payload
  kMctpSerialPacketMaxBytes = 255,
  // Flag, revision, N; every byte escaped; FCS and flag.
  kMctpSerialFrameMaxBytes = 3 + 2 * kMctpSerialPacketMaxBytes + 3,
};

/** Goes on with an FCS over `size` bytes; begin with kMctpSerialFcsInit. */
/*@ requires \valid_read(data + (0 .. size - 1));
  @ assigns \nothing;
  @*/
uint16_t mctp_serial_fcs(uint16_t fcs, const uint8_t *data, size_t size);

/** Where in a frame the reader is. */
typedef enum mctp_serial_state {
  kMctpSerialHunt = 0,
  kMctpSerialAtRevision = 1,
  kMctpSerialAtCount = 2,
  kMctpSerialInPacket = 3,
  kMctpSerialAfterEscape = 4,
  kMctpSerialAtFcsHigh = 5,
  kMctpSerialAtFcsLow = 6,
  kMctpSerialAtEnd = 7,
} mctp_serial_state_t;

/** What a byte completed. */
typedef enum mctp_serial_event {
  kMctpSerialNone = 0,     // nothing yet
  kMctpSerialFrame = 1,    // a good frame: `packet` holds `count` bytes
  kMctpSerialDropped = 2,  // a damaged frame, given up at this byte
} mctp_serial_event_t;

/** A frame reader; holds no pointer. */
typedef struct mctp_serial_reader {
  uint8_t state;          // mctp_serial_state_t
  uint8_t count;          // N of the frame
  uint8_t received;       // bytes of `packet` filled
  uint16_t fcs;           // over revision, N and `packet`
  uint16_t fcs_received;  // as the frame has it
  uint8_t packet[kMctpSerialPacketMaxBytes];
} mctp_serial_reader_t;

// Inside a packet there is room for the byte that comes next. This is what an
// attacker who chooses every byte of the line cannot leave.
/*@ predicate frame_reader(mctp_serial_reader_t *reader) =
  @   \valid(reader) &&
  @   (reader->state == kMctpSerialInPacket ||
  @    reader->state == kMctpSerialAfterEscape ==>
  @      reader->received < reader->count) &&
  @   (reader->state == kMctpSerialAtRevision ||
  @    reader->state == kMctpSerialAtCount ==> reader->received == 0);
  @*/

/** Begins hunting for a frame. */
/*@ requires \valid(reader);
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
void mctp_serial_reader_init(mctp_serial_reader_t *reader);

/**
 * Takes one byte from the line.
 *
 * After kMctpSerialFrame, `packet` and `count` hold until the next byte.
 */
/*@ requires frame_reader(reader);
  @ assigns *reader;
  @ ensures frame_reader(reader);
  @*/
mctp_serial_event_t mctp_serial_reader_push(mctp_serial_reader_t *reader,
                                            uint8_t byte);

/**
 * Takes bytes from the line until a frame is complete or none is left.
 *
 * Damaged frames are passed over in silence.
 *
 * @param event receives kMctpSerialFrame or kMctpSerialNone.
 * @return the number of bytes taken.
 */
/*@ requires frame_reader(reader) && \valid(event);
  @ requires \valid_read(data + (0 .. size - 1));
  @ requires \separated(reader, event, data + (0 .. size - 1));
  @ assigns *reader, *event;
  @ ensures frame_reader(reader) && \result <= size;
  @*/
size_t mctp_serial_reader_feed(mctp_serial_reader_t *reader,
                               const uint8_t *data, size_t size,
                               mctp_serial_event_t *event);

/**
 * Writes the frame of a packet, with a flag at both ends.
 *
 * @param size of the packet, 5 to 255.
 * @return the length of the frame; 0, with nothing written, for another size.
 */
/*@ requires \valid_read(packet + (0 .. size - 1));
  @ requires \valid(frame + (0 .. kMctpSerialFrameMaxBytes - 1));
  @ requires \separated(packet + (0 .. size - 1),
  @                      frame + (0 .. kMctpSerialFrameMaxBytes - 1));
  @ assigns frame[0 .. kMctpSerialFrameMaxBytes - 1];
  @ ensures \result <= kMctpSerialFrameMaxBytes;
  @*/
size_t mctp_serial_write_frame(const uint8_t *packet, size_t size,
                               uint8_t frame[kMctpSerialFrameMaxBytes]);

#endif  // MOORING_INCLUDE_MOORING_MCTP_SERIAL_H_
