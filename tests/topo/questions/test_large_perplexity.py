"""Runs of t-SNE on nested spheres: measured, set side by side, told by what should tell them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.topo.questions.small import SMALL
from topo.metrics.nesting import nesting
from topo.questions.large_perplexity import CloudPart, LargePerplexity, Nested
from topo.questions.prediction import main_size, runs_of_tsne, split_draws, told_right
from topo.theory.base import TheoryValue
from topo.theory.rows import THEORY, TheoryRow

PARAMS = SMALL["large_perplexity"]
NESTED = Nested(**PARAMS["nested"])


def rows(values: list[TheoryValue]) -> pd.DataFrame:
    return THEORY.frame(
        TheoryRow(
            "large_perplexity", each.case.partition("/")[2], each.metric, each.dimension,
            each.repetition, 0, each.value, "ok", "",
        )
        for each in values
    )  # fmt: skip


@pytest.fixture(scope="module")
def part() -> CloudPart:
    found = LargePerplexity(**PARAMS).parts()["spheres/n=60/draw=0"]
    assert isinstance(found, CloudPart)
    return found


def test_a_part_for_every_cloud() -> None:
    parts = LargePerplexity(**PARAMS).parts()
    assert list(parts) == ["spheres/n=60/draw=0", "spheres/n=60/draw=1", "spheres/n=90/draw=0"]
    assert parts["spheres/n=90/draw=0"].cost() > parts["spheres/n=60/draw=0"].cost()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"shares": [0.05, 1.0]}, "less than 1"),
        ({"shares": [0.05]}, "at least 2 items"),
        (
            {"clouds": {"spheres": {"outer_per_inner": 1.0, "sizes": [60, 90], "draws": [2]}}},
            "each of the 2 sizes how many clouds",
        ),
    ],
)
def test_parameters_that_cannot_be(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        LargePerplexity(**PARAMS | change)


@pytest.mark.parametrize(("ratio", "inner"), [(1.0, 45), (2.0, 30)])
def test_clouds_have_so_many_outer_points_for_each_inner_one(ratio: float, inner: int) -> None:
    cloud = NESTED.draw(90, ratio, seed=0)
    assert len(cloud.X) == 90
    assert np.sum(cloud.y != cloud.outer) == inner


def test_runs_are_set_side_by_side_and_kept(part: CloudPart) -> None:
    found = part.compute({}, seed=0)
    assert found.values == part.compute({}, seed=0).values
    assert len({each[:4] for each in found.values}) == len(found.values)
    runs = runs_of_tsne(rows(found.values)).set_index(["share", "run"])
    # Three starts with exaggeration and without, and three ways to change ties.
    assert len(runs) == 2 * (6 + 3)
    measured = ["nesting", "kl", "spectral_1", "spectral_2", "linear_1", "linear_2", "evenness"]
    starts = runs[runs.index.get_level_values("run").str.startswith("start=")]
    assert starts[measured].notna().all(axis=None)
    assert (starts["spectral_1"] >= starts["spectral_2"]).all()
    exaggerated = starts.index.get_level_values("run").str.endswith("kept")
    assert (starts["explored_extent"].notna() == exaggerated).all()
    # Ties are more even at the higher perplexity: of all classes alike it is 1.
    by_share = starts["evenness"].groupby("share").first()
    assert 1 / 3 <= by_share[0.05] < by_share[0.5] <= 1
    # At the least perplexity its own ties change nothing but the order of sums.
    run = (0.05, "ties=least")
    same = (0.05, "start=random/exaggeration=kept")
    assert runs["nesting"][run] == pytest.approx(runs["nesting"][same], abs=0.3)
    picture = found.arrays["share=0.5/start=pca/exaggeration=kept"].astype(np.float64)
    expected = nesting(picture, found.arrays["labels"], outer=3)
    assert runs["nesting"][0.5, "start=pca/exaggeration=kept"] == expected
    assert len(found.arrays["deaths"]) == 59


def test_pictures_of_the_first_draw_alone_are_kept(part: CloudPart) -> None:
    assert not part.model_copy(update={"draw": 1}).compute({}, seed=0).arrays


def made(wrong: int = 0) -> pd.DataFrame:
    """Four draws of ten runs each; in the last two draws so many are told wrong by x."""
    frame = pd.DataFrame(
        [(draw, run, 0.9 if run >= 5 else 0.1) for draw in range(4) for run in range(10)],
        columns=["draw", "number", "nesting"],
    )
    is_wrong = (frame["draw"] >= 2) & (frame["number"] < wrong)
    return frame.assign(x=np.where(is_wrong, 0.8, frame["nesting"]))


@pytest.mark.parametrize(("wrong", "expected"), [(0, 1.0), (2, 0.8), (5, 0.5)])
def test_share_told_right_by_hand(wrong: int, expected: float) -> None:
    fitted, fresh = split_draws(made(wrong))
    assert set(fitted["draw"]) == {0, 1}
    told = told_right(fitted, fresh, ["x"])
    assert told.to_dict() == pytest.approx({2: expected, 3: expected})


def test_both_outcomes_count_alike_and_one_alone_is_all() -> None:
    fitted, fresh = split_draws(made(2))
    few = fresh[(fresh["number"] < 5) | (fresh["number"] == 9)]
    assert told_right(fitted, few, ["x"]).tolist() == pytest.approx([0.8, 0.8])
    assert told_right(fitted, fresh[fresh["number"] < 5], ["x"]).tolist() == pytest.approx(
        [0.6, 0.6]
    )


def test_a_number_without_the_outcome_in_it_tells_nothing() -> None:
    fitted, fresh = split_draws(made())
    assert told_right(
        fitted.assign(x=fitted["number"] % 5), fresh.assign(x=fresh["number"] % 5), ["x"]
    ).tolist() == pytest.approx([0.5, 0.5], abs=0.2)


def test_the_main_size_has_most_draws_and_of_ties_is_the_largest() -> None:
    runs = pd.DataFrame({"kind": "a", "n": [60, 60, 90, 90, 120], "draw": [0, 1, 0, 1, 0]})
    assert main_size(runs, "a") == 90
    with pytest.raises(ValueError, match=r"runs of b are required, got those of \['a'\]"):
        main_size(runs, "b")
