"""Which methods are the paper's, and which bound the scale of every metric."""

from __future__ import annotations

from topo.methods import METHODS

#: The four that the paper compares.
PAPER_METHODS = tuple(name for name, method in METHODS.items() if method.role == "paper")

#: The best linear map, and points that have nothing to do with the input: not ranked.
CONTROLS = tuple(name for name, method in METHODS.items() if method.role == "control")
