"""What shows nothing: one repetition, a family of one, nothing but ties; by every kind of rule."""

from __future__ import annotations

import math

import pytest

from tests.topo.statements.tables import Table, Values
from topo.statements import Evidence, Outcome, Quantity, Sample
from topo.statements.contrasts import Rule, family_of
from topo.statements.margins import competitive
from topo.statements.predicates import all_of, difference_within, mean_within, sample_within
from topo.statements.rankings import each_beats_each, order_changes, ranks_within
from topo.statements.spreads import relative_range, repetitions_against_methods, trend

RMSE, NESTING = Quantity("rmse"), Quantity("nesting")
TOPOAE, AE = (Sample("spheres", method, RMSE) for method in ("topoae", "ae"))
BETTER, LARGE = difference_within(TOPOAE, AE, high=0), sample_within(TOPOAE, low=0.5)

#: Every kind of rule with an interval or a comparison, and what it says where all methods tie.
RULES: dict[str, tuple[Rule, Outcome]] = {
    "mean": (LARGE, "holds"),
    "difference": (BETTER, "not decidable"),
    "several": (
        all_of({"better": BETTER, "mean": sample_within(TOPOAE, low=0.5)}),
        "not decidable",
    ),
    # Methods that tie share a place.
    "first": (ranks_within(1, "topoae", dataset="spheres", quantity=RMSE), "holds"),
    "best": (
        each_beats_each(("topoae",), ("ae",), dataset="spheres", quantity=RMSE),
        "not decidable",
    ),
    "order": (order_changes("spheres", (RMSE, NESTING)), "not decidable"),
    # What is no worse keeps up.
    "keeping up": (
        competitive("topoae", "ae", dataset="spheres", quantities=(RMSE, NESTING), margin=10),
        "holds",
    ),
    "spreads": (
        repetitions_against_methods("repetitions", dataset="spheres", quantity=RMSE),
        "not decidable",
    ),
    "nearly equal": (mean_within(relative_range("spheres", RMSE), "range", high=1), "holds"),
    # A curve that is flat neither rises nor falls.
    "trend": (
        mean_within(trend("spheres", "tsne", NESTING, name="perplexity"), "trend", low=0),
        "not decidable",
    ),
}
every_rule = pytest.mark.parametrize("name", RULES)


def evidence(**methods: Values) -> Evidence:
    """One table of all methods in two quantities, and along the perplexity."""
    table = Table().benchmark("rmse", **methods).benchmark("nesting", **methods)
    return table.sweep(
        "nesting", dict(zip((5, 30, 50, 100), methods.values(), strict=True))
    ).evidence()


@every_rule
def test_one_repetition_claims_no_interval(name: str) -> None:
    rule, _ = RULES[name]
    alone = evidence(tsne=[4.0], umap=[3.0], ae=[2.0], topoae=[1.0])
    verdict = rule(alone.within(family_of([rule])))
    assert verdict.outcome == "not decidable", verdict.explanation
    assert not verdict.cause
    widths = [value for key, value in verdict.numbers.items() if "±" in key or "width" in key]
    assert all(map(math.isnan, widths))
    assert "±" not in verdict.explanation


@every_rule
def test_nothing_but_ties(name: str) -> None:
    rule, outcome = RULES[name]
    same = [1.0, 1.2, 0.9, 1.1, 1.0, 0.8]
    tied = evidence(tsne=same, umap=same, ae=same, topoae=same)
    verdict = rule(tied.within(family_of([rule])))
    assert verdict.outcome == outcome, verdict.explanation


def test_in_a_family_of_one_nothing_is_corrected() -> None:
    found = evidence(tsne=4.0, umap=3.0, ae=[1.0, 2.0, 3.0], topoae=[0.9, 1.7, 2.9])
    (contrast,) = family = family_of([BETTER])
    assert found.within(family).p_value(contrast) == found.p_value(contrast)
    verdict = BETTER(found.within(family))
    assert verdict.numbers["p against 0, corrected"] == verdict.numbers["p against 0"]
    assert verdict.outcome == BETTER(found).outcome
