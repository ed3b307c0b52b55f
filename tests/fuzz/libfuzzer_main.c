// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The library is the one without a main, which is what a wheel carries.

#include "fuzz.h"

int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*target)(const uint8_t *data, size_t size));

int main(int argc, char **argv) {
  return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
}
