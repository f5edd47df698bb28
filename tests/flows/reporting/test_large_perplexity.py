"""The page's part on large perplexities, from a run of the question on small clouds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.reporting.large_perplexity import (
    _answer,
    draw_large_perplexity,
    explore_large_perplexity,
    find_large_perplexity,
)
from flows.reporting.results import Results
from flows.reporting.samples import text
from tests.flows.reporting.test_findings import results
from topo.inference import MeanInterval, mean_interval
from topo.params import load_params
from topo.questions.large_perplexity import LargePerplexity, Nested
from topo.report import ReportEmbedding
from topo.statements import Evidence, MissingEvidenceError
from topo.theory.rows import THEORY, TheoryRow

PARAMS = load_params(Path("params.yaml"))


@pytest.fixture(scope="module")
def found() -> Results:
    """Two draws of sixty points at two perplexities."""
    question = LargePerplexity(
        shares=(0.05, 0.375),
        nested=Nested(n_inner=3, dimension=40, inner_radius=5.0, outer_radius=25.0, centre_std=1.0),
        clouds={"spheres": {"outer_per_inner": 1.0, "sizes": (60,), "draws": (2,)}},  # type: ignore[dict-item]
    )
    rows, arrays = [], {}
    for name, part in question.parts().items():
        ended = part.compute({}, seed=0)
        arrays |= {f"{name}/{key}": each for key, each in ended.arrays.items()}
        rows += [
            TheoryRow(
                "large_perplexity", each.case.partition("/")[2], each.metric, None,
                each.repetition, 0, each.value, "ok", "",
            )
            for each in ended.values
        ]  # fmt: skip
    return replace(
        results(), questions=THEORY.frame(rows), question_arrays={"large_perplexity": arrays}
    )


def test_figures_of_all_runs(found: Results) -> None:
    drawn = {each.name: each for each in draw_large_perplexity(found)}
    assert list(drawn)[:2] == ["large-perplexity-nesting", "large-perplexity-planes"]
    assert {each.section for each in drawn.values()} == {"questions"}
    # Of two perplexities, six runs and three with changed ties.
    assert len(drawn["large-perplexity-nesting"].data) == 2 * (6 + 3)


def test_the_finding_says_the_means(found: Results) -> None:
    _, finding = find_large_perplexity(found, Evidence(questions=found.questions))
    table = found.questions
    case = "spheres/n=60/share=0.375/start=random/exaggeration=kept"
    is_it = (table["case"] == case) & (table["quantity"] == "nesting")
    mean = text(mean_interval(table.loc[is_it, "value"]))
    assert f"nesting is {mean} from noise" in finding.sentence
    assert "clouds of 60 points (n = 2): perplexity 22.5 stands for 750 of 2,000." in (
        finding.sentence
    )
    assert "left-step=perplexity+22.5" in finding.view


@pytest.mark.parametrize(
    ("few", "begins", "has"),
    [
        (0.1, "Because at that perplexity each outer point", "in effect to 80 % of them."),
        (0.9, "This run does not show why.", "The cause is neither the start nor early"),
    ],
)
def test_ties_are_the_cause_only_where_the_intervals_show_it(
    few: float, begins: str, has: str
) -> None:
    large = MeanInterval(0.9, 0.01, 10)
    found = dict.fromkeys(("start: PCA", "start: noise", "unexaggerated"), large)
    found["ties of few"] = MeanInterval(few, 0.01, 10)
    told = _answer(found, MeanInterval(0.8, 0.01, 10))
    assert told.startswith(begins) and has in told


def test_pictures_of_the_first_draw_from_every_start(found: Results) -> None:
    (side,), embeddings = explore_large_perplexity(PARAMS, found)
    assert len(side.labels) == 60 and len(side.deaths) == 59
    assert {_series(each) for each in embeddings} == {
        (start, perplexity)
        for start in ("the principal plane", "noise", "its eigenvectors")
        for perplexity in (3.0, 22.5)
    }


def _series(embedding: ReportEmbedding) -> tuple[str, float]:
    start = embedding.method.removeprefix("t-SNE from ")
    return start, embedding.hyperparameters.values["perplexity"]


def test_nothing_is_shown_of_a_run_without_it() -> None:
    without = results()
    assert not list(draw_large_perplexity(without))
    assert explore_large_perplexity(PARAMS, without) == ((), ())
    with pytest.raises(MissingEvidenceError, match="kept no pictures of large_perplexity"):
        find_large_perplexity(without, Evidence())
