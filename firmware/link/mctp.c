// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/mctp.h"

#include <string.h>

enum {
  // Positions in a packet [DSP0236 §8.1].
  kAtVersion = 0,
  kAtDestination = 1,
  kAtSource = 2,
  kAtFlags = 3,
  kSequenceModulus = 4,
};

void mctp_endpoint_init(mctp_endpoint_t *endpoint) {
  endpoint->id = kMctpDefaultEndpoint;
}

void mctp_assembly_init(mctp_assembly_t *assembly) {
  memset(assembly, 0, sizeof *assembly);
}

// -----------------------------------------------------------------------------
// Receiving
// -----------------------------------------------------------------------------

/*@ assigns \nothing;
  @ ensures \result <= 3;
  @*/
static uint8_t sequence_of(uint8_t flags) {
  return (uint8_t)(flags / (1 << kMctpSequenceShift) % kSequenceModulus);
}

// Whether a packet is part of a request to this endpoint.
/*@ requires \valid_read(endpoint) && \valid_read(packet + (0 .. size - 1));
  @ assigns \nothing;
  @ ensures \result ==> kMctpHeaderBytes < size <= kMctpSerialPacketMaxBytes;
  @*/
static bool is_for_us(const mctp_endpoint_t *endpoint, const uint8_t *packet,
                      size_t size) {
  if (size <= kMctpHeaderBytes || size > kMctpSerialPacketMaxBytes) {
    return false;
  }
  const uint8_t destination = packet[kAtDestination];
  return packet[kAtVersion] == kMctpHeaderVersion &&
         (packet[kAtFlags] & kMctpFlagTo) != 0 &&
         (destination == endpoint->id || destination == kMctpNullEndpoint);
}

/*@ requires \valid(assembly) && \valid_read(endpoint);
  @ requires \separated(assembly, endpoint);
  @ requires \valid_read(packet + (0 .. kMctpHeaderBytes - 1));
  @ requires \separated(assembly, packet + (0 .. kMctpHeaderBytes - 1));
  @ requires payload_bytes <= kMctpPayloadMaxBytes;
  @ assigns *assembly;
  @ ensures assembly->size == 0;
  @*/
static void begin(mctp_assembly_t *assembly, const mctp_endpoint_t *endpoint,
                  const uint8_t *packet, size_t payload_bytes) {
  const uint8_t flags = packet[kAtFlags];
  assembly->active = true;
  assembly->source = packet[kAtSource];
  assembly->destination = packet[kAtDestination];
  assembly->local = endpoint->id;
  assembly->tag = flags & kMctpTagMask;
  assembly->next_sequence = sequence_of(flags);
  assembly->unit_bytes = (uint16_t)payload_bytes;
  assembly->size = 0;
}

/*@ requires \valid_read(assembly);
  @ requires \valid_read(packet + (0 .. kMctpHeaderBytes - 1));
  @ assigns \nothing;
  @*/
static bool belongs(const mctp_assembly_t *assembly, const uint8_t *packet) {
  return assembly->active && packet[kAtSource] == assembly->source &&
         packet[kAtDestination] == assembly->destination &&
         (packet[kAtFlags] & kMctpTagMask) == assembly->tag;
}

// Whether a packet that belongs to the assembly continues it as it must.
/*@ requires \valid_read(assembly);
  @ assigns \nothing;
  @*/
static bool continues(const mctp_assembly_t *assembly, uint8_t flags,
                      size_t payload_bytes) {
  const bool is_last = (flags & kMctpFlagEom) != 0;
  return sequence_of(flags) == assembly->next_sequence &&
         payload_bytes <= assembly->unit_bytes &&
         (is_last || payload_bytes == assembly->unit_bytes);
}

// Adds a payload; what does not fit is counted, once over the maximum, so that
// the requester gets an answer when its message has ended.
/*@ requires assembly_ok(assembly);
  @ requires 0 < size <= kMctpPayloadMaxBytes;
  @ requires \valid_read(payload + (0 .. size - 1));
  @ requires \separated(assembly, payload + (0 .. size - 1));
  @ assigns assembly->size, assembly->message[0 .. kMctpMessageMaxBytes - 1];
  @ ensures assembly_ok(assembly) && assembly->size > 0;
  @*/
static void add_payload(mctp_assembly_t *assembly, const uint8_t *payload,
                        size_t size) {
  if (assembly->size + size > kMctpMessageMaxBytes) {
    assembly->size = kMctpMessageMaxBytes + 1;
    return;
  }
  memcpy(assembly->message + assembly->size, payload, size);
  assembly->size += (uint32_t)size;
}

mctp_event_t mctp_assembly_push(mctp_assembly_t *assembly,
                                const mctp_endpoint_t *endpoint,
                                const uint8_t *packet, size_t size) {
  if (!is_for_us(endpoint, packet, size)) {
    return kMctpNone;
  }
  const uint8_t flags = packet[kAtFlags];
  const size_t payload_bytes = size - kMctpHeaderBytes;
  if ((flags & kMctpFlagSom) != 0) {
    begin(assembly, endpoint, packet, payload_bytes);
  } else if (!belongs(assembly, packet)) {
    return kMctpNone;
  } else if (!continues(assembly, flags, payload_bytes)) {
    assembly->active = false;
    return kMctpDropped;
  }
  add_payload(assembly, packet + kMctpHeaderBytes, payload_bytes);
  assembly->next_sequence =
      (uint8_t)((assembly->next_sequence + 1) % kSequenceModulus);
  if ((flags & kMctpFlagEom) == 0) {
    return kMctpNone;
  }
  assembly->active = false;
  return assembly->size > kMctpMessageMaxBytes ? kMctpTooLong : kMctpMessage;
}

mctp_kind_t mctp_classify(const mctp_assembly_t *assembly) {
  // The integrity-check bit makes a type byte that is neither of these.
  switch (assembly->message[0]) {
    case kMctpTypeControl:
      return kMctpKindControl;
    case kMctpTypeVendorIana:
      return kMctpKindVendor;
    default:
      return kMctpKindUnsupported;
  }
}

// -----------------------------------------------------------------------------
// Sending
// -----------------------------------------------------------------------------

void mctp_sender_start(mctp_sender_t *sender, const mctp_assembly_t *request,
                       size_t size) {
  const bool large = request->unit_bytes > kMctpBaselineUnitBytes;
  sender->destination = request->source;
  sender->source = request->local;
  sender->tag = request->tag;
  sender->sequence = 0;
  sender->unit_bytes = large ? kMctpPayloadMaxBytes : kMctpBaselineUnitBytes;
  sender->offset = 0;
  sender->size = (uint16_t)size;
}

size_t mctp_sender_next(mctp_sender_t *sender, const uint8_t *message,
                        uint8_t packet[kMctpSerialPacketMaxBytes]) {
  const size_t left = (size_t)sender->size - sender->offset;
  if (left == 0) {
    return 0;
  }
  const size_t take = left < sender->unit_bytes ? left : sender->unit_bytes;
  uint8_t flags =
      (uint8_t)(sender->tag | sender->sequence * (1 << kMctpSequenceShift));
  if (sender->offset == 0) {
    flags |= kMctpFlagSom;
  }
  if (take == left) {
    flags |= kMctpFlagEom;
  }
  packet[kAtVersion] = kMctpHeaderVersion;
  packet[kAtDestination] = sender->destination;
  packet[kAtSource] = sender->source;
  packet[kAtFlags] = flags;
  memcpy(packet + kMctpHeaderBytes, message + sender->offset, take);
  sender->offset = (uint16_t)(sender->offset + take);
  sender->sequence = (uint8_t)((sender->sequence + 1) % kSequenceModulus);
  return kMctpHeaderBytes + take;
}
