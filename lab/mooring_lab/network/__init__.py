# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
"""Networks of landmarks on virtual time: real sessions with an emulated chip, drawn routes."""

from mooring_lab.network.routes import MEASURED, Route, RouteModel, fit
from mooring_lab.network.simulation import Network, Ranging

__all__ = ["MEASURED", "Network", "Ranging", "Route", "RouteModel", "fit"]
