"""Embeddings that no score table has."""

from __future__ import annotations

from typing import NamedTuple

from topo.report import ReportEmbedding, ReportInput


class Unscored(NamedTuple):
    """Embeddings that no score table has, with their input sides, for the explorer."""

    inputs: tuple[ReportInput, ...]
    embeddings: tuple[ReportEmbedding, ...]
