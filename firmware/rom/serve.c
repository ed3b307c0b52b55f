// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/serve.h"

#include <string.h>

#include "rom/attest.h"
#include "rom/bits.h"
#include "rom/body.h"
#include "rom/clock.h"
#include "rom/compute.h"
#include "rom/decision.h"
#include "rom/fuses.h"
#include "rom/log.h"
#include "rom/provision.h"
#include "rom/range.h"
#include "rom/reply.h"
#include "rom/store.h"
#include "rom/wait.h"

enum {
  // The shortest good frame: flag, revision, N, 5 bytes, FCS, flag.
  kFrameMinBytes = 11,
  kFrameTailBytes = 3,  // FCS and closing flag
  // The FIFO takes 256; what is left gives the ROM time to come.
  kTriggerMaxBytes = 192,
};

// -----------------------------------------------------------------------------
// Commands
// -----------------------------------------------------------------------------

// Where a command exists: any of these together.
enum {
  kInManufacturing = 1,
  kInProduction = 2,
  kAnywhere = kInManufacturing | kInProduction,
  kBacksOff = 4,  // refused while the chip backs off after bad signatures
};

typedef struct command_entry {
  vdm_command_t command;
  uint32_t where;
  rom_state_t (*run)(rom_t *rom, byte_span_t body);
} command_entry_t;

static rom_state_t run_reset(rom_t *rom, byte_span_t body) {
  const rom_error_t error = body_empty(body);
  if (error != kErrorOk) {
    return reply_refusal(rom, error);
  }
  rom->after_respond = kRomStateRestart;
  return reply_empty(rom);
}

static const command_entry_t kCommands[] = {
    {kVdmInfo, kAnywhere, attest_info},
    {kVdmChallenge, kAnywhere, attest_challenge},
    {kVdmStatus, kAnywhere, attest_status},
    {kVdmLog, kAnywhere, log_respond},
    {kVdmTrust, kInProduction | kBacksOff, decision_begin_trust},
    {kVdmLicence, kInProduction | kBacksOff, decision_begin_licence},
    {kVdmCompute, kAnywhere, compute_start},
    {kVdmBurn, kInManufacturing, provision_burn},
    {kVdmLock, kInManufacturing, provision_lock},
    {kVdmFuses, kAnywhere, provision_fuses},
    {kVdmReset, kAnywhere, run_reset},
    {kVdmRange, kInProduction, range_open},
    {kVdmRangeProof, kInProduction, range_prove},
};

enum {
  kCommandCount = sizeof(kCommands) / sizeof(kCommands[0]),
};

static const command_entry_t *find_command(uint8_t command) {
  for (uint32_t i = 0; i < kCommandCount; i++) {
    if (kCommands[i].command == command) {
      return &kCommands[i];
    }
  }
  return NULL;
}

static rom_error_t admit(rom_t *rom, const command_entry_t *entry,
                         uint32_t *busy_seconds) {
  REFUSE_IF(entry == NULL, kErrorLinkCommandUnknown);
  const uint32_t here = rom->lifecycle == kLifecycleWordProduction
                            ? kInProduction
                            : kInManufacturing;
  REFUSE_IF((entry->where & here) == 0, kErrorLinkNotInLifecycle);
  if ((entry->where & kBacksOff) != 0) {
    *busy_seconds = clock_seconds_until(rom, rom->back_off_ticks);
    REFUSE_IF(*busy_seconds != 0, kErrorLinkBusy);
    // A rollback that leaves no mark could be taken back by the newest NVRAM
    // image: nothing is decided before the fuse says so, too.
    REFUSE_IF(store_is_rolled_back(rom) && !fuses_rolled_back(rom),
              kErrorCommitFuse);
  }
  return kErrorOk;
}

static rom_state_t run_vendor(rom_t *rom) {
  const byte_span_t message =
      byte_span(rom->request.message, rom->request.size);
  vdm_request_t request = {0};
  rom_error_t error = vdm_request_parse(message, &request);
  rom->command = request.command;
  const command_entry_t *entry = find_command(request.command);
  uint32_t busy_seconds = 0;
  if (error == kErrorOk) {
    error = admit(rom, entry, &busy_seconds);
  }
  if (error == kErrorLinkBusy) {
    return reply_busy(rom, error, busy_seconds);
  }
  byte_span_t body = {0};
  if (error == kErrorOk) {
    error = vdm_request_body(&request, &body);
  }
  if (error != kErrorOk || entry == NULL) {
    return reply_refusal(rom, error);
  }
  return entry->run(rom, body);
}

// -----------------------------------------------------------------------------
// Messages
// -----------------------------------------------------------------------------

static rom_state_t run_control(rom_t *rom) {
  uint8_t response[kMctpControlMaxResponseBytes];
  const size_t size = mctp_control_respond(&rom->endpoint, rom->request.message,
                                           rom->request.size, response);
  if (size == 0) {
    return kRomStateServe;
  }
  memcpy(rom->request.message, response, size);
  return reply_message(rom, (uint32_t)size);
}

static rom_state_t refuse_too_long(rom_t *rom) {
  // The beginning that was kept names the command, if it is one of ours.
  vdm_request_t request = {0};
  const byte_span_t message =
      byte_span(rom->request.message, kMctpMessageMaxBytes);
  const rom_error_t error = vdm_request_parse(message, &request);
  rom->command = error == kErrorOk ? request.command : kVdmNoCommand;
  return reply_refusal(rom, kErrorLinkMessageTooLong);
}

static rom_state_t run_message(rom_t *rom, mctp_event_t event) {
  if (event == kMctpTooLong) {
    return refuse_too_long(rom);
  }
  switch (mctp_classify(&rom->request)) {
    case kMctpKindControl:
      return run_control(rom);
    case kMctpKindVendor:
      return run_vendor(rom);
    default:
      rom->command = kVdmNoCommand;
      return reply_refusal(rom, kErrorLinkMessageType);
  }
}

// -----------------------------------------------------------------------------
// Receiving
// -----------------------------------------------------------------------------

// Sets the trigger to what the frame under way still needs at least, so that a
// well-formed frame never has to wait for the idle time-out.
static void set_trigger(rom_t *rom) {
  const mctp_serial_reader_t *reader = &rom->reader;
  uint32_t wanted = kFrameMinBytes;
  if (reader->state == kMctpSerialInPacket ||
      reader->state == kMctpSerialAfterEscape) {
    wanted = (uint32_t)reader->count - reader->received + kFrameTailBytes;
  } else if (reader->state >= kMctpSerialAtFcsHigh) {
    wanted = 1;
  }
  wanted = wanted < kTriggerMaxBytes ? wanted : kTriggerMaxBytes;
  if (wanted != rom->trigger) {
    rom->trigger = wanted;
    hal_write32(rom->bus, CHIP_UART1_BASE + UART_TRIGGER_OFFSET, wanted);
  }
}

// Takes what the FIFO holds; false if that is nothing.
static int refill(rom_t *rom) {
  const uint32_t level =
      hal_read32(rom->bus, CHIP_UART1_BASE + UART_RX_LEVEL_OFFSET);
  const uint32_t count = level < kRomRxBytes ? level : kRomRxBytes;
  rom->rx_at = 0;
  rom->rx_size = (uint16_t)count;
  if (count == 0) {
    return 0;
  }
  hal_read_fifo(rom->bus, CHIP_UART1_BASE + UART_RBR_OFFSET, rom->rx, count);
  return 1;
}

// Takes bytes until a message is complete; kMctpNone if there are too few.
static mctp_event_t receive(rom_t *rom) {
  for (;;) {
    if (rom->rx_at == rom->rx_size && !refill(rom)) {
      return kMctpNone;
    }
    mctp_serial_event_t frame = kMctpSerialNone;
    rom->rx_at =
        (uint16_t)(rom->rx_at + mctp_serial_reader_feed(
                                    &rom->reader, rom->rx + rom->rx_at,
                                    (size_t)rom->rx_size - rom->rx_at, &frame));
    if (frame != kMctpSerialFrame) {
      continue;
    }
    const mctp_event_t event = mctp_assembly_push(
        &rom->request, &rom->endpoint, rom->reader.packet, rom->reader.count);
    if (event == kMctpMessage || event == kMctpTooLong) {
      return event;
    }
  }
}

rom_state_t serve_receive(rom_t *rom) {
  const mctp_event_t event = receive(rom);
  if (event != kMctpNone) {
    phase_mark(rom, kPhaseServe);
    return run_message(rom, event);
  }
  set_trigger(rom);
  wait_for(rom, kWaitReceive);
  return kRomStateServe;
}
