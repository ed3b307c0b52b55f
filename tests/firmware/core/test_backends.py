# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The choice among back ends, and that each of them judges by the same rule."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from firmware.acceptance import ACCEPTANCE

from mooring_firmware import Backend, BackendError, _native, backends, chosen_backend, pack

FFI: Final = _native.ffi
LIB: Final = _native.lib
VARIABLE: Final = "MOORING_VERIFY_BACKEND"

BACKENDS: Final = {each.name: each for each in backends()}
BEST: Final = [name for name, each in BACKENDS.items() if each.available][-1]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    """One back end that runs here."""
    found = BACKENDS[request.param]
    if not found.available:
        pytest.skip("this processor lacks the back end's instructions")
    return found


# -----------------------------------------------------------------------------
# One rule
# -----------------------------------------------------------------------------

KEYS: Final = [case.key for case in ACCEPTANCE]
SIGNATURES: Final = [case.signature for case in ACCEPTANCE]
MESSAGES: Final = [case.message for case in ACCEPTANCE]
VERDICTS: Final = bytes(case.refused_by is None for case in ACCEPTANCE)


def test_every_back_end_judges_single_signatures_by_the_rule(backend: Backend) -> None:
    for case in ACCEPTANCE:
        verdict = backend.verify(case.key, case.message, case.signature)

        assert verdict == (case.refused_by is None), case.comment


def test_every_back_end_names_the_same_refusal(backend: Backend) -> None:
    portable = BACKENDS["portable"]
    for case in ACCEPTANCE:
        arguments = (case.key, case.message, case.signature)

        assert backend.verify_status(*arguments) is portable.verify_status(*arguments), case.comment


def test_every_back_end_judges_batches_by_the_rule_at_every_place(backend: Backend) -> None:
    assert {0, 1} == set(VERDICTS)
    for first in range(9):  # each case comes to lie in each of eight lanes
        part = pack(KEYS[first:], SIGNATURES[first:], MESSAGES[first:])

        assert backend.verify_batch(*part, threads=1 + first % 2) == VERDICTS[first:]


# -----------------------------------------------------------------------------
# The choice
# -----------------------------------------------------------------------------


def chosen_in_a_process(name: str | None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    if name is not None:
        environment[VARIABLE] = name
    return subprocess.run(
        [sys.executable, "-c", "import mooring_firmware as m; print(m.chosen_backend().name)"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", [None, ""])
def test_without_a_name_the_best_available_is_chosen(name: str | None) -> None:
    assert chosen_in_a_process(name).stdout.strip() == BEST


def test_environment_variable_chooses(backend: Backend) -> None:
    assert chosen_in_a_process(backend.name).stdout.strip() == backend.name


@pytest.mark.parametrize("name", ["fastest", "PORTABLE", "portable ", "ifm", "ifma2"])
def test_unknown_name_is_an_error_that_lists_the_known(name: str) -> None:
    done = chosen_in_a_process(name)

    assert done.returncode != 0
    assert f"BackendError: {VARIABLE}={name}: this back end is unknown; usable" in done.stderr
    assert "portable" in done.stderr


def test_c_judges_nothing_without_a_back_end() -> None:
    # The module by its path: the package would refuse to be imported.
    program = (
        "import importlib.util as u, sys\n"
        "s = u.spec_from_file_location('_native', sys.argv[1])\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        "lib, ffi = m.lib, m.ffi\n"
        "key, message, signature = map(bytes.fromhex, sys.argv[2:])\n"
        "one = lib.mooring_verify(-19, key, 32, message, len(message), signature, 64)\n"
        "out = ffi.new('uint8_t[1]', b'\\1')\n"
        "many = lib.mooring_verify_batch(\n"
        "    -19, 1, key, signature, message, len(message), ffi.NULL, 1, out)\n"
        "print(one == many == lib.kVerifyNoBackend, out[0])\n"
    )
    good = next(case for case in ACCEPTANCE if case.refused_by is None)
    arguments = [each.hex() for each in (good.key, good.message, good.signature)]
    done = subprocess.run(
        [sys.executable, "-c", program, str(_native.__file__), *arguments],
        env={**os.environ, VARIABLE: "none"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["True", "0"], done.stderr


def test_variable_set_later_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = chosen_backend().name
    monkeypatch.setenv(VARIABLE, "none")

    assert chosen_backend().name == before


def test_back_end_that_lacks_its_instructions_is_refused() -> None:
    absent = replace(backends()[-1], available=False)
    with pytest.raises(BackendError, match=f"this processor cannot run the back end {absent.name}"):
        absent.verify(bytes(32), b"", bytes(64))
    with pytest.raises(BackendError):
        absent.verify_batch(b"", b"", b"")


def named(handle: object) -> str | None:
    return (
        None
        if handle == FFI.NULL
        else next(each.name for each in backends() if each._handle == handle)
    )


def found(name: bytes | None, features: int) -> str | None:
    return named(LIB.verify_backend_find(FFI.NULL if name is None else name, features))


def test_processor_without_instruction_sets_gets_the_portable_one() -> None:
    assert found(None, 0) == "portable"
    assert found(b"portable", 0) == "portable"


def test_back_end_needs_all_its_instruction_sets() -> None:
    for name, each in BACKENDS.items():
        needs: int = each._handle.needs
        bits = [1 << place for place in range(32) if needs >> place & 1]

        assert found(name.encode(), needs) == name
        assert found(None, needs) == name
        for bit in bits:
            assert found(name.encode(), needs & ~bit) is None
            assert found(None, needs & ~bit) != name


def test_order_is_from_the_least_demanding_to_the_most() -> None:
    needs = [int(each._handle.needs).bit_count() for each in backends()]

    assert needs == sorted(needs)
    assert needs[0] == 0


# -----------------------------------------------------------------------------
# What a processor says of itself
# -----------------------------------------------------------------------------

# Intel SDM volume 2A, table 3-8, and AMD's manual volume 3, appendix E: bits by number.
LEAF_1_ECX: Final = {"SSSE3": 9, "SSE4.1": 19, "OSXSAVE": 27}
LEAF_7_EBX: Final = {
    **{"BMI1": 3, "AVX2": 5, "BMI2": 8, "AVX512F": 16, "AVX512DQ": 17, "ADX": 19},
    **{"AVX512_IFMA": 21, "AVX512CD": 28, "SHA": 29, "AVX512BW": 30, "AVX512VL": 31},
}
LEAF_7_ECX: Final = {"AVX512_VBMI": 1}
XCR0: Final = {"SSE": 1, "AVX": 2, "opmask": 5, "ZMM_Hi256": 6, "Hi16_ZMM": 7}
ALL: Final = {*LEAF_1_ECX, *LEAF_7_EBX, *LEAF_7_ECX, *XCR0}

SHA: Final = {"SHA", "SSSE3", "SSE4.1"}
AVX2: Final = {"AVX2", "BMI1", "BMI2", "OSXSAVE", "SSE", "AVX"}
IFMA: Final = ALL - SHA


def word(bits: dict[str, int], present: set[str]) -> int:
    return sum(1 << place for name, place in bits.items() if name in present)


def features(present: set[str], max_leaf: int = 7) -> set[str]:
    words = FFI.new(
        "cpu_words_t *",
        {
            "max_leaf": max_leaf,
            "ecx1": word(LEAF_1_ECX, present),
            "ebx7": word(LEAF_7_EBX, present),
            "ecx7": word(LEAF_7_ECX, present),
            "xcr0": word(XCR0, present),
        },
    )
    bits = LIB.cpu_features_of(words)
    names = {"sha": LIB.kCpuSha, "avx2": LIB.kCpuAvx2, "ifma": LIB.kCpuIfma}
    return {name for name, bit in names.items() if bits & bit}


def test_processor_with_everything_has_every_set() -> None:
    assert features(ALL) == {"sha", "avx2", "ifma"}


@pytest.mark.parametrize(("name", "needed"), [("sha", SHA), ("avx2", AVX2), ("ifma", IFMA)])
def test_set_is_there_exactly_if_all_its_bits_are(name: str, needed: set[str]) -> None:
    assert name in features(needed)
    for bit in ALL:
        assert (name in features(ALL - {bit})) == (bit not in needed), bit


def test_processor_without_leaf_7_has_no_set() -> None:
    assert features(ALL, max_leaf=6) == set()


def test_operating_system_that_saves_no_wide_registers_leaves_the_scalar_sets() -> None:
    assert features(ALL - {"OSXSAVE"}) == {"sha"}
    assert features(ALL - {"Hi16_ZMM"}) == {"sha", "avx2"}


def test_features_of_this_processor_agree_with_the_kernel_s_view() -> None:
    information = Path("/proc/cpuinfo")
    flags = information.read_text() if information.is_file() else ""
    line = next((each for each in flags.splitlines() if each.startswith("flags")), None)
    if line is None:
        pytest.skip("no flags of an x86 processor in /proc/cpuinfo")
    present = set(line.split())
    bits = LIB.cpu_detect()

    assert bool(bits & LIB.kCpuSha) == ({"sha_ni", "ssse3", "sse4_1"} <= present)
    assert bool(bits & LIB.kCpuAvx2) == ({"avx2", "bmi1", "bmi2"} <= present)
    assert LIB.cpu_features() == bits


# -----------------------------------------------------------------------------
# Builds without the instruction sets
# -----------------------------------------------------------------------------

DRIVER: Final = """
#include <stdio.h>
#include "backends/backend.h"
static uint8_t bytes[3][1024];
static size_t read(const char *hex, uint8_t *out) {
  size_t size = 0;
  for (unsigned byte; sscanf(hex + 2 * size, "%2x", &byte) == 1; size++) {
    out[size] = (uint8_t)byte;
  }
  return size;
}
int main(int argc, char **argv) {
  printf("%zu %s\\n", verify_backend_count(), verify_backend_chosen()->name);
  for (int i = 1; i + 2 < argc; i += 3) {
    size_t sizes[3];
    for (int j = 0; j < 3; j++) {
      sizes[j] = read(argv[i + j], bytes[j]);
    }
    printf("%d", mooring_verify(kVerifyAlgorithmEd25519, bytes[0], sizes[0], bytes[1], sizes[1],
                                bytes[2], sizes[2]) == kVerifyOk);
  }
  return 0;
}
"""


def test_build_without_instruction_sets_judges_by_the_rule(
    repository: Path, tmp_path: Path
) -> None:
    firmware = repository / "firmware"
    driver = tmp_path / "driver.c"
    driver.write_text(DRIVER)
    sources = [driver, *sorted((firmware / "core").rglob("*.c"))]
    compiler = [*os.environ.get("CC", "gcc").split(), "-std=c11", "-O0", "-DMOORING_NO_X86_64=1"]
    search = [f"-I{firmware / name}" for name in ("include", ".", "core")]
    # The suite may run under a preloaded sanitizer, which is not for compilers.
    environment = {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}

    def build(arguments: list[str]) -> None:
        done = subprocess.run(
            [*compiler, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    objects = [str(tmp_path / f"{index}.o") for index in range(len(sources))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(
            pool.map(
                build,
                (
                    [*search, "-c", str(source), "-o", target]
                    for source, target in zip(sources, objects, strict=True)
                ),
            )
        )
    build([*objects, "-pthread", "-o", str(tmp_path / "program")])
    cases = [case for case in ACCEPTANCE if case.message]
    arguments = [each.hex() for case in cases for each in (case.key, case.message, case.signature)]
    environment.pop(VARIABLE, None)
    done = subprocess.run(
        [str(tmp_path / "program"), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    head, verdicts = done.stdout.splitlines()

    assert head == "1 portable"
    assert verdicts == "".join(str(int(case.refused_by is None)) for case in cases)
