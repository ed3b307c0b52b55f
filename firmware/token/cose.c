// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "mooring/cose.h"

#include <string.h>

enum { kSign1Elements = 4, kHeaderParameters = 3 };

/*@ requires typ <= kCoseTypEvidence;
  @ assigns \nothing;
  @ ensures span_readable(\result);
  @ ensures \result.size > 0 && !\valid(\result.data + (0 .. 0));
  @*/
static byte_span_t typ_text(cose_typ_t typ) {
  enum { kTextMaxBytes = 37 };
  // The texts themselves: pointers to them would need relocating, which makes
  // them writable data where the firmware is a shared object.
  static const struct {
    uint8_t size;
    uint8_t text[kTextMaxBytes];
  } kTexts[] = {
#define TYP_TEXT(name)                                 \
  {sizeof("application/vnd.mooring." name "+cwt") - 1, \
   "application/vnd.mooring." name "+cwt"}
      [kCoseTypTrust] = TYP_TEXT("trust"),
      [kCoseTypLicence] = TYP_TEXT("licence"),
      [kCoseTypLocation] = TYP_TEXT("location"),
      [kCoseTypEvidence] = TYP_TEXT("evidence"),
#undef TYP_TEXT
  };
  return byte_span(kTexts[typ].text, kTexts[typ].size);
}

// Positions in kHeaderLabels.
enum { kAtAlg, kAtKid, kAtTyp };

static const int32_t kHeaderLabels[kHeaderParameters] = {
    [kAtAlg] = kCoseHeaderAlg,
    [kAtKid] = kCoseHeaderKid,
    [kAtTyp] = kCoseHeaderTyp,
};

// A token that is being read, and the word of the place that is next.
typedef struct parser {
  cbor_reader_t reader;
  rom_error_t place;
} parser_t;

/*@ predicate token_read_from(cose_sign1_t *token, cbor_reader_t *reader) =
  @   read_from(token->kid, reader) && read_from(token->payload, reader) &&
  @   read_from(token->signature, reader) &&
  @   read_from(token->protected_encoded, reader) &&
  @   read_from(token->payload_encoded, reader);
  @*/

/*@ requires span_readable(item) && \valid(value);
  @ assigns *value;
  @ ensures \result ==> span_readable(*value) && value->size == size;
  @ ensures \result ==> span_within(*value, item);
  @*/
static bool is_bstr_of(byte_span_t item, size_t size, byte_span_t *value) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, item);
  return cbor_read_bstr(&reader, value) == kErrorOk && value->size == size;
}

// Parses the content of the protected header: {1: alg, 4: kid, 16: typ}.
/*@ requires span_readable(header) && \valid(out) && typ <= kCoseTypEvidence;
  @ assigns out->algorithm, out->kid;
  @ ensures \result == kErrorOk ==>
  @   span_readable(out->kid) && out->kid.size == kCoseKidBytes &&
  @   span_within(out->kid, header);
  @*/
static rom_error_t parse_header(byte_span_t header, cose_typ_t typ,
                                cose_sign1_t *out) {
  cbor_reader_t reader;
  cbor_map_t map;
  cbor_reader_init(&reader, header);
  // COSE also writes an empty header as an empty string. [RFC9052 §3]
  REFUSE_IF(header.size == 0, kErrorCoseProtected);
  RETURN_IF_ERROR(cbor_read_map(&reader, UINT32_MAX, &map));
  // Unlike elsewhere an item outside the subset (say a tag in an unknown
  // parameter) is a word of the place: the parameter should not be there.
  RETURN_IF_ERROR(cbor_check(header));
  byte_span_t values[kHeaderParameters];
  RETURN_IF_ERROR(cbor_index_map(header, kHeaderLabels, kHeaderParameters,
                                 values, kErrorCoseProtected));
  REFUSE_IF(map.left != kHeaderParameters, kErrorCoseProtected);
  REFUSE_IF(!cbor_is_int(values[kAtAlg], kCoseAlgorithmEd25519),
            kErrorCoseAlgorithm);
  out->algorithm = kCoseAlgorithmEd25519;
  REFUSE_IF(!is_bstr_of(values[kAtKid], kCoseKidBytes, &out->kid),
            kErrorCoseKid);
  REFUSE_IF(!cbor_is_text(values[kAtTyp], typ_text(typ)), kErrorCoseTyp);
  return kErrorOk;
}

/*@ requires \valid(parser) && cbor_cursor(&parser->reader);
  @ assigns parser->place, parser->reader.offset;
  @ ensures cbor_cursor(&parser->reader) && parser->place != kErrorOk;
  @*/
static rom_error_t parse_frame(parser_t *parser) {
  uint64_t tag = 0;
  parser->place = kErrorCoseTag;
  RETURN_IF_ERROR(cbor_read_tag(&parser->reader, &tag));
  REFUSE_IF(tag != kCoseTagSign1, kErrorCoseTag);
  uint32_t count = 0;
  parser->place = kErrorCoseStructure;
  RETURN_IF_ERROR(cbor_read_array(&parser->reader, UINT32_MAX, &count));
  REFUSE_IF(count != kSign1Elements, kErrorCoseStructure);
  return kErrorOk;
}

// Reads a byte string at `place` and also gives the encoding with its head.
/*@ requires \valid(parser) && cbor_cursor(&parser->reader);
  @ requires \valid(value) && \valid(encoded);
  @ requires \separated(parser, value, encoded);
  @ assigns parser->place, parser->reader.offset, *value, *encoded;
  @ ensures cbor_cursor(&parser->reader) && parser->place == place;
  @ ensures \result == kErrorOk ==>
  @   span_readable(*value) && span_readable(*encoded);
  @ ensures \result == kErrorOk ==> read_from(*value, &parser->reader) &&
  @   read_from(*encoded, &parser->reader);
  @*/
static rom_error_t read_bstr_at(parser_t *parser, rom_error_t place,
                                byte_span_t *value, byte_span_t *encoded) {
  cbor_reader_t *const reader = &parser->reader;
  const size_t start = reader->offset;
  parser->place = place;
  RETURN_IF_ERROR(cbor_read_bstr(reader, value));
  *encoded = byte_span(reader->data + start, reader->offset - start);
  return kErrorOk;
}

/*@ requires \valid(parser) && cbor_cursor(&parser->reader);
  @ requires \valid(out) && \separated(parser, out) && typ <= kCoseTypEvidence;
  @ assigns parser->place, parser->reader.offset, *out;
  @ ensures \result == kErrorOk ==> token_readable(out);
  @ ensures \result == kErrorOk ==> token_read_from(out, &parser->reader);
  @ ensures parser->place != kErrorOk;
  @*/
static rom_error_t parse_token(parser_t *parser, cose_typ_t typ,
                               cose_sign1_t *out) {
  RETURN_IF_ERROR(parse_frame(parser));
  byte_span_t header;
  RETURN_IF_ERROR(read_bstr_at(parser, kErrorCoseProtected, &header,
                               &out->protected_encoded));
  RETURN_IF_ERROR(parse_header(header, typ, out));
  //@ assert read_from(out->kid, &parser->reader);
  cbor_map_t unprotected;
  parser->place = kErrorCoseUnprotected;
  RETURN_IF_ERROR(cbor_read_map(&parser->reader, UINT32_MAX, &unprotected));
  REFUSE_IF(unprotected.left != 0, kErrorCoseUnprotected);
  // A detached payload is null, no string.
  RETURN_IF_ERROR(read_bstr_at(parser, kErrorCosePayload, &out->payload,
                               &out->payload_encoded));
  REFUSE_IF(out->payload.size == 0, kErrorCosePayload);
  parser->place = kErrorCoseSignatureLength;
  RETURN_IF_ERROR(cbor_read_bstr(&parser->reader, &out->signature));
  REFUSE_IF(out->signature.size != kCoseSignatureBytes,
            kErrorCoseSignatureLength);
  return cbor_read_end(&parser->reader);
}

/*@ requires span_readable(token) && \valid(out) && typ <= kCoseTypEvidence;
  @ assigns *out;
  @ ensures \result == kErrorOk ==> token_readable(out);
  @*/
static rom_error_t parse(byte_span_t token, cose_typ_t typ, cose_sign1_t *out) {
  REFUSE_IF(token.size > kCoseTokenMaxBytes, kErrorCoseTokenTooLong);
  parser_t parser;
  cbor_reader_init(&parser.reader, token);
  const rom_error_t error = parse_token(&parser, typ, out);
  // Where well-formed CBOR was not what this profile takes at a place, the
  // place gives the word; what is not deterministic CBOR keeps its own.
  return error == kErrorCborType || error == kErrorCborRange ? parser.place
                                                             : error;
}

rom_error_t cose_sign1_parse(byte_span_t token, cose_typ_t typ,
                             cose_sign1_t *out) {
  const rom_error_t error = parse(token, typ, out);
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
  cbor_write_tstr(writer, text.data, text.size);
}
