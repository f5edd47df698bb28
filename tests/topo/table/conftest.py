"""Table 1 and its spread, made once."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.topo.table.synthetic_scores import benchmark, table_of
from topo.scores import SCORES, spread


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    return table_of(benchmark())


@pytest.fixture(scope="session")
def spreads() -> pd.DataFrame:
    return spread(SCORES.frame(benchmark()))
