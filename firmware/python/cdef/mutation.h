// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declaration of a mutation build only: Python answers, for each refusal
// that would happen, whether it may (mooring/error.h).

extern "Python+C" int mooring_refusal_enabled(const char *file, int line);
