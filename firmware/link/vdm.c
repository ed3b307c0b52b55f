// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/vdm.h"

#include <string.h>

#include "mooring/mctp.h"

enum {
  // Positions in a message.
  kAtVersion = 5,
  kAtCommand = 6,
  kAtCompletion = 7,
};

// How our messages begin: the type and the vendor, both big-endian.
static const uint8_t kOurs[kAtVersion] = {
    kMctpTypeVendorIana,           kVdmVendorIana >> 24,
    (kVdmVendorIana >> 16) & 0xff, (kVdmVendorIana >> 8) & 0xff,
    kVdmVendorIana & 0xff,
};

/*@ requires span_readable(message);
  @ assigns \nothing;
  @ ensures \result ==> message.size > kAtVersion;
  @*/
static bool is_ours(byte_span_t message) {
  return message.size > kAtVersion &&
         cbor_compare(byte_span(message.data, sizeof kOurs),
                      byte_span(kOurs, sizeof kOurs)) == 0;
}

rom_error_t vdm_request_parse(byte_span_t message, vdm_request_t *out) {
  out->command = kVdmNoCommand;
  out->rest = byte_span(NULL, 0);
  REFUSE_IF(!is_ours(message), kErrorLinkMessageType);
  if (message.size > kAtCommand) {
    out->command = message.data[kAtCommand];
    out->rest =
        byte_span(message.data + kAtCompletion, message.size - kAtCompletion);
  }
  REFUSE_IF(message.data[kAtVersion] != kVdmVersion, kErrorLinkVersion);
  REFUSE_IF(out->command < kVdmInfo || out->command > kVdmRangeProof,
            kErrorLinkCommandUnknown);
  return kErrorOk;
}

rom_error_t vdm_request_body(const vdm_request_t *request, byte_span_t *body) {
  REFUSE_IF(request->rest.size == 0, kErrorLinkBodyMalformed);
  REFUSE_IF(request->rest.data[0] != 0, kErrorLinkBodyMalformed);
  *body = byte_span(request->rest.data + 1, request->rest.size - 1);
  return kErrorOk;
}

void vdm_write_header(uint8_t out[kVdmHeaderBytes], uint8_t command,
                      vdm_completion_t completion) {
  memcpy(out, kOurs, sizeof kOurs);
  out[kAtVersion] = kVdmVersion;
  out[kAtCommand] = command;
  out[kAtCompletion] = (uint8_t)completion;
}
