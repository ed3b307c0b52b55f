// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// MCTP base protocol (DMTF DSP0236): packets, assembly of messages, sending in
// fragments, and the control messages that an endpoint must answer.
//
// This endpoint only responds. A packet that is not a request's (TO clear), is
// for another endpoint, or has another header version is ignored.

#ifndef MOORING_INCLUDE_MOORING_MCTP_H_
#define MOORING_INCLUDE_MOORING_MCTP_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mooring/mctp_serial.h"
#include "mooring/namespace.h"

#define mctp_endpoint_init MOORING_NAMESPACE(mctp_endpoint_init)
#define mctp_assembly_init MOORING_NAMESPACE(mctp_assembly_init)
#define mctp_assembly_push MOORING_NAMESPACE(mctp_assembly_push)
#define mctp_classify MOORING_NAMESPACE(mctp_classify)
#define mctp_sender_start MOORING_NAMESPACE(mctp_sender_start)
#define mctp_sender_next MOORING_NAMESPACE(mctp_sender_next)
#define mctp_control_respond MOORING_NAMESPACE(mctp_control_respond)

enum {
  kMctpHeaderVersion = 0x01,
  kMctpHeaderBytes = 4,
  kMctpPayloadMaxBytes = kMctpSerialPacketMaxBytes - kMctpHeaderBytes,  // 251
  kMctpBaselineUnitBytes = 64,
  kMctpMessageMaxBytes = 8192,
  kMctpNullEndpoint = 0x00,
  kMctpBroadcastEndpoint = 0xff,
  kMctpFirstEndpoint = 0x08,    // 1 to 7 are reserved [DSP0236 §8.2]
  kMctpDefaultEndpoint = 0x09,  // a chip's id after reset
  // Fourth byte of the header [DSP0236 §8.1].
  kMctpFlagSom = 0x80,
  kMctpFlagEom = 0x40,
  kMctpSequenceShift = 4,
  kMctpFlagTo = 0x08,
  kMctpTagMask = 0x07,
  // First byte of a message.
  kMctpIntegrityCheck = 0x80,
  kMctpTypeControl = 0x00,
  kMctpTypeVendorIana = 0x7f,
};

/** This end of the line. */
typedef struct mctp_endpoint {
  uint8_t id;  // kMctpDefaultEndpoint after reset
} mctp_endpoint_t;

/** Sets the id that an endpoint has after reset. */
/*@ requires \valid(endpoint);
  @ assigns *endpoint;
  @*/
void mctp_endpoint_init(mctp_endpoint_t *endpoint);

// -----------------------------------------------------------------------------
// Receiving
// -----------------------------------------------------------------------------

/** A message that is being put together; holds no pointer. */
typedef struct mctp_assembly {
  bool active;            // between a first packet and its end
  uint8_t source;         // of the requester
  uint8_t destination;    // as the requester addressed it: our id or null
  uint8_t local;          // our id when the first packet came
  uint8_t tag;            // 0 to 7
  uint8_t next_sequence;  // 0 to 3
  uint16_t unit_bytes;    // payload of the first packet
  uint32_t size;          // bytes received; above the maximum: too long
  uint8_t message[kMctpMessageMaxBytes];
} mctp_assembly_t;

/** What a packet did. */
typedef enum mctp_event {
  kMctpNone = 0,     // taken or ignored; nothing to do
  kMctpMessage = 1,  // `message` holds `size` bytes
  kMctpTooLong = 2,  // the message ended and was longer than the maximum;
                     // `message` holds its beginning
  kMctpDropped = 3,  // the assembly under way was given up
} mctp_event_t;

// Between two packets a message is either within bounds or marked too long.
/*@ predicate assembly_ok(mctp_assembly_t *assembly) =
  @   \valid(assembly) && assembly->size <= kMctpMessageMaxBytes + 1;
  @*/

/** Begins with no message under way. */
/*@ requires \valid(assembly);
  @ assigns *assembly;
  @ ensures assembly_ok(assembly);
  @*/
void mctp_assembly_init(mctp_assembly_t *assembly);

/**
 * Takes one packet, as a frame delivered it.
 *
 * A packet with SOM begins a new assembly, whatever was under way: a requester
 * that died in the middle of a message must not keep others out. A packet
 * without SOM that belongs to no assembly, or to another source, destination or
 * tag than the one under way, is ignored. One that belongs to it but is out of
 * sequence, or longer than the first, or shorter and not the last, drops it.
 *
 * After kMctpMessage and kMctpTooLong all fields hold until the next packet.
 */
/*@ requires assembly_ok(assembly) && \valid_read(endpoint);
  @ requires \valid_read(packet + (0 .. size - 1));
  @ requires \separated(assembly, endpoint);
  @ requires \separated(assembly, packet + (0 .. size - 1));
  @ assigns *assembly;
  @ ensures assembly_ok(assembly);
  @ ensures \result == kMctpMessage ==>
  @   0 < assembly->size <= kMctpMessageMaxBytes;
  @*/
mctp_event_t mctp_assembly_push(mctp_assembly_t *assembly,
                                const mctp_endpoint_t *endpoint,
                                const uint8_t *packet, size_t size);

/** Who answers a message. */
typedef enum mctp_kind {
  kMctpKindControl = 1,      // mctp_control_respond()
  kMctpKindVendor = 2,       // vdm_request_parse()
  kMctpKindUnsupported = 3,  // a type that this endpoint does not speak, or a
                             // message with an integrity check
} mctp_kind_t;

/** Tells from its first byte who answers a complete message. */
/*@ requires \valid_read(assembly);
  @ assigns \nothing;
  @*/
mctp_kind_t mctp_classify(const mctp_assembly_t *assembly);

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

/** An answer that is being sent in packets; holds no pointer. */
typedef struct mctp_sender {
  uint8_t destination;
  uint8_t source;
  uint8_t tag;         // TO clear
  uint8_t sequence;    // of the next packet, 0 to 3
  uint8_t unit_bytes;  // payload of all packets but the last
  uint16_t offset;     // bytes sent
  uint16_t size;       // of the message
} mctp_sender_t;

/**
 * Prepares to answer the message in `request` with `size` bytes (at most 8192).
 *
 * The answer goes to the requester with its tag and TO clear, from the id that
 * the endpoint had when the request began, in units of 251 bytes if the
 * request's first packet carried more than 64 bytes, else of 64.
 */
/*@ requires \valid(sender) && \valid_read(request);
  @ requires \separated(sender, request) && size <= kMctpMessageMaxBytes;
  @ assigns *sender;
  @ ensures sender->offset == 0 && sender->size == size;
  @ ensures 0 < sender->unit_bytes <= kMctpPayloadMaxBytes;
  @ ensures sender->sequence <= 3;
  @*/
void mctp_sender_start(mctp_sender_t *sender, const mctp_assembly_t *request,
                       size_t size);

/**
 * Builds the next packet of the answer.
 *
 * @param message the whole answer; may be the same bytes at each call only.
 * @return the length of the packet, or 0 if all has been sent.
 */
/*@ requires \valid(sender) && sender->offset <= sender->size;
  @ requires 0 < sender->unit_bytes <= kMctpPayloadMaxBytes;
  @ requires sender->sequence <= 3;
  @ requires \valid_read(message + (0 .. sender->size - 1));
  @ requires \valid(packet + (0 .. kMctpSerialPacketMaxBytes - 1));
  @ requires \separated(sender, message + (0 .. sender->size - 1),
  @                      packet + (0 .. kMctpSerialPacketMaxBytes - 1));
  @ assigns sender->offset, sender->sequence,
  @         packet[0 .. kMctpSerialPacketMaxBytes - 1];
  @ ensures sender->offset <= sender->size && sender->sequence <= 3;
  @ ensures \result <= kMctpSerialPacketMaxBytes;
  @ ensures \old(sender->offset) < sender->size ==>
  @   sender->offset > \old(sender->offset);
  @*/
size_t mctp_sender_next(mctp_sender_t *sender, const uint8_t *message,
                        uint8_t packet[kMctpSerialPacketMaxBytes]);

// -----------------------------------------------------------------------------
// Control messages
// -----------------------------------------------------------------------------

enum {
  kMctpControlMaxResponseBytes = 16,
  kMctpControlSetEndpointId = 0x01,
  kMctpControlGetEndpointId = 0x02,
  kMctpControlGetVersionSupport = 0x04,
  kMctpControlGetTypeSupport = 0x05,
  // Completion codes [DSP0236 §12.1].
  kMctpControlSuccess = 0x00,
  kMctpControlInvalidData = 0x02,
  kMctpControlInvalidLength = 0x03,
  kMctpControlUnsupported = 0x05,
  kMctpControlTypeNotSupported = 0x80,  // of Get Version Support
};

/**
 * Answers a control message; Set Endpoint ID changes `endpoint`.
 *
 * @param request  the whole message, its type byte included.
 * @param response receives the whole answer.
 * @return its length; 0 if the message calls for no answer (a response, a
 *         datagram, or shorter than its header).
 */
/*@ requires \valid(endpoint) && \valid_read(request + (0 .. size - 1));
  @ requires \valid(response + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \separated(request + (0 .. size - 1),
  @                      response + (0 .. kMctpControlMaxResponseBytes - 1),
  @                      endpoint);
  @ assigns *endpoint, response[0 .. kMctpControlMaxResponseBytes - 1];
  @ ensures \result <= kMctpControlMaxResponseBytes;
  @*/
size_t mctp_control_respond(mctp_endpoint_t *endpoint, const uint8_t *request,
                            size_t size,
                            uint8_t response[kMctpControlMaxResponseBytes]);

#endif  // MOORING_INCLUDE_MOORING_MCTP_H_
