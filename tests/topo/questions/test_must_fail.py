"""Questions on data on which t-SNE must fail: what they measure, where it is known."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from pydantic import ValidationError

from tests.topo.questions.small import SMALL, answer, small
from topo.datasets.far_point import FarPoint
from topo.questions import QUESTIONS
from topo.questions.base import Findings
from topo.questions.far_point import measure
from topo.questions.search import Confirmed, Trial
from topo.theory import EXPERIMENTS
from topo.theory.base import TheoryValue

NAMES = ("far_point", "shifted_squares", "poison_point", "search")
every_question = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def computed() -> dict[str, dict[str, Findings]]:
    return {name: answer(small(name), seed=1) for name in NAMES}


def numbers(findings: dict[str, Findings], metric: str, dimension: int | None = None):
    return {
        (value.case.partition("/")[2], value.repetition): value.value
        for each in findings.values()
        for value in each.values
        if (value.metric, value.dimension) == (metric, dimension)
    }


def test_no_question_has_the_name_of_an_experiment() -> None:
    assert not QUESTIONS.keys() & EXPERIMENTS.keys()


@pytest.mark.parametrize("name", SMALL)
def test_small_parameters_are_those_of_every_question_and_it_has_a_plan(name: str) -> None:
    assert SMALL.keys() == QUESTIONS.keys()
    question = small(name)
    plan = question.plan()
    assert all(cost > 0 for costs in plan for cost in costs.values())
    assert list(plan[0]) == list(next(question.rounds(seed=1)))


def test_search_has_the_rounds_that_it_plans(computed) -> None:
    assert list(computed["search"]) == [name for costs in small("search").plan() for name in costs]


@every_question
def test_values_are_finite_and_named_once(name: str, computed) -> None:
    values = [value for each in computed[name].values() for value in each.values]
    assert all(type(each.value) is float and np.isfinite(each.value) for each in values)
    keys = [each[:4] for each in values]
    assert len(set(keys)) == len(keys)
    assert {each.case.split("/")[0] for each in values} == {name}
    assert {each.repetition for each in values} == {0, 1}


@every_question
def test_parts_are_made_of_what_they_say_and_give_the_same_again(name: str, computed) -> None:
    key, part = next(iter(next(small(name).rounds(seed=1)).items()))
    # As a unit has them: through JSON.
    again = type(part)(**part.model_dump(mode="json"))
    assert again == part and part.cost() > 0
    found = again.compute({}, seed=1)
    before = computed[name][key]
    assert found.values == before.values and found.arrays.keys() == before.arrays.keys()
    for each, array in found.arrays.items():
        np.testing.assert_array_equal(array, before.arrays[each])


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("far_point", ("perplexities",), "raise far_point.size"),
        ("shifted_squares", ("perplexities",), "raise points.size"),
        ("poison_point", ("perplexities",), "raise poison_point.n_per_cluster"),
        ("search", ("rivals", "perplexities"), "raise family.size"),
    ],
)
def test_perplexity_must_be_below_the_points(name: str, place: tuple[str, ...], words: str) -> None:
    given = copy.deepcopy(SMALL[name])
    inner = given
    for each in place[:-1]:
        inner = inner[each]
    inner[place[-1]] = (100.0,)
    with pytest.raises(ValidationError, match=words):
        QUESTIONS[name](**given)


def test_search_refuses_ranges_that_do_not_rise_and_more_neighbours_than_points() -> None:
    given = copy.deepcopy(SMALL["search"])
    name = next(iter(given["search"]))
    low, high = given["search"][name]
    given["search"] = {**given["search"], name: (high, low)}
    with pytest.raises(ValidationError, match=f"search.{name} must rise"):
        QUESTIONS["search"](**given)
    given = copy.deepcopy(SMALL["search"])
    given["rivals"] = {**given["rivals"], "umap": {"n_neighbors": 1000}}
    with pytest.raises(ValidationError, match="n_neighbors must be below"):
        QUESTIONS["search"](**given)


def test_measure_of_a_far_point_made_by_hand() -> None:
    # Steps of 1 on a line, and a point 6 beyond its end.
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [8.0, 0.0]])
    found = measure(points)
    assert found["margin", None] == pytest.approx(3.0, rel=1e-5)
    assert found["gap", 0] == pytest.approx(6.0)
    # Distances 1, 1, 2, 6, 7, 8: their median is 4.
    assert found["longest_bar", 0] == pytest.approx(6 / 4)
    assert found["longest_bar", 1] == 0.0


def test_far_point_stays_within_the_bound_and_pca_beyond(computed) -> None:
    margins = numbers(computed["far_point"], "margin")
    (bound,) = set(numbers(computed["far_point"], "bound").values())
    assert margins["input", 0] > bound and margins["pca", 0] > bound
    of_tsne = [value for (case, _), value in margins.items() if case.startswith("tsne")]
    assert len(of_tsne) == 2 * 3 * 2 and max(of_tsne) < bound


def test_shifted_squares_have_one_picture(computed) -> None:
    found = computed["shifted_squares"]
    assert max(numbers(found, "probability_error").values()) <= 1e-6
    assert max(numbers(found, "picture_difference").values()) <= 1e-6
    ratios = numbers(found, "death_ratio", 0)
    assert ratios["shift=0/input", 0] > 1.5 and ratios["shift=1000/input", 0] < 1.01


def test_point_between_clusters_is_left_out_of_their_silhouette(computed) -> None:
    found = computed["poison_point"]
    for metric in ("silhouette_with", "silhouette_without"):
        values = numbers(found, metric)
        assert ("tsne/perplexity=5", 0) in values and ("tsne/run on/perplexity=5", 0) in values
    with_, without = (numbers(found, f"silhouette_{each}") for each in ("with", "without"))
    assert with_["input", 0] == without["input", 0]


def test_search_judges_its_best_trial_on_fresh_draws(computed) -> None:
    found = computed["search"]
    gaps = numbers(found, "gap")
    assert sum(case.startswith("nesting/trial=") for case, _ in gaps) == 3
    rivals = ("tsne", "umap", "ae", "pca")
    best = {name: numbers(found, name) for name in ("topoae", *rivals)}
    for key, gap in gaps.items():
        others = max(best[name][key] for name in rivals)
        assert gap == pytest.approx(best["topoae"][key] - others)
    assert gaps["nesting/confirmed", 0] != gaps["nesting/confirmed", 1]


def of_gaps(gaps: dict[str, float]) -> dict[str, Findings]:
    return {name: Findings([TheoryValue("", "gap", None, 0, gap)]) for name, gap in gaps.items()}


def test_search_goes_on_without_trials_that_failed() -> None:
    rounds = small("search").rounds(seed=1)
    first = next(rounds)
    assert list(first) == [f"{each}/trial={n}" for each in ("nesting", "nts_m") for n in (0, 1)]
    assert list(rounds.send(of_gaps({"nesting/trial=1": 0.5}))) == [
        "nesting/trial=2",
        "nts_m/trial=2",
    ]
    fresh = rounds.send(of_gaps({"nesting/trial=2": 0.4}))
    assert list(fresh) == ["nesting/draw=0", "nesting/draw=1"]
    best, drawn = first["nesting/trial=1"], fresh["nesting/draw=1"]
    assert isinstance(best, Trial) and isinstance(drawn, Confirmed)
    assert drawn.dataset == best.dataset.drawn(2)


def test_margin_of_the_dataset_is_the_one_asked_for() -> None:
    from pathlib import Path

    from topo.questions.margins import separating_margin

    X = FarPoint(size=100, dimension=20, margin=7.0, seed=3).load(Path()).X.astype(np.float64)
    assert separating_margin(X[-1], X[:-1]) == pytest.approx(7.0, rel=1e-5)
    assert np.linalg.norm(X[:-1], axis=1).max() <= 1 + 1e-6
