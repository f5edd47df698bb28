"""The rules that statements share, by hand values and against other implementations."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.topo.statements.tables import Table
from topo.statements import Evidence, MissingEvidenceError, Sample, Verdict
from topo.statements.contrasts import Difference, paired
from topo.statements.intervals import format_bound
from topo.statements.predicates import (
    all_of,
    difference_within,
    every_value_within,
    mean_within,
    sample_within,
)
from topo.statements.samples import Quantity, theory_sample
from topo.statements.statement import Decide
from topo.statements.verdicts import Outcome

RMSE = Quantity("rmse")
NESTING = Quantity("nesting")


def sample(method: str, quantity: Quantity = RMSE) -> Sample:
    return Sample("spheres", method, quantity)


def test_differences_are_paired_by_split() -> None:
    table = Table().benchmark("rmse", ae=[1, 2, math.nan, 4], topoae=[10, 30, 50])
    difference = Difference(sample("topoae"), sample("ae"))(table.evidence())
    assert difference.to_dict() == {0: 9, 1: 28}


def test_differences_by_rounding_are_none() -> None:
    table = Table().benchmark("rmse", ae=[0.1 + 0.2, 0.3, 1.0], topoae=[0.3, 0.3, 1 + 1e-6])
    difference = Difference(sample("topoae"), sample("ae"))(table.evidence())
    assert difference[0] == difference[1] == 0
    assert difference[2] == pytest.approx(1e-6)


def test_without_a_shared_split_nothing_is_compared() -> None:
    table = Table().benchmark("rmse", ae=[1, math.nan], topoae=[math.nan, 1])
    with pytest.raises(
        MissingEvidenceError, match="no repetition has a value of each of: RMSE of AE"
    ):
        paired(table.evidence(), [sample("ae"), sample("topoae")])


def test_a_sweep_without_the_hyperparameter_is_ambiguous() -> None:
    evidence = Table().sweep("nesting", {5: [1.0], 30: [2.0]}).evidence()
    with pytest.raises(MissingEvidenceError, match="cannot be told apart"):
        evidence.values(Sample("spheres", "tsne", NESTING, "sweep"))
    chosen = Sample("spheres", "tsne", NESTING, "sweep", {"perplexity": 30.0})
    assert evidence.values(chosen).tolist() == [2]
    assert chosen.title == "Nesting of t-SNE at perplexity 30 on SPHERES"
    assert evidence.sweep_values("spheres", "tsne", "perplexity") == [5, 30]
    with pytest.raises(MissingEvidenceError, match="the sweep has no epochs of t-SNE on SPHERES"):
        evidence.sweep_values("spheres", "tsne", "epochs")


def test_an_experiment_that_failed_gives_its_reason() -> None:
    evidence = Table().failed_experiment("theorem_1", "out of memory").evidence()
    with pytest.raises(MissingEvidenceError, match="failed: out of memory"):
        evidence.values(theory_sample("theorem_1/circle/m=20", "violation_printed"))
    with pytest.raises(MissingEvidenceError, match="failed: out of memory"):
        evidence.case_names("theorem_1", "violation_printed")


def test_words_of_an_interval() -> None:
    evidence = Table().benchmark("nesting", topoae=[0.7, 0.8, 0.9], ae=[0.1]).evidence()
    above = sample_within(sample("topoae", NESTING), low=0.5)(evidence)
    assert above.explanation == "Nesting of TopoAE on SPHERES: 0.80 ± 0.25 (n = 3), above 0.5"
    below = sample_within(sample("topoae", NESTING), high=0.5)(evidence)
    assert below.explanation.endswith("not below 0.5")
    within = sample_within(sample("topoae", NESTING), low=0.2, high=0.6)(evidence)
    assert within.outcome == "not decidable"
    assert within.explanation.endswith("not distinguishable from 0.6")
    beyond = sample_within(sample("topoae", NESTING), low=0.1, high=0.2)(evidence)
    assert beyond.explanation.endswith("(n = 3), not below 0.2")
    single = sample_within(sample("ae", NESTING), low=0.5)(evidence)
    assert single.outcome == "not decidable"
    assert single.explanation.endswith("and one repetition has no interval")
    assert above.numbers["mean"] == pytest.approx(0.8)


def test_difference_says_what_is_subtracted() -> None:
    evidence = Table().benchmark("rmse", topoae=[3, 3.1], ae=[1, 1]).evidence()
    verdict = difference_within(sample("topoae"), sample("ae"), low=0)(evidence)
    assert verdict.outcome == "holds"
    assert verdict.explanation.startswith("RMSE of TopoAE minus AE on SPHERES: 2.0")


def test_difference_of_two_quantities_names_both() -> None:
    table = Table().benchmark("bottleneck", ae=[3, 3])
    table.benchmark("bottleneck", ae=[1, 1], scaling="empty")
    raw, empty = (sample("ae", Quantity("bottleneck", each)) for each in ("raw", "empty"))
    verdict = difference_within(raw, empty, low=0)(table.evidence())
    assert verdict.explanation.startswith(
        "d_b of AE on SPHERES minus d_b of the empty diagram: 2.000"
    )


def test_one_exception_refutes_a_fact() -> None:
    rule = every_value_within([lambda each: each.values(sample("ae"))], "error", low=0, high=1)
    assert rule(Table().benchmark("rmse", ae=[0, 1]).evidence()).outcome == "holds"
    refuted = rule(Table().benchmark("rmse", ae=[0, 1.5]).evidence())
    assert refuted.outcome == "does not hold"
    assert refuted.explanation == (
        "error: 0 to 1.5 (2 values), where at least 0 and at most 1 is required"
    )


def fixed(outcome: Outcome) -> Decide:
    return lambda evidence: Verdict(outcome, f"this {outcome}", {"x": 1.0})


def missing(evidence: Evidence) -> Verdict:
    raise MissingEvidenceError("nothing there")


@pytest.mark.parametrize(
    ("parts", "outcome", "words"),
    [
        ([fixed("holds"), fixed("holds")], "holds", "this holds; this holds"),
        ([fixed("holds"), missing], "not decidable", "nothing there"),
        ([fixed("does not hold"), missing], "does not hold", "this does not hold"),
        ([fixed("not decidable"), fixed("holds")], "not decidable", "this not decidable"),
        ([fixed("holds")] * 6, "holds", "; ".join(["this holds"] * 4) + "; 2 more likewise"),
    ],
)
def test_all_of(parts: list[Decide], outcome: str, words: str) -> None:
    verdict = all_of(dict(zip("abcdef", parts, strict=False)))(Evidence())
    assert (verdict.outcome, verdict.explanation) == (outcome, words)


def test_mean_of_a_measure() -> None:
    drawn = pd.Series([1.0, 1.1]).rename_axis("draw")
    rule = mean_within(lambda _: drawn, "it", low=0)
    assert rule(Evidence()).outcome == "holds"
    # 12.706: Student's t with 1 degree of freedom; the half width is 12.706 * 0.05.
    assert rule(Evidence()).explanation == "it: 1.1 ± 0.6 (n = 2), above 0"


def test_splits_of_one_dataset_have_the_wider_interval() -> None:
    values = pd.Series([1.0, 1.1])
    rule = mean_within(lambda _: values.rename_axis("split"), "it", low=0)
    # 12.706 * 0.0707 * the root of 1/2 + 1/3.
    assert rule(Evidence()).explanation.startswith("it: 1.1 ± 0.8 (n = 2)")
    assert rule(Evidence().over_these_splits()).explanation.startswith("it: 1.1 ± 0.6 (n = 2)")


def test_a_rule_needs_a_bound() -> None:
    with pytest.raises(ValueError, match="needs a finite bound, got none: give low or high"):
        mean_within(lambda _: pd.Series([1.0]), "it")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (750, "750"),
        (0.05, "0.05"),
        (1.34e-31, "1.34e-31"),
        (13828.412, "13828"),
        (1e4, "10000"),
        (1 / 3, "0.3333"),
    ],
)
def test_written(value: float, text: str) -> None:
    assert format_bound(value) == text
