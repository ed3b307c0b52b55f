// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The control messages that every endpoint answers [DSP0236 §12].

#include "mooring/mctp.h"

enum {
  // Positions in a control message.
  kAtType = 0,
  kAtInstance = 1,
  kAtCommand = 2,
  kAtData = 3,  // of a request; in a response the completion code
  kHeaderBytes = 3,
  // Second byte [DSP0236 §11.1].
  kRequest = 0x80,
  kDatagram = 0x40,
  kInstanceMask = 0x1f,
  // Set Endpoint ID.
  kSetOperationMask = 0x03,
  kSetId = 0,
  kForceId = 1,
  kAssignmentAccepted = 0x00,
  kNoIdPool = 0x00,
  // Get Endpoint ID: a simple endpoint with a dynamic id.
  kSimpleDynamic = 0x00,
  // Get Version Support: which specification is asked for.
  kVersionOfBase = 0xff,
  kVersionOfControl = 0x00,
};

// DSP0236 1.3.1 in the form of its version numbers, F for "one digit".
static const uint8_t kBaseVersion[] = {0xf1, 0xf3, 0xf1, 0x00};

// An answer under construction; `size` bytes of it are there.
typedef struct answer {
  uint8_t *bytes;
  size_t size;
} answer_t;

/*@ requires \valid(answer) && answer->size < kMctpControlMaxResponseBytes;
  @ requires \valid(answer->bytes + answer->size);
  @ requires \separated(answer, answer->bytes + answer->size);
  @ assigns answer->size, answer->bytes[answer->size];
  @ ensures answer->size == \old(answer->size) + 1;
  @*/
static void put(answer_t *answer, uint8_t byte) {
  answer->bytes[answer->size++] = byte;
}

/*@ requires \valid_read(request + (0 .. size - 1));
  @ requires \separated(request + (0 .. size - 1), answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ requires \valid(endpoint) && \separated(endpoint, answer,
  @   answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \valid(answer) && answer->size == kHeaderBytes;
  @ requires \valid(answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \separated(answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ assigns endpoint->id, answer->size, answer->bytes[0 ..
  kMctpControlMaxResponseBytes - 1];
  @ ensures answer->size <= kMctpControlMaxResponseBytes;
  @*/
static void set_endpoint_id(mctp_endpoint_t *endpoint, const uint8_t *request,
                            size_t size, answer_t *answer) {
  enum { kRequestBytes = kHeaderBytes + 2 };
  if (size != kRequestBytes) {
    put(answer, kMctpControlInvalidLength);
    return;
  }
  const uint8_t operation = request[kAtData] & kSetOperationMask;
  const uint8_t id = request[kAtData + 1];
  // Resetting to a static id and the discovered flag are for endpoints that
  // have those.
  if ((operation != kSetId && operation != kForceId) ||
      id < kMctpFirstEndpoint || id == kMctpBroadcastEndpoint) {
    put(answer, kMctpControlInvalidData);
    return;
  }
  endpoint->id = id;
  put(answer, kMctpControlSuccess);
  put(answer, kAssignmentAccepted);
  put(answer, endpoint->id);
  put(answer, kNoIdPool);
}

/*@ requires \valid(endpoint) && \separated(endpoint, answer,
  @   answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \valid(answer) && answer->size == kHeaderBytes;
  @ requires \valid(answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \separated(answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ assigns answer->size, answer->bytes[0 .. kMctpControlMaxResponseBytes - 1];
  @ ensures answer->size <= kMctpControlMaxResponseBytes;
  @*/
static void get_endpoint_id(const mctp_endpoint_t *endpoint, size_t size,
                            answer_t *answer) {
  enum { kMediumSpecific = 0 };
  if (size != kHeaderBytes) {
    put(answer, kMctpControlInvalidLength);
    return;
  }
  put(answer, kMctpControlSuccess);
  put(answer, endpoint->id);
  put(answer, kSimpleDynamic);
  put(answer, kMediumSpecific);
}

/*@ requires \valid_read(request + (0 .. size - 1));
  @ requires \separated(request + (0 .. size - 1), answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ requires \valid(answer) && answer->size == kHeaderBytes;
  @ requires \valid(answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \separated(answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ assigns answer->size, answer->bytes[0 .. kMctpControlMaxResponseBytes - 1];
  @ ensures answer->size <= kMctpControlMaxResponseBytes;
  @*/
static void get_version_support(const uint8_t *request, size_t size,
                                answer_t *answer) {
  if (size != kHeaderBytes + 1) {
    put(answer, kMctpControlInvalidLength);
    return;
  }
  const uint8_t type = request[kAtData];
  if (type != kVersionOfBase && type != kVersionOfControl) {
    put(answer, kMctpControlTypeNotSupported);
    return;
  }
  put(answer, kMctpControlSuccess);
  put(answer, 1);  // one version
  /*@ loop invariant 0 <= i <= 4 && answer->size == kHeaderBytes + 2 + i;
    @ loop assigns i, answer->size,
    @   answer->bytes[0 .. kMctpControlMaxResponseBytes - 1];
    @ loop variant 4 - i;
    @*/
  for (size_t i = 0; i < sizeof kBaseVersion; i++) {
    put(answer, kBaseVersion[i]);
  }
}

/*@ requires \valid(answer) && answer->size == kHeaderBytes;
  @ requires \valid(answer->bytes + (0 .. kMctpControlMaxResponseBytes - 1));
  @ requires \separated(answer,
  @                      answer->bytes + (0 .. kMctpControlMaxResponseBytes -
  1));
  @ assigns answer->size, answer->bytes[0 .. kMctpControlMaxResponseBytes - 1];
  @ ensures answer->size <= kMctpControlMaxResponseBytes;
  @*/
static void get_type_support(size_t size, answer_t *answer) {
  if (size != kHeaderBytes) {
    put(answer, kMctpControlInvalidLength);
    return;
  }
  put(answer, kMctpControlSuccess);
  put(answer, 1);  // one type beside the control type, which goes unsaid
  put(answer, kMctpTypeVendorIana);
}

size_t mctp_control_respond(mctp_endpoint_t *endpoint, const uint8_t *request,
                            size_t size,
                            uint8_t response[kMctpControlMaxResponseBytes]) {
  if (size < kHeaderBytes) {
    return 0;
  }
  const uint8_t instance = request[kAtInstance];
  if ((instance & kRequest) == 0 || (instance & kDatagram) != 0) {
    return 0;
  }
  response[kAtType] = kMctpTypeControl;
  response[kAtInstance] = instance & kInstanceMask;
  response[kAtCommand] = request[kAtCommand];
  answer_t answer = {response, kHeaderBytes};
  switch (request[kAtCommand]) {
    case kMctpControlSetEndpointId:
      set_endpoint_id(endpoint, request, size, &answer);
      break;
    case kMctpControlGetEndpointId:
      get_endpoint_id(endpoint, size, &answer);
      break;
    case kMctpControlGetVersionSupport:
      get_version_support(request, size, &answer);
      break;
    case kMctpControlGetTypeSupport:
      get_type_support(size, &answer);
      break;
    default:
      put(&answer, kMctpControlUnsupported);
      break;
  }
  return answer.size;
}
