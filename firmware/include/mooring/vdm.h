// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The header of Mooring's vendor-defined MCTP messages (docs/protocol.md,
// "Messages"):
//
//   request   7F | 00 00 7E D9 | 01 version | command | 00         | body
//   response  7F | 00 00 7E D9 | 01 version | command | completion | body

#ifndef MOORING_INCLUDE_MOORING_VDM_H_
#define MOORING_INCLUDE_MOORING_VDM_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "mooring/namespace.h"

#define vdm_request_parse MOORING_NAMESPACE(vdm_request_parse)
#define vdm_request_body MOORING_NAMESPACE(vdm_request_body)
#define vdm_write_header MOORING_NAMESPACE(vdm_write_header)

enum {
  kVdmHeaderBytes = 8,
  kVdmVersion = 0x01,
  kVdmVendorIana = 32473,  // for documentation [RFC5612]
};

/** The commands; any other code is unknown. */
typedef enum vdm_command {
  kVdmNoCommand = 0x00,  // in the answer to a message that names none
  kVdmInfo = 0x01,
  kVdmChallenge = 0x02,
  kVdmStatus = 0x03,
  kVdmLog = 0x04,
  kVdmTrust = 0x05,
  kVdmLicence = 0x06,
  kVdmCompute = 0x07,
  kVdmBurn = 0x08,
  kVdmLock = 0x09,
  kVdmFuses = 0x0a,
  kVdmReset = 0x0b,
  kVdmRange = 0x0c,
  kVdmRangeProof = 0x0d,
} vdm_command_t;

/** How a request ended. */
typedef enum vdm_completion {
  kVdmDone = 0,     // the body is the command's response
  kVdmRefused = 1,  // the body is `failure`
} vdm_completion_t;

/** A request whose header is being judged; points into the message. */
typedef struct vdm_request {
  uint8_t command;   // as sent, also if unknown; 0 if the message is too short
  byte_span_t rest;  // the reserved byte and the body
} vdm_request_t;

/**
 * Parses the header of a request.
 *
 * `out->command` is set also on error, as far as the message goes, so that the
 * answer can name it.
 *
 * @return kErrorLinkMessageType if the message is not vendor-defined, of
 *         another vendor, or ends before the version; kErrorLinkVersion;
 *         kErrorLinkCommandUnknown, also if there is no command.
 */
/*@ requires span_readable(message) && \valid(out);
  @ assigns *out;
  @ ensures span_readable(out->rest) && span_within(out->rest, message);
  @*/
WARN_UNUSED_RESULT
rom_error_t vdm_request_parse(byte_span_t message, vdm_request_t *out);

/**
 * Takes the body of a request, once its command has been admitted.
 *
 * @return kErrorLinkBodyMalformed if the reserved byte is absent or not zero.
 */
/*@ requires \valid_read(request) && span_readable(request->rest);
  @ requires \valid(body) && \separated(body, request);
  @ assigns *body;
  @ ensures \result == kErrorOk ==>
  @   span_readable(*body) && span_within(*body, request->rest);
  @*/
WARN_UNUSED_RESULT
rom_error_t vdm_request_body(const vdm_request_t *request, byte_span_t *body);

/** Writes the header of a response. */
/*@ requires \valid(out + (0 .. kVdmHeaderBytes - 1));
  @ assigns out[0 .. kVdmHeaderBytes - 1];
  @*/
void vdm_write_header(uint8_t out[kVdmHeaderBytes], uint8_t command,
                      vdm_completion_t completion);

#endif  // MOORING_INCLUDE_MOORING_VDM_H_
