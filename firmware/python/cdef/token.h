// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the CBOR, COSE and claims modules, which the tests drive
// directly. The structures are left open ("...;"): the compiler fills in what
// the headers say.

typedef struct byte_span {
  const uint8_t *data;
  size_t size;
} byte_span_t;

typedef struct cbor_reader {
  size_t offset;
  ...;
} cbor_reader_t;
typedef struct cbor_map {
  uint32_t left;
  ...;
} cbor_map_t;
typedef struct cbor_writer {
  size_t size;
  ...;
} cbor_writer_t;

void cbor_reader_init(cbor_reader_t *reader, byte_span_t span);
uint32_t cbor_peek_type(const cbor_reader_t *reader, unsigned int *type);
uint32_t cbor_read_uint(cbor_reader_t *reader, uint64_t max, uint64_t *value);
uint32_t cbor_read_int(cbor_reader_t *reader, int64_t *value);
uint32_t cbor_read_bstr(cbor_reader_t *reader, byte_span_t *value);
uint32_t cbor_read_bstr_exact(cbor_reader_t *reader, uint8_t *out, size_t size);
uint32_t cbor_read_tstr(cbor_reader_t *reader, byte_span_t *value);
uint32_t cbor_read_array(cbor_reader_t *reader, uint32_t max, uint32_t *count);
uint32_t cbor_read_map(cbor_reader_t *reader, uint32_t max, cbor_map_t *map);
uint32_t cbor_read_key(cbor_reader_t *reader, cbor_map_t *map, int64_t *key);
uint32_t cbor_read_bool(cbor_reader_t *reader, bool *value);
uint32_t cbor_read_tag(cbor_reader_t *reader, uint64_t *tag);
uint32_t cbor_read_item(cbor_reader_t *reader, byte_span_t *item);
uint32_t cbor_read_end(const cbor_reader_t *reader);
uint32_t cbor_check(byte_span_t span);
int cbor_compare(byte_span_t a, byte_span_t b);

void cbor_writer_init(cbor_writer_t *writer, uint8_t *data, size_t capacity);
void cbor_write_uint(cbor_writer_t *writer, uint64_t value);
void cbor_write_int(cbor_writer_t *writer, int64_t value);
void cbor_write_bstr(cbor_writer_t *writer, const uint8_t *data, size_t size);
void cbor_write_bstr_head(cbor_writer_t *writer, size_t size);
void cbor_write_tstr(cbor_writer_t *writer, const uint8_t *text, size_t size);
void cbor_write_array(cbor_writer_t *writer, uint64_t count);
void cbor_write_map(cbor_writer_t *writer, uint64_t count);
void cbor_write_bool(cbor_writer_t *writer, bool value);
void cbor_write_tag(cbor_writer_t *writer, uint64_t tag);
void cbor_write_raw(cbor_writer_t *writer, const uint8_t *data, size_t size);
uint32_t cbor_writer_finish(cbor_writer_t *writer, size_t *size);

typedef enum cose_typ {
  kCoseTypTrust = ...,
  kCoseTypLicence = ...,
  kCoseTypLocation = ...,
  kCoseTypEvidence = ...,
} cose_typ_t;
typedef struct cose_sign1 {
  int32_t algorithm;
  byte_span_t kid;
  byte_span_t payload;
  byte_span_t signature;
  ...;
} cose_sign1_t;
typedef struct cose_sig_structure {
  byte_span_t parts[4];
} cose_sig_structure_t;

uint32_t cose_sign1_parse(byte_span_t token, cose_typ_t typ, cose_sign1_t *out);
void cose_sig_structure(const cose_sign1_t *token, cose_sig_structure_t *out);
void cose_write_header(cbor_writer_t *writer, cose_typ_t typ,
                       const uint8_t *kid);
void cose_key_encode(const uint8_t *x, uint8_t *out);
uint32_t cose_root_key_parse(byte_span_t key, uint8_t *x);
void cose_key_thumbprint(const uint8_t *x, uint8_t *thumbprint);
void cose_key_kid(const uint8_t *x, uint8_t *kid);
void cose_key_ueid(const uint8_t *x, uint8_t *ueid);

enum {
  kClaimsFreshnessNone = ...,
  kClaimsFreshnessNonce = ...,
  kClaimsFreshnessSequence = ...,
};
typedef struct trust_key {
  uint64_t first_epoch;
  uint64_t not_before;
  uint64_t not_after;
  int32_t algorithm;
  uint32_t role;
  uint8_t kid[8];
  uint8_t x[32];
  ...;
} trust_key_t;
typedef struct trust_list {
  uint64_t epoch;
  uint64_t issued_at;
  uint32_t end_running;
  uint32_t count;
  trust_key_t keys[16];
  ...;
} trust_list_t;
typedef struct zone_list {
  byte_span_t names;
  uint32_t count;
} zone_list_t;
typedef struct licence {
  uint64_t expires;
  uint64_t not_before;
  uint64_t issued_at;
  uint64_t epoch;
  uint64_t sequence;
  uint64_t cycles;
  uint32_t seconds;
  uint32_t freshness;
  zone_list_t required_inside;
  zone_list_t required_excluded;
  uint8_t cti[16];
  uint8_t nonce[32];
  uint8_t ueid[33];
  uint8_t location_digest[32];
  uint8_t zone_set[8];
  ...;
} licence_t;
typedef struct location {
  uint64_t expires;
  uint64_t issued_at;
  uint32_t method;
  uint32_t freshness;
  zone_list_t proven_inside;
  zone_list_t proven_excluded;
  uint8_t nonce[32];
  uint8_t ueid[33];
  uint8_t zone_set[8];
  ...;
} location_t;

uint32_t claims_parse_trust(byte_span_t payload, trust_list_t *out);
uint32_t claims_check_trust_keys(const trust_list_t *list,
                                 const uint8_t *root_x);
const trust_key_t *claims_find_key(const trust_list_t *list,
                                   const uint8_t *kid);
uint32_t claims_parse_licence(byte_span_t payload, licence_t *out);
uint32_t claims_parse_location(byte_span_t payload, location_t *out);
byte_span_t claims_profile(cose_typ_t typ);
uint32_t zones_contains(const zone_list_t *list, byte_span_t name);
uint32_t zones_all_in(const zone_list_t *required, const zone_list_t *proven);
uint32_t zones_any_in(const zone_list_t *required, const zone_list_t *proven);
