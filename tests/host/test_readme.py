# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""What host/README.md shows works as shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ZONES = """{"version": 1, "zones": [{"name": "nl", "geometry": "the Netherlands"}]}"""

# The inspector needs the chip's id, which the emulated chip has before anything is done to it.
INSPECT = """
from pathlib import Path
from mooring_host import ChipClient, InspectionStatement, ZoneSet

zones = ZoneSet.read(Path("zones.json"))
ueid = ChipClient.open("emulator://first").info().ueid
said = InspectionStatement("A. Inspector", "room 1", ueid, 0, 2**40 - 1, zones.digest, ("nl",))
Path("inspection.json").write_text(said.to_json(), encoding="utf-8")
"""


def test_example_of_the_readme_runs(repository: Path, tmp_path: Path) -> None:
    text = (repository / "host" / "README.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    (tmp_path / "zones.json").write_text(ZONES, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", INSPECT + found[1]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("[[11]]\n", "")


def test_modules_of_the_readme_exist(repository: Path) -> None:
    text = (repository / "host" / "README.md").read_text("utf-8")
    package = repository / "host" / "mooring_host"
    rows = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([a-z_]+)/?`", row)]
    assert len(named) > 15

    for name in named:
        assert (package / name).is_dir() or (package / f"{name}.py").is_file(), name
