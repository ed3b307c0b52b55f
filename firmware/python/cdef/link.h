// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the serial link's modules, which the tests drive
// directly.

enum {
  kMctpSerialNone = ...,
  kMctpSerialFrame = ...,
  kMctpSerialDropped = ...,
  kMctpSerialFrameMaxBytes = ...,
  ...
};
typedef struct mctp_serial_reader {
  uint8_t state;
  uint8_t count;
  uint8_t packet[...];
  ...;
} mctp_serial_reader_t;

uint16_t mctp_serial_fcs(uint16_t fcs, const uint8_t *data, size_t size);
void mctp_serial_reader_init(mctp_serial_reader_t *reader);
unsigned int mctp_serial_reader_push(mctp_serial_reader_t *reader,
                                     uint8_t byte);
size_t mctp_serial_reader_feed(mctp_serial_reader_t *reader,
                               const uint8_t *data, size_t size,
                               unsigned int *event);
size_t mctp_serial_write_frame(const uint8_t *packet, size_t size,
                               uint8_t *frame);

enum {
  kMctpNone = ...,
  kMctpMessage = ...,
  kMctpTooLong = ...,
  kMctpDropped = ...,
  kMctpKindControl = ...,
  kMctpKindVendor = ...,
  kMctpKindUnsupported = ...,
  kMctpControlMaxResponseBytes = ...,
  ...
};
typedef struct mctp_endpoint {
  uint8_t id;
} mctp_endpoint_t;
typedef struct mctp_assembly {
  bool active;
  uint8_t source;
  uint8_t destination;
  uint8_t local;
  uint8_t tag;
  uint16_t unit_bytes;
  uint32_t size;
  uint8_t message[...];
  ...;
} mctp_assembly_t;
typedef struct mctp_sender { ...; } mctp_sender_t;

void mctp_endpoint_init(mctp_endpoint_t *endpoint);
void mctp_assembly_init(mctp_assembly_t *assembly);
unsigned int mctp_assembly_push(mctp_assembly_t *assembly,
                                const mctp_endpoint_t *endpoint,
                                const uint8_t *packet, size_t size);
unsigned int mctp_classify(const mctp_assembly_t *assembly);
void mctp_sender_start(mctp_sender_t *sender, const mctp_assembly_t *request,
                       size_t size);
size_t mctp_sender_next(mctp_sender_t *sender, const uint8_t *message,
                        uint8_t *packet);
size_t mctp_control_respond(mctp_endpoint_t *endpoint, const uint8_t *request,
                            size_t size, uint8_t *response);

typedef struct vdm_request {
  uint8_t command;
  ...;
} vdm_request_t;

uint32_t vdm_request_parse(byte_span_t message, vdm_request_t *out);
uint32_t vdm_request_body(const vdm_request_t *request, byte_span_t *body);
typedef enum vdm_completion {
  kVdmDone = ...,
  kVdmRefused = ...,
} vdm_completion_t;
void vdm_write_header(uint8_t *out, uint8_t command,
                      vdm_completion_t completion);
