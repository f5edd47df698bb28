from __future__ import annotations

import pandas as pd
import pytest

from tests.topo.statements.tables import Table
from topo.statements import STATEMENTS, Evidence
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.tuning import tuning_gain

GAINS = pd.DataFrame(
    [("spheres", "tsne", 1, 0, 0.2), ("spheres", "tsne", 1, 1, 0.4), ("mnist", "tsne", 0, 0, 9.0)],
    columns=["dataset", "method", "is_drawn", "repetition", "gain"],
)


def test_gain_has_an_interval_over_draws_or_splits() -> None:
    evidence = Evidence(gains=GAINS)
    mean = evidence.interval(tuning_gain("spheres", "tsne"))
    assert (mean.mean, mean.n) == (pytest.approx(0.3), 2)
    # 12.706 is the 97.5 % point of Student's t with 1 degree of freedom, from a printed table.
    assert mean.half_width == pytest.approx(12.706 * 0.1, rel=1e-4)
    assert evidence.measured(tuning_gain("mnist", "tsne")).index.name == "split"


def test_without_judgements_the_reason_is_said() -> None:
    on_mnist = GAINS[GAINS["dataset"] == "mnist"]
    for gains, what in ((GAINS[:0], ""), (on_mnist, " on SPHERES"), (GAINS, " UMAP on SPHERES")):
        with pytest.raises(MissingEvidenceError, match=f"what tuning{what} gains was not"):
            Evidence(gains=gains).measured(tuning_gain("spheres", "umap"))


def test_a_default_that_is_always_chosen_gains_nothing() -> None:
    reading = next(
        each for each in STATEMENTS if each.name == "tuning-gains-over-default-umap-spheres"
    )
    always = Table().gain("spheres", "umap", [0.0] * 4).evidence()
    judged = reading.judge(always)
    assert judged.outcome == "does not hold"
    assert "the default itself was chosen every time" in judged.explanation
    once = Table().gain("spheres", "umap", [0.0, 0.0, 0.0, 0.1]).evidence()
    assert reading.judge(once).outcome == "not decidable"
