// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_VERSION_H_
#define MOORING_ROM_VERSION_H_

// Of the ROM, not of the protocol; INFO and the console show it.
#define ROM_VERSION "1.0"

#endif  // MOORING_ROM_VERSION_H_
