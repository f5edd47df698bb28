"""How firm a verdict is, in tables made by hand: what is left out, corrected, put in its place."""

from __future__ import annotations

import pytest

from tests.topo.statements.tables import Table, unsure
from topo.statements import Conclusion, Evidence, Firmness, Judged, Sample, Statement, Threshold
from topo.statements.contrasts import Difference, family_of
from topo.statements.evidence import Contrast
from topo.statements.firmness import (
    Changed,
    as_second_best,
    examine,
    perturb,
    with_second_best,
)
from topo.statements.predicates import (
    difference_within,
    every_value_within,
    mean_within,
    sample_within,
)
from topo.statements.samples import Quantity, theory_sample
from topo.statements.statement import Decide

NESTING, RMSE = Quantity("nesting"), Quantity("rmse")


def sample(method: str, quantity: Quantity = NESTING, dataset: str = "spheres") -> Sample:
    return Sample(dataset, method, quantity)


def above(low: float, method: str = "topoae", dataset: str = "spheres") -> Decide:
    return sample_within(sample(method, dataset=dataset), low=low)


def better(a: str, b: str = "ae", dataset: str = "spheres") -> Decide:
    return difference_within(sample(a, dataset=dataset), sample(b, dataset=dataset), low=0)


def conclusion(*rules: Decide, thresholds: tuple[Threshold, ...] = ()) -> Conclusion:
    readings = [Statement(f"r{i}", "", "", rule, thresholds) for i, rule in enumerate(rules)]
    return Conclusion("c", "theme", "4", "quote", tuple(readings))


def found(rule: Decide, evidence: Evidence, *thresholds: Threshold) -> Judged:
    of = conclusion(rule, thresholds=thresholds)
    (reading,) = examine(of, evidence, perturb(evidence)).readings
    return reading


def changed_by(judged: Judged) -> tuple[str, ...]:
    assert judged.firmness is not None
    return judged.firmness.changed_by


def test_far_above_is_firm() -> None:
    judged = found(above(0.5), Table().benchmark("nesting", topoae=0.9).evidence())
    assert judged.outcome == "holds"
    assert judged.firmness is not None
    assert (judged.firmness.word, judged.firmness.changed_by) == ("firm", ())


def test_one_repetition_that_decides_makes_it_fragile() -> None:
    # Without the last, all of them lie clearly above.
    values = [0.6, 0.61, 0.62, 0.61, 0.6, 0.4]
    judged = found(above(0.5), Table().benchmark("nesting", topoae=values).evidence())
    assert judged.outcome == "not decidable"
    assert judged.firmness is not None
    assert judged.firmness.word == "fragile"
    assert "one repetition left out" in judged.firmness.changed_by


def test_what_half_of_the_repetitions_leave_open_is_fairly_firm() -> None:
    values = [0.55, 0.65] * 5
    judged = found(above(0.54), Table().benchmark("nesting", topoae=values).evidence())
    assert judged.outcome == "holds"
    assert changed_by(judged) == ("half of the repetitions",)
    assert judged.firmness is not None
    assert judged.firmness.word == "fairly firm"


def test_second_best_trial_in_place_of_the_best() -> None:
    evidence = Table().benchmark("nesting", topoae=0.9, umap=0.9).evidence()
    again = Table().benchmark("nesting", topoae=0.1).evidence().benchmark
    both = Evidence(evidence.benchmark, second_best=again)
    second = "the second-best trial of what was tuned"
    assert second not in perturb(evidence)
    assert changed_by(found(above(0.5), both)) == (second,)
    assert changed_by(found(above(0.5, "umap"), both)) == ()
    with pytest.raises(ValueError, match="columns"):
        Evidence(evidence.benchmark, second_best=again.drop(columns="draw"))


def test_fewer_repetitions_of_the_second_best_trial_are_no_change_of_its_own() -> None:
    # Shown by ten repetitions, and not by the first three: of either trial.
    best = [0.3, 0.9, 0.9, *([0.8, 0.9] * 3), 0.8]
    evidence = Table().benchmark("nesting", topoae=best).evidence()
    few = evidence.benchmark.query("split < 3")
    assert few["value"].tolist() == best[:3]
    second = "the second-best trial of what was tuned"
    same = Evidence(evidence.benchmark, second_best=few)
    assert as_second_best(same).benchmark["value"].tolist() == best[:3]
    assert above(0.5)(with_second_best(same)).outcome == "not decidable"
    judged = found(above(0.5), same)
    assert judged.outcome == "holds"
    assert second not in changed_by(judged)
    refuted = Evidence(evidence.benchmark, second_best=few.assign(value=[0.1, 0.11, 0.1]))
    assert second in changed_by(found(above(0.5), refuted))


def test_a_family_is_corrected_and_the_raw_result_stands_beside_it() -> None:
    table = Table().benchmark(
        "nesting", ae=[0.0] * 5, topoae=[1, 1, 1, 1, 5], umap=[1, 2, 0, -1, 1]
    )
    table.benchmark("nesting", tsne=[1.0, 2.0, 3.0, 4.0, 7.0])
    evidence = table.evidence()
    of = conclusion(better("tsne"), better("topoae"), better("umap"))
    judged = examine(of, evidence, perturb(evidence))
    tsne = judged.readings[0]
    raw, corrected = tsne.numbers["p against 0"], tsne.numbers["p against 0, corrected"]
    assert raw < 0.05 < corrected == pytest.approx(3 * raw)
    assert tsne.outcome == "not decidable"
    assert "distinguishable from 0 by itself, not among 3 comparisons" in tsne.explanation
    assert "no correction for many comparisons" in changed_by(tsne)
    # In a family of one there is nothing to correct.
    (alone,) = examine(conclusion(better("tsne")), evidence, perturb(evidence)).readings
    assert alone.outcome == "holds"
    assert "no correction for many comparisons" not in changed_by(alone)


def test_splits_of_one_dataset_are_read_for_new_samples() -> None:
    table = Table().benchmark("nesting", "mnist", topoae=unsure(0.6, 0.08))
    judged = found(above(0.5, dataset="mnist"), table.evidence())
    assert judged.outcome == "not decidable"
    assert "no correction for overlapping splits" in changed_by(judged)
    drawn = Table().benchmark("nesting", topoae=unsure(0.6, 0.08))
    assert found(above(0.5), drawn.evidence()).outcome == "holds"


def test_a_verdict_that_hangs_on_a_threshold_shows_the_curve() -> None:
    threshold = Threshold("nesting that encloses", 0.5, (0.4, 0.7), "Half way.", above)
    evidence = Table().benchmark("nesting", topoae=0.6).evidence()
    judged = found(threshold.decide, evidence, threshold)
    assert judged.firmness is not None
    assert judged.firmness.word == "fairly firm"
    assert judged.firmness.changed_by == ("nesting that encloses: 0.7",)
    (curve,) = judged.firmness.curves
    assert (curve.name, curve.value) == ("nesting that encloses", 0.5)
    assert curve.outcomes == ((0.4, "holds"), (0.5, "holds"), (0.7, "does not hold"))


def test_another_threshold_takes_its_place_in_the_family() -> None:
    def rule(low: float) -> Decide:
        return difference_within(sample("topoae"), sample("ae"), low=low)

    threshold = Threshold("gain", 0.0, (0.05,), "No gain at all.", rule)
    values = [0.1, 0.2, 0.14, 0.16, 0.13]
    evidence = Table().benchmark("nesting", topoae=values, ae=[0.0] * 5).evidence()
    of = conclusion(threshold.decide, thresholds=(threshold,))
    (reading,) = examine(of, evidence, perturb(evidence)).readings
    # Both are corrected as a family of one.
    assert reading.firmness is not None
    assert reading.outcome == rule(0.05)(evidence).outcome == "holds"


def test_without_evidence_or_repetitions_nothing_is_examined() -> None:
    assert found(above(0.5), Evidence()).firmness is None
    one = Table().benchmark("nesting", topoae=[0.9]).evidence()
    judged = found(above(0.5), one)
    assert (judged.outcome, judged.firmness) == ("not decidable", None)
    assert "one repetition has no interval" in judged.explanation


def test_what_other_evidence_lacks_is_no_other_outcome() -> None:
    def at(share: float) -> Decide:
        metric = "nesting" if share == 1.0 else "rmse"
        return sample_within(sample("topoae", Quantity(metric)), low=0.5)

    threshold = Threshold("share", 1.0, (2.0,), "A few.", at, unit="%")
    evidence = Table().benchmark("nesting", topoae=0.9).evidence()
    of = conclusion(threshold.decide, thresholds=(threshold,))
    failed = Table().benchmark("nesting", topoae=0.9).failed("no memory").evidence()
    (judged,) = examine(of, evidence, {"the second-best trial": [Changed(failed)]}).readings
    assert judged.firmness == Firmness("firm")
    # With a value that is there, the same threshold is a curve.
    both = Table().benchmark("nesting", topoae=0.9).benchmark("rmse", topoae=0.1).evidence()
    (judged,) = examine(of, both, {}).readings
    assert judged.firmness is not None
    assert judged.firmness.changed_by == ("share: 2 %",)
    assert judged.firmness.curves[0].outcomes == ((1.0, "holds"), (2.0, "does not hold"))


def test_a_fact_of_one_repetition_is_firm() -> None:
    loss = theory_sample("figure_4", "loss")
    rule = every_value_within([lambda each: each.values(loss)], "loss", low=0, high=0)
    judged = found(rule, Table().theory("figure_4", loss=[0.0]).evidence())
    assert judged.outcome == "holds"
    assert judged.firmness is not None
    assert judged.firmness.word == "firm"


def test_dominance_is_counted_where_many_tie() -> None:
    ae = [0.5] * 10
    topoae = [0.5] * 4 + [0.51, 0.9, 0.52, 0.51, 0.6, 0.51]
    evidence = Table().benchmark("nesting", ae=ae, topoae=topoae).evidence()
    judged = found(better("topoae"), evidence)
    assert judged.outcome == "holds"
    assert "6 above, 0 below, 4 equal" in judged.explanation
    few = Table().benchmark("nesting", ae=ae[:5], topoae=topoae[2:7]).evidence()
    assert "so few show nothing" in found(better("topoae"), few).explanation


def test_views_keep_what_is_known_and_change_nothing_else() -> None:
    evidence = Table().benchmark("nesting", topoae=[0.1, 0.2, 0.3]).evidence()
    topoae = sample("topoae")
    assert evidence.without(1).values(topoae).index.tolist() == [0, 2]
    assert evidence.without(7).values(topoae).index.tolist() == [0, 1, 2]
    assert evidence.halved(0).values(topoae).tolist() == [0.1, 0.2]
    assert evidence.halved(1).values(topoae).tolist() == [0.2, 0.3]
    assert evidence.values(topoae).index.name == "draw"
    assert evidence.n_repetitions == 3
    calls = []

    def measure(seen: Evidence) -> object:
        calls.append(seen)
        return seen.values(topoae)

    for seen in (evidence, evidence.without(0), evidence.halved(1).uncorrected()):
        seen.measured(measure)  # type: ignore[arg-type]
    assert len(calls) == 1


def test_a_comparison_of_two_readings_counts_once() -> None:
    rules = [better("topoae"), better("topoae"), better("umap"), above(0.5)]
    family = family_of(rules)
    assert family == {
        Contrast(Difference(sample(method), sample("ae")), 0) for method in ("topoae", "umap")
    }


def test_a_measure_without_a_number_is_missing_evidence() -> None:
    evidence = Table().benchmark("rmse", ae=[0.0, 1.0]).evidence()
    rule = mean_within(lambda seen: 1 / seen.values(sample("ae", RMSE)), "inverse", high=2)
    judged = found(rule, evidence)
    assert (judged.outcome, judged.firmness) == ("not decidable", None)
    assert judged.explanation == "what is asked has no finite value in repetition 0."
