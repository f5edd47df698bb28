"""What one may believe follows from verdicts alone."""

from __future__ import annotations

import pytest

from flows.reporting.belief import _BELIEVE, _DOUBT, believable
from topo.statements import CONCLUSIONS
from topo.statements.verdicts import Judged, JudgedConclusion, Outcome


def conclusion(**outcomes: Outcome) -> JudgedConclusion:
    readings = tuple(
        Judged(name.replace("_", "-"), "A.", "B.", outcome, "C.", {})
        for name, outcome in outcomes.items()
    )
    return JudgedConclusion("one", "Theme", "4", "A quote", "holds in part", readings)


def test_what_verdicts_say_is_said() -> None:
    judged = conclusion(
        tsne_clusters_of_mnist_as_of_its_null="does not hold",
        tsne_draws_clusters_of_its_own="holds",
        tsne_draws_far_point_in="holds",
    )
    believe, doubt = believable([judged])
    assert believe.startswith("Of such a picture one may believe that there are groups (")
    assert doubt.startswith("It does not show how many groups there are (")
    assert doubt.endswith(") and how far off a lone point lies (t-SNE draws it in).")


@pytest.mark.parametrize("outcome", ["holds", "not decidable"])
def test_other_outcomes_say_nothing(outcome: Outcome) -> None:
    assert believable([conclusion(tsne_clusters_of_mnist_as_of_its_null=outcome)]) == []


def test_every_reading_is_one_of_the_studys() -> None:
    known = {reading.name for each in CONCLUSIONS for reading in each.readings}
    assert {name for name, _ in (*_BELIEVE, *_DOUBT)} <= known
