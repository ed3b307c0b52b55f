// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Whatever comes down the line: frames, packets, messages, control messages,
// vendor headers, and the answers to them.

#include <string.h>

#include "fuzz.h"
#include "mooring/mctp.h"
#include "mooring/mctp_serial.h"
#include "mooring/vdm.h"

// What a chip has of the line.
typedef struct line {
  mctp_serial_reader_t reader;
  mctp_endpoint_t endpoint;
  mctp_assembly_t assembly;
  size_t frames;
} line_t;

// An answer, sent and received again, is what it was.
static void check_answer(const mctp_assembly_t *request, const uint8_t *answer,
                         size_t size) {
  static mctp_assembly_t back;
  mctp_assembly_init(&back);
  const mctp_endpoint_t requester = {request->source};
  mctp_sender_t sender;
  mctp_sender_start(&sender, request, size);
  uint8_t packet[kMctpSerialPacketMaxBytes];
  uint8_t frame[kMctpSerialFrameMaxBytes];
  mctp_event_t last = kMctpNone;
  for (;;) {
    const size_t length = mctp_sender_next(&sender, answer, packet);
    if (length == 0) {
      break;
    }
    FUZZ_CHECK(last == kMctpNone);
    FUZZ_CHECK(mctp_serial_write_frame(packet, length, frame) > 0);
    packet[3] |= kMctpFlagTo;  // read it as if it were a request
    last = mctp_assembly_push(&back, &requester, packet, length);
  }
  FUZZ_CHECK(last == kMctpMessage);
  FUZZ_CHECK(back.size == size && memcmp(back.message, answer, size) == 0);
}

static void take_message(line_t *line) {
  mctp_assembly_t *const message = &line->assembly;
  FUZZ_CHECK(message->size > 0 && message->size <= kMctpMessageMaxBytes);
  check_answer(message, message->message, message->size);
  const byte_span_t bytes = byte_span(message->message, message->size);
  uint8_t response[kMctpControlMaxResponseBytes];
  vdm_request_t request;
  byte_span_t body;
  switch (mctp_classify(message)) {
    case kMctpKindControl:
      FUZZ_CHECK(mctp_control_respond(&line->endpoint, bytes.data, bytes.size,
                                      response) <= sizeof response);
      FUZZ_CHECK(line->endpoint.id >= kMctpFirstEndpoint &&
                 line->endpoint.id != kMctpBroadcastEndpoint);
      break;
    case kMctpKindVendor:
      if (vdm_request_parse(bytes, &request) == kErrorOk &&
          vdm_request_body(&request, &body) == kErrorOk) {
        FUZZ_CHECK(body.size + kVdmHeaderBytes == bytes.size);
      }
      break;
    case kMctpKindUnsupported:
      break;
  }
}

static void take_frame(line_t *line) {
  const mctp_serial_reader_t *const reader = &line->reader;
  FUZZ_CHECK(reader->count >= kMctpSerialPacketMinBytes);
  line->frames++;
  // A good frame is exactly what the writer makes of its packet, so its bytes
  // can be checked again.
  const uint8_t head[] = {kMctpSerialRevision, reader->count};
  uint16_t fcs = mctp_serial_fcs(kMctpSerialFcsInit, head, sizeof head);
  fcs = mctp_serial_fcs(fcs, reader->packet, reader->count);
  FUZZ_CHECK(fcs == reader->fcs_received);
  if (mctp_assembly_push(&line->assembly, &line->endpoint, reader->packet,
                         reader->count) == kMctpMessage) {
    take_message(line);
  }
}

static void feed(line_t *line, byte_span_t bytes) {
  size_t at = 0;
  while (at < bytes.size) {
    mctp_serial_event_t event = kMctpSerialNone;
    at += mctp_serial_reader_feed(&line->reader, bytes.data + at,
                                  bytes.size - at, &event);
    if (event == kMctpSerialFrame) {
      take_frame(line);
    }
  }
}

// After any bytes, three flags bring the reader back, the third the frame's
// own.
static void check_resynchronises(line_t *line) {
  static const uint8_t kPacket[] = {kMctpHeaderVersion, kMctpNullEndpoint, 8,
                                    kMctpFlagSom | kMctpFlagEom | kMctpFlagTo,
                                    kMctpTypeVendorIana};
  uint8_t bytes[2 + kMctpSerialFrameMaxBytes] = {kMctpSerialFlag,
                                                 kMctpSerialFlag};
  const size_t size =
      2 + mctp_serial_write_frame(kPacket, sizeof kPacket, bytes + 2);
  const size_t before = line->frames;
  feed(line, byte_span(bytes, size));
  FUZZ_CHECK(line->frames > before);
  FUZZ_CHECK(line->reader.count == sizeof kPacket);
  FUZZ_CHECK(memcmp(line->reader.packet, kPacket, sizeof kPacket) == 0);
  FUZZ_CHECK(line->assembly.size == 1 && !line->assembly.active);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static line_t line;
  memset(&line, 0, sizeof line);
  mctp_serial_reader_init(&line.reader);
  mctp_endpoint_init(&line.endpoint);
  mctp_assembly_init(&line.assembly);
  feed(&line, fuzz_guard(data, size));
  check_resynchronises(&line);
  return 0;
}
