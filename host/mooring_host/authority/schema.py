# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""The tables of the authority's records."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

APPLICATION_ID: Final = 0x4D4F4F52
"""ASCII MOOR, in SQLite's application_id: tells our database from any other."""
SCHEMA_VERSION: Final = 2

# Numbers are reserved by rows in state 'reserved' before anything is signed, so that a number
# that may have left is never given again, wherever the process was killed.
_LICENSING: Final = """
CREATE TABLE authority (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  id           BLOB NOT NULL CHECK (length(id) = 8),
  created_at   INTEGER NOT NULL,
  next_licence INTEGER NOT NULL,
  next_epoch   INTEGER NOT NULL
) STRICT;

CREATE TABLE roots (
  slot       INTEGER PRIMARY KEY CHECK (slot BETWEEN 0 AND 3),
  public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
  uri        TEXT NOT NULL,
  added_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
  kid         BLOB PRIMARY KEY CHECK (length(kid) = 8),
  public_key  BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
  role        INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
  uri         TEXT NOT NULL,
  first_epoch INTEGER NOT NULL,
  not_before  INTEGER NOT NULL,
  not_after   INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('active', 'revoked')),
  added_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE trust_lists (
  epoch       INTEGER PRIMARY KEY,
  root_slot   INTEGER NOT NULL REFERENCES roots (slot),
  state       TEXT NOT NULL CHECK (state IN ('reserved', 'issued')),
  issued_at   INTEGER NOT NULL,
  end_running INTEGER NOT NULL CHECK (end_running IN (0, 1)),
  token       BLOB,
  CHECK ((state = 'issued') = (token IS NOT NULL))
) STRICT;

CREATE TABLE chips (
  ueid        BLOB PRIMARY KEY CHECK (length(ueid) = 33),
  device_key  BLOB NOT NULL UNIQUE CHECK (length(device_key) = 32),
  label       TEXT NOT NULL UNIQUE,
  enrolled_at INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('active', 'retired')),
  attested_at INTEGER,
  evidence    BLOB
) STRICT;

CREATE TABLE locations (
  digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
  ueid       BLOB NOT NULL REFERENCES chips (ueid),
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  basis      TEXT NOT NULL,
  token      BLOB NOT NULL
) STRICT;

CREATE TABLE licences (
  counter         INTEGER PRIMARY KEY,
  number          BLOB NOT NULL UNIQUE CHECK (length(number) = 16),
  ueid            BLOB NOT NULL REFERENCES chips (ueid),
  state           TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'revoked')),
  nonce           BLOB,
  epoch           INTEGER,
  sequence        INTEGER,
  issued_at       INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  cycles          INTEGER NOT NULL,
  seconds         INTEGER,
  inside          TEXT NOT NULL,
  excluded        TEXT NOT NULL,
  location_digest BLOB NOT NULL REFERENCES locations (digest),
  token           BLOB,
  revoked_at      INTEGER,
  reason          TEXT,
  UNIQUE (ueid, epoch, sequence),
  CHECK ((nonce IS NULL) = (sequence IS NOT NULL) AND (epoch IS NULL) = (sequence IS NULL)),
  CHECK (state <> 'issued' OR token IS NOT NULL)
) STRICT;

CREATE INDEX licences_of_chip ON licences (ueid, counter);
"""

# The presets of each time; the newest row counts, and no names mean that none are asked.
_EXPORTS: Final = """
CREATE TABLE regimes (
  number  INTEGER PRIMARY KEY,
  set_at  INTEGER NOT NULL,
  presets TEXT NOT NULL
) STRICT;

CREATE TABLE decisions (
  number     INTEGER PRIMARY KEY,
  ueid       BLOB NOT NULL REFERENCES chips (ueid),
  decided_at INTEGER NOT NULL,
  presets    TEXT NOT NULL,
  given      TEXT,
  permits    INTEGER NOT NULL CHECK (permits IN (0, 1)),
  why        TEXT NOT NULL,
  licence    BLOB REFERENCES licences (number)
) STRICT;

CREATE INDEX decisions_of_chip ON decisions (ueid, number);
"""

SCHEMA: Final = _LICENSING + _EXPORTS

MIGRATIONS: Final = MappingProxyType({1: _EXPORTS})
"""What makes the records of an older version those of the next one."""
