# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Who asks: the MCTP source and the tags by which a requester knows answers to it.

A chip answers whoever asked, also after that program has gone. Requesters that follow one
another on a line therefore need addresses of their own, or one takes what the other was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from mooring_host.edge import Entropy, system_entropy
from mooring_host.wire.framing import ESCAPE, FLAG
from mooring_host.wire.mctp import CHIP_EID, HOST_EID

TAGS: Final = 8
_LOWEST_EID: Final = 8
_HIGHEST_EID: Final = 254
_EIDS: Final = tuple(
    # Ids that frames would have to escape are no less unique, only longer.
    eid
    for eid in range(_LOWEST_EID, _HIGHEST_EID + 1)
    if eid not in (CHIP_EID, FLAG, ESCAPE)
)
_DRAWN_BYTES: Final = 8
"""So many that no address is noticeably likelier than another."""


@dataclass(frozen=True)
class Requester:
    """An address on the line."""

    eid: int = HOST_EID
    """MCTP source endpoint id."""
    first_tag: int = 1
    """Message tag of the first request, 0 to 7."""

    @classmethod
    def draw(cls, entropy: Entropy = system_entropy) -> Self:
        """An address that an earlier requester is unlikely to have had."""
        drawn = int.from_bytes(entropy(_DRAWN_BYTES), "big")
        rest, tag = divmod(drawn, TAGS)
        return cls(_EIDS[rest % len(_EIDS)], tag)


ONLY_REQUESTER: Final = Requester()
"""For lines that never had another requester, such as those of an emulation in the same process:
the same bytes in every run."""
