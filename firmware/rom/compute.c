// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/compute.h"

#include "rom/bits.h"
#include "rom/body.h"
#include "rom/clock.h"
#include "rom/reply.h"
#include "rom/wait.h"

enum {
  kMaxDimension = 64,
  kProductElementBytes = 4,
  // So that product and head fit one message.
  kMaxProductElements = 2040,
  // The largest job at the smallest throttle takes 0.7 s, and three may be
  // before it in the queue.
  kTimeoutSeconds = 5,
};

typedef struct shape {
  uint64_t m;
  uint64_t k;
  uint64_t n;
} shape_t;

typedef struct job {
  shape_t shape;
  byte_span_t a;
  byte_span_t b;
} job_t;

static uint32_t read(rom_t *rom, uint32_t offset) {
  return hal_read32(rom->bus, CHIP_ENGINE_BASE + offset);
}

static void write(rom_t *rom, uint32_t offset, uint32_t value) {
  hal_write32(rom->bus, CHIP_ENGINE_BASE + offset, value);
}

// -----------------------------------------------------------------------------
// Starting
// -----------------------------------------------------------------------------

static rom_error_t read_shape(byte_span_t field, shape_t *shape) {
  cbor_reader_t reader;
  cbor_reader_init(&reader, field);
  uint32_t count = 0;
  REFUSE_IF(cbor_read_array(&reader, UINT32_MAX, &count) != kErrorOk ||
                count != 3 ||
                cbor_read_uint(&reader, UINT64_MAX, &shape->m) != kErrorOk ||
                cbor_read_uint(&reader, UINT64_MAX, &shape->k) != kErrorOk ||
                cbor_read_uint(&reader, UINT64_MAX, &shape->n) != kErrorOk,
            kErrorLinkBodyField);
  return kErrorOk;
}

static int is_dimension(uint64_t value) {
  return value >= 1 && value <= kMaxDimension;
}

static rom_error_t check_job(const job_t *job) {
  const shape_t *shape = &job->shape;
  REFUSE_IF(!is_dimension(shape->m) || !is_dimension(shape->k) ||
                !is_dimension(shape->n),
            kErrorEngineShape);
  REFUSE_IF(shape->m * shape->n > kMaxProductElements, kErrorEngineShape);
  REFUSE_IF(
      job->a.size != shape->m * shape->k || job->b.size != shape->k * shape->n,
      kErrorEngineShape);
  return kErrorOk;
}

// A doorbell at a full queue would be lost, and its operands would become those
// of the next job. Others use the queue too, from the host's side.
static rom_error_t check_queue(rom_t *rom) {
  REFUSE_IF((read(rom, ENGINE_QUEUE_OFFSET) & ENGINE_QUEUE_FREE_MASK) == 0,
            kErrorEngineBusy);
  return kErrorOk;
}

static rom_error_t read_job(byte_span_t body, job_t *job) {
  static const int32_t kKeys[] = {1, 2, 3};
  enum { kFields = sizeof(kKeys) / sizeof(kKeys[0]) };
  byte_span_t fields[kFields];
  RETURN_IF_ERROR(body_index(body, kKeys, kFields, kFields, fields));
  RETURN_IF_ERROR(read_shape(fields[0], &job->shape));
  RETURN_IF_ERROR(body_bstr(fields[1], &job->a));
  RETURN_IF_ERROR(body_bstr(fields[2], &job->b));
  return check_job(job);
}

static void queue(rom_t *rom, const job_t *job) {
  const shape_t *shape = &job->shape;
  rom->product_bytes = (uint32_t)(shape->m * shape->n) * kProductElementBytes;
  rom->engine_tag++;
  write(rom, ENGINE_SHAPE_OFFSET,
        (uint32_t)shape->m << ENGINE_SHAPE_M_SHIFT |
            (uint32_t)shape->k << ENGINE_SHAPE_K_SHIFT |
            (uint32_t)shape->n << ENGINE_SHAPE_N_SHIFT);
  hal_write_fifo(rom->bus, CHIP_ENGINE_BASE + ENGINE_A_IN_OFFSET, job->a.data,
                 job->a.size);
  hal_write_fifo(rom->bus, CHIP_ENGINE_BASE + ENGINE_B_IN_OFFSET, job->b.data,
                 job->b.size);
  write(rom, ENGINE_DOORBELL_OFFSET, rom->engine_tag);
}

rom_state_t compute_start(rom_t *rom, byte_span_t body) {
  job_t job;
  rom_error_t error = read_job(body, &job);
  if (error == kErrorOk) {
    error = check_queue(rom);
  }
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  phase_mark(rom, kPhaseCompute);
  queue(rom, &job);
  clock_set_alarm(rom, clock_after(rom, kTimeoutSeconds));
  return kRomStateCompute;
}

// -----------------------------------------------------------------------------
// Finishing
// -----------------------------------------------------------------------------

// What a result that carries no product means.
static rom_error_t error_of(uint32_t result) {
  switch (result) {
    case kEngineResultGateClosed:
      return kErrorEngineGateClosed;
    case kEngineResultAllowance:
      return kErrorEngineAllowance;
    case kEngineResultShape:
      return kErrorEngineShape;
    case kEngineResultLapsed:
      return kErrorEngineLapsed;
    default:
      return kErrorEngineFault;
  }
}

static rom_state_t reply_product(rom_t *rom, uint32_t result, uint32_t cycles) {
  cbor_writer_t reply;
  reply_start_map(rom, &reply, 3);
  cbor_write_uint(&reply, 1);
  cbor_write_bstr_head(&reply, rom->product_bytes);
  // Straight into the answer: the product is half of the ROM's memory.
  HARDENED_CHECK_EQ(rom->bus, rom->product_bytes <= reply.capacity - reply.size,
                    1);
  hal_read_fifo(rom->bus, CHIP_ENGINE_BASE + ENGINE_C_OUT_OFFSET,
                reply.data + reply.size, rom->product_bytes);
  reply.size += rom->product_bytes;
  reply_put_uint(&reply, 2, cycles);
  reply_put_bool(&reply, 3, result == kEngineResultThrottled);
  return reply_send(rom, &reply);
}

rom_state_t compute_finish(rom_t *rom) {
  if ((read(rom, ENGINE_STATUS_OFFSET) & ENGINE_STATUS_COMPLETE_MASK) == 0) {
    const uint32_t timer = CHIP_TIMER_BASE + TIMER_STATUS_OFFSET;
    if ((hal_read32(rom->bus, timer) & TIMER_STATUS_ALARM_MASK) != 0) {
      write(rom, ENGINE_CONTROL_OFFSET, ENGINE_CONTROL_RESET_MASK);
      return reply_refusal(rom, kErrorEngineFault);
    }
    wait_for(rom, kWaitEngine | kWaitAlarm);
    return kRomStateCompute;
  }
  const uint32_t result = read(rom, ENGINE_RESULT_OFFSET);
  const uint32_t tag = read(rom, ENGINE_RESULT_TAG_OFFSET);
  const uint32_t cycles = read(rom, ENGINE_RESULT_CYCLES_OFFSET);
  write(rom, ENGINE_STATUS_OFFSET, ENGINE_STATUS_COMPLETE_MASK);
  if (tag != rom->engine_tag) {
    return kRomStateCompute;  // what a timed-out job left behind
  }
  if (result == kEngineResultDone || result == kEngineResultThrottled) {
    return reply_product(rom, result, cycles);
  }
  return reply_refusal(rom, error_of(result));
}
