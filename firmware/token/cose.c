// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/cose.h"

#include <string.h>

enum { kSign1Elements = 4, kHeaderParameters = 3 };

// A function and not a table: a table of pointers would need relocating, which
// makes it writable data where the firmware is a shared object.
static byte_span_t typ_text(cose_typ_t typ) {
#define TYP_TEXT(name)                                                 \
  byte_span((const uint8_t *)("application/vnd.mooring." name "+cwt"), \
            sizeof("application/vnd.mooring." name "+cwt") - 1 /* zero */)
  switch (typ) {
    case kCoseTypTrust:
      return TYP_TEXT("trust");
    case kCoseTypLicence:
      return TYP_TEXT("licence");
    case kCoseTypLocation:
      return TYP_TEXT("location");
    case kCoseTypEvidence:
      return TYP_TEXT("evidence");
  }
#undef TYP_TEXT
  return byte_span(NULL, 0);
}

// Positions in kHeaderLabels.
enum { kAtAlg, kAtKid, kAtTyp };

static const int32_t kHeaderLabels[kHeaderParameters] = {
    [kAtAlg] = kCoseHeaderAlg,
    [kAtKid] = kCoseHeaderKid,
    [kAtTyp] = kCoseHeaderTyp,
};

// Names the place where well-formed CBOR was not what this profile takes there;
// what is not deterministic CBOR keeps its own word.
static rom_error_t at_place(rom_error_t error, rom_error_t place) {
  return error == kErrorCborType || error == kErrorCborRange ? place : error;
}

static bool is_int(byte_span_t item, int64_t expected) {
  cbor_reader_t reader;
  int64_t value = 0;
  cbor_reader_init(&reader, item);
  return cbor_read_int(&reader, &value) == kErrorOk && value == expected;
}

static bool is_text(byte_span_t item, byte_span_t expected) {
  cbor_reader_t reader;
  byte_span_t value;
  cbor_reader_init(&reader, item);
  return cbor_read_tstr(&reader, &value) == kErrorOk &&
         cbor_compare(value, expected) == 0;
}

static bool is_bstr_of(byte_span_t item, size_t size, byte_span_t *value) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, item);
  return cbor_read_bstr(&reader, value) == kErrorOk && value->size == size;
}

// Parses the content of the protected header: {1: alg, 4: kid, 16: typ}.
static rom_error_t parse_header(byte_span_t header, cose_typ_t typ,
                                cose_sign1_t *out) {
  cbor_reader_t reader;
  cbor_map_t map;
  cbor_reader_init(&reader, header);
  // COSE also writes an empty header as an empty string. [RFC9052 §3]
  REFUSE_IF(header.size == 0, kErrorCoseProtected);
  RETURN_IF_ERROR(
      at_place(cbor_read_map(&reader, UINT32_MAX, &map), kErrorCoseProtected));
  // Unlike elsewhere an item outside the subset (say a tag in an unknown
  // parameter) is a word of the place: the parameter should not be there.
  RETURN_IF_ERROR(at_place(cbor_check(header), kErrorCoseProtected));
  byte_span_t values[kHeaderParameters];
  RETURN_IF_ERROR(cbor_index_map(header, kHeaderLabels, kHeaderParameters,
                                 values, kErrorCoseProtected));
  REFUSE_IF(map.left != kHeaderParameters, kErrorCoseProtected);
  REFUSE_IF(!is_int(values[kAtAlg], kCoseAlgorithmEd25519),
            kErrorCoseAlgorithm);
  out->algorithm = kCoseAlgorithmEd25519;
  REFUSE_IF(!is_bstr_of(values[kAtKid], kCoseKidBytes, &out->kid),
            kErrorCoseKid);
  REFUSE_IF(!is_text(values[kAtTyp], typ_text(typ)), kErrorCoseTyp);
  return kErrorOk;
}

// Reads a byte string and also gives the encoding with its head.
static rom_error_t read_bstr_encoded(cbor_reader_t *reader, byte_span_t *value,
                                     byte_span_t *encoded) {
  const size_t start = reader->offset;
  RETURN_IF_ERROR(cbor_read_bstr(reader, value));
  *encoded = byte_span(reader->data + start, reader->offset - start);
  return kErrorOk;
}

static rom_error_t parse_frame(cbor_reader_t *reader) {
  uint64_t tag = 0;
  RETURN_IF_ERROR(at_place(cbor_read_tag(reader, &tag), kErrorCoseTag));
  REFUSE_IF(tag != kCoseTagSign1, kErrorCoseTag);
  uint32_t count = 0;
  RETURN_IF_ERROR(at_place(cbor_read_array(reader, UINT32_MAX, &count),
                           kErrorCoseStructure));
  REFUSE_IF(count != kSign1Elements, kErrorCoseStructure);
  return kErrorOk;
}

static rom_error_t parse_token(byte_span_t token, cose_typ_t typ,
                               cose_sign1_t *out) {
  REFUSE_IF(token.size > kCoseTokenMaxBytes, kErrorCoseTokenTooLong);
  cbor_reader_t reader;
  cbor_reader_init(&reader, token);
  RETURN_IF_ERROR(parse_frame(&reader));
  byte_span_t header;
  RETURN_IF_ERROR(
      at_place(read_bstr_encoded(&reader, &header, &out->protected_encoded),
               kErrorCoseProtected));
  RETURN_IF_ERROR(parse_header(header, typ, out));
  cbor_map_t unprotected;
  RETURN_IF_ERROR(at_place(cbor_read_map(&reader, UINT32_MAX, &unprotected),
                           kErrorCoseUnprotected));
  REFUSE_IF(unprotected.left != 0, kErrorCoseUnprotected);
  // A detached payload is null, no string.
  RETURN_IF_ERROR(
      at_place(read_bstr_encoded(&reader, &out->payload, &out->payload_encoded),
               kErrorCosePayload));
  REFUSE_IF(out->payload.size == 0, kErrorCosePayload);
  RETURN_IF_ERROR(at_place(cbor_read_bstr(&reader, &out->signature),
                           kErrorCoseSignatureLength));
  REFUSE_IF(out->signature.size != kCoseSignatureBytes,
            kErrorCoseSignatureLength);
  return cbor_read_end(&reader);
}

rom_error_t cose_sign1_parse(byte_span_t token, cose_typ_t typ,
                             cose_sign1_t *out) {
  const rom_error_t error = parse_token(token, typ, out);
  if (error != kErrorOk) {
    memset(out, 0, sizeof *out);
  }
  return error;
}

void cose_sig_structure(const cose_sign1_t *token, cose_sig_structure_t *out) {
  static const uint8_t kContext[] = {0x84, 0x6a, 'S', 'i', 'g', 'n',
                                     'a',  't',  'u', 'r', 'e', '1'};
  static const uint8_t kEmptyAad[] = {0x40};
  out->parts[0] = byte_span(kContext, sizeof kContext);
  out->parts[1] = token->protected_encoded;
  out->parts[2] = byte_span(kEmptyAad, sizeof kEmptyAad);
  out->parts[3] = token->payload_encoded;
}

void cose_write_header(cbor_writer_t *writer, cose_typ_t typ,
                       const uint8_t kid[kCoseKidBytes]) {
  cbor_write_map(writer, kHeaderParameters);
  cbor_write_int(writer, kCoseHeaderAlg);
  cbor_write_int(writer, kCoseAlgorithmEd25519);
  cbor_write_int(writer, kCoseHeaderKid);
  cbor_write_bstr(writer, kid, kCoseKidBytes);
  cbor_write_int(writer, kCoseHeaderTyp);
  const byte_span_t text = typ_text(typ);
  cbor_write_tstr(writer, (const char *)text.data, text.size);
}
