"""The rules that statements share, by hand values and against other implementations."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.topo.statements.tables import Table, unsure
from topo.statements import Evidence, MissingEvidenceError, Sample, Verdict
from topo.statements.contrasts import Difference, Pair, Rule
from topo.statements.evidence import paired
from topo.statements.intervals import format_bound
from topo.statements.margins import competitive
from topo.statements.predicates import (
    all_of,
    difference_within,
    every_value_within,
    mean_within,
    sample_within,
)
from topo.statements.rankings import each_beats_each, order_changes, ranks_within
from topo.statements.samples import Quantity, theory_sample
from topo.statements.spreads import rank_correlation, relative_range, repetitions_against_methods
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


def four(metric: str, dataset: str = "spheres", **methods: object) -> Evidence:
    values = {"tsne": 1, "umap": 2, "ae": 3, "topoae": 4} | methods
    return Table().benchmark(metric, dataset, **values).evidence()  # type: ignore[arg-type]


@pytest.mark.parametrize(("metric", "sign"), [("rmse", -1), ("nesting", 1), ("tsne_kl", -1)])
def test_comparisons_follow_the_direction_of_the_metric(metric: str, sign: int) -> None:
    evidence, quantity = four(metric), Quantity(metric)
    more, less = sample("topoae", quantity), sample("ae", quantity)
    assert Pair(more, less).better(evidence) == sign
    assert Pair(less, more).better(evidence) == -sign
    assert Pair(less, more).contrast == Pair(more, less).contrast
    assert Pair(less, less).better(evidence) == 0
    assert Pair(less, less).difference(evidence).equal


@pytest.mark.parametrize(
    ("places", "topoae", "outcome"),
    [
        (1, 0.5, "holds"),
        (1, 1.5, "does not hold"),
        (2, 1.5, "holds"),
        (2, 2.5, "does not hold"),
        (3, 2.5, "holds"),
        (3, 3.5, "does not hold"),
        (2, unsure(2, 1.5), "not decidable"),
        (2, [1, 1, 1], "holds"),
        (1, [1, 1, 1], "holds"),
        (1, [1, 1, 1 + 1e-6], "not decidable"),
    ],
)
def test_places(places: int, topoae: object, outcome: str) -> None:
    rule = ranks_within(places, "topoae", dataset="spheres", quantity=RMSE)
    evidence = four("rmse", tsne=[1, 1, 1], topoae=topoae)
    assert rule(evidence).outcome == outcome


def test_place_beside_that_of_the_paper() -> None:
    rule = ranks_within(2, "topoae", dataset="mnist", quantity=Quantity("sliced_wasserstein"))
    words = rule(four("sliced_wasserstein", "mnist")).explanation
    # Table 1: 15,537 (UMAP) < 15,539.7 (TopoAE) < 15,546 (AE) < 15,617 (t-SNE).
    assert words.endswith(
        "(lower is better); by the means it is fourth of four, in the paper second"
    )
    assert "d_SW on MNIST, TopoAE minus t-SNE 3.0" in words
    higher = ranks_within(1, "umap", dataset="spheres", quantity=Quantity("trustworthiness"))
    words = higher(four("trustworthiness")).explanation
    assert words.endswith("it is third of four, in the paper first")
    unprinted = ranks_within(1, "ae", dataset="spheres", quantity=NESTING)
    assert unprinted(four("nesting")).explanation.endswith("it is second of four")


def test_equal_methods_share_the_first_place() -> None:
    rule = ranks_within(2, "topoae", dataset="spheres", quantity=Quantity("bottleneck"))
    same = [13.0, 13.1, 12.9]
    rounded = [value * (1 + 1e-15) for value in same]
    verdict = rule(four("bottleneck", tsne=same, umap=same, ae=same, topoae=rounded))
    assert verdict.outcome == "holds"
    assert (verdict.numbers["place"], verdict.numbers["equal to"]) == (1, 3)
    some = rule(four("bottleneck", tsne=same, umap=12.0, ae=11.0, topoae=rounded))
    assert some.outcome == "does not hold"
    unclear = rule(four("bottleneck", tsne=same, umap=unsure(13, 1), ae=11.0, topoae=rounded))
    assert unclear.outcome == "not decidable"


def test_one_split_makes_no_equals() -> None:
    rule = ranks_within(1, "topoae", dataset="spheres", quantity=RMSE)
    verdict = rule(four("rmse", tsne=[1], umap=[1], ae=[1], topoae=[1]))
    assert verdict.outcome == "not decidable"


def test_each_beats_each_needs_all_pairs() -> None:
    rule = each_beats_each(("tsne", "umap"), ("ae",), dataset="spheres", quantity=RMSE)
    assert rule(four("rmse")).outcome == "holds"
    assert rule(four("rmse", ae=1.5)).outcome == "does not hold"
    assert rule(four("rmse", ae=unsure(2, 1))).outcome == "not decidable"


def test_order_that_changes_names_a_pair() -> None:
    evidence = Table()
    evidence.benchmark("kl_0.1", tsne=1, umap=2, ae=3, topoae=4)
    evidence.benchmark("kl_1", tsne=1, umap=3, ae=2, topoae=4)
    rule = order_changes("spheres", [Quantity("kl_0.1"), Quantity("kl_1")])
    verdict = rule(evidence.evidence())
    assert verdict.outcome == "holds"
    assert re.fullmatch(
        r"UMAP is better than AE in KL_0.1 \(-1.0.*\) and worse in KL_1 \(1.0.*\); "
        "so with 1 of 6 pairs on SPHERES",
        verdict.explanation,
    )


def keeps_up(margin: float = 10.0) -> Rule:
    return competitive(
        "topoae", "umap", dataset="spheres", quantities=[RMSE, NESTING], margin=margin
    )


@pytest.mark.parametrize(
    ("rmse", "nesting", "outcome"),
    [
        (1.05, 0.2, "holds"),
        (1.3, 0.2, "does not hold"),
        (1.3, 0.48, "holds"),
        (unsure(1.1, 0.3), 0.2, "not decidable"),
        ([1.0, 2.0], 0.2, "holds"),
    ],
)
def test_worse_by_less_than_the_margin_is_keeping_up(
    rmse: object, nesting: float, outcome: str
) -> None:
    table = Table().benchmark("rmse", umap=[1.0, 2.0] if rmse == [1.0, 2.0] else 1, topoae=rmse)
    table.benchmark("nesting", umap=0.5, topoae=nesting)
    assert keeps_up()(table.evidence()).outcome == outcome


def test_another_margin_decides_another_way() -> None:
    evidence = Table().benchmark("rmse", umap=1, topoae=1.3).benchmark(
        "nesting", umap=0.5, topoae=0.2
    ).evidence()  # fmt: skip
    verdict = keeps_up(50.0)(evidence)
    assert verdict.outcome == "holds"
    assert verdict.numbers["loss in RMSE, %"] == pytest.approx(30, rel=1e-2)
    assert "in 1 (RMSE), falls behind in 1 (Nesting), unclear in 0" in verdict.explanation


def test_what_all_methods_have_in_common_is_taken_out_of_the_spread() -> None:
    rng = np.random.default_rng(1)
    values, shift = rng.normal(size=(6, 4)), 1000 * rng.normal(size=(6, 1))
    rule = repetitions_against_methods("repetitions", dataset="spheres", quantity=RMSE)

    def numbers(table: np.ndarray) -> Mapping[str, float]:
        methods = dict(zip(("tsne", "umap", "ae", "topoae"), table.T.tolist(), strict=True))
        return rule(Table().benchmark("rmse", **methods).evidence()).numbers

    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    deviation = math.sqrt((rest**2).sum() / 15)
    low, high = (deviation * math.sqrt(15 / q) for q in stats.chi2.ppf([0.975, 0.025], 15))
    for table in (values, values + shift):
        found = numbers(table)
        assert found["repetitions"] == pytest.approx(deviation)
        ends = (found["repetitions low"], found["repetitions high"])
        assert ends == pytest.approx((low, high))
        assert found["methods"] == pytest.approx(values.mean(axis=0).std(ddof=1))


def test_of_one_repetition_there_is_no_spread() -> None:
    rule = repetitions_against_methods("methods", dataset="spheres", quantity=RMSE)
    assert rule(four("rmse", tsne=[1], umap=[1], ae=[1], topoae=[1])).outcome == "not decidable"


def test_correlation_with_position_against_scipy() -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(0, 6, size=(7, 5)).astype(float)
    values[3] = 2.0
    table = Table().sweep("nesting", {k: values[:, k].tolist() for k in range(5)})
    samples = [Sample("spheres", "tsne", NESTING, "sweep", {"perplexity": k}) for k in range(5)]
    found = rank_correlation(table.evidence(), samples)
    expected = [
        0.0 if k == 3 else stats.spearmanr(range(5), row)[0] for k, row in enumerate(values)
    ]
    assert found.tolist() == pytest.approx(expected)


def test_relative_range_by_hand() -> None:
    evidence = four("rmse", tsne=[1, 1], umap=[2, 1], ae=[3, 1], topoae=[6, 1 + 1e-12])
    assert relative_range("spheres", RMSE)(evidence).tolist() == pytest.approx([500 / 3, 0])


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
