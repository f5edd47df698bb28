"""What the explorer reads."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.topo.report.synthetic_report import CYCLE, LOOPS, PERPLEXITIES, synthetic_report
from topo.homology.pairing import deaths
from topo.metrics.compute.space import pairwise_distances
from topo.report import ReportEmbedding
from topo.report.alignment import procrustes
from topo.report.explorer import explorer_data
from topo.report.settings import Key, Names, names
from topo.scores import Hyperparameters

CONTENT = synthetic_report()
DATA = explorer_data(CONTENT.inputs, CONTENT.embeddings, CONTENT.scores)


def item(**wanted: str) -> dict[str, Any]:
    """The first item of some names."""
    found = (each for each in DATA["items"] if wanted.items() <= each.items())
    return next(found)


def decode(text: str, dtype: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype)


def find(embeddings: Sequence[ReportEmbedding], **wanted: object) -> ReportEmbedding:
    """The first embedding of some names."""
    return next(e for e in embeddings if all(getattr(e, k) == v for k, v in wanted.items()))


def plane(found: dict[str, Any]) -> NDArray[np.float64]:
    left, bottom, side = found["square"]
    steps = decode(found["points"], "<u2").reshape(-1, 2).astype(np.float64)
    return np.asarray(steps / 65535 * side + [left, bottom])


def shades(written: dict[str, Any]) -> NDArray[np.float64]:
    return np.asarray(decode(written["values"], "u1") / 255 * written["top"])


def test_points_come_back_within_a_step() -> None:
    embedding = CONTENT.embeddings[0]
    found = item(dataset="SPHERES", series="t-SNE", sample="split 0")
    step = found["square"][2] / 65535
    assert np.abs(plane(found) - embedding.points).max() <= 0.51 * step


def test_deaths_come_back_where_no_points_tell_them() -> None:
    found = item(dataset="Digits", series="UMAP", sample="split 1")
    embedding = find(CONTENT.embeddings, dataset="digits", method="umap", split=1)
    assert np.array_equal(decode(found["deaths"], "<f4"), embedding.deaths.astype(np.float32))
    assert [found[name] for name in ("tree", "asked", "trust", "loss")] == [None] * 4


def test_trees_are_those_whose_edges_are_the_deaths() -> None:
    found, side = item(dataset="SPHERES", series="PCA", sample="split 1"), DATA["inputs"][1]
    embedding = find(CONTENT.embeddings, dataset="spheres", method="pca", split=1)
    given = CONTENT.inputs[1].points
    assert given is not None
    for tree, points in ((side["tree"], given), (found["tree"], embedding.points)):
        parents = decode(tree, "<u2")
        edges = np.flatnonzero(parents != np.arange(len(parents)))
        lengths = np.linalg.norm(points[edges] - points[parents[edges]], axis=1)
        expected = deaths(pairwise_distances(np.asarray(points, dtype=np.float64)))
        assert np.sort(lengths) == pytest.approx(expected)
    asked = np.linalg.norm(given - given[decode(found["tree"], "<u2")], axis=1)
    assert np.abs(shades(found["asked"]) - asked).max() <= 0.51 * asked.max() / 255


def test_labels_come_back() -> None:
    side = DATA["inputs"][0]
    titles = np.array(side["classes"])[decode(side["labels"], "<u2")]
    given = CONTENT.inputs[0]
    assert titles.tolist() == ["outer" if y == given.outer else str(y) for y in given.labels]
    assert side["classes"][side["outer"]] == "outer"
    assert len(set(filter(None, side["colours"]))) == len(side["classes"]) - 2


def test_pictures_come_back_with_their_licence() -> None:
    place = next(i for i, each in enumerate(CONTENT.inputs) if each.images is not None)
    written, given = DATA["inputs"][place], CONTENT.inputs[place]
    packed = decode(written["images"]["pixels"], "u1")
    pixels = np.stack([packed >> shift & 3 for shift in (6, 4, 2, 0)], axis=1).ravel()
    assert np.array_equal(pixels.reshape(-1, 4, 4), given.images)
    assert (written["images"]["height"], written["licence"]) == (4, "Nobody's.")
    assert DATA["inputs"][0]["images"] is None


def test_loops_come_back_longest_first_with_their_cycles() -> None:
    side = next(each for each in DATA["inputs"] if each["loops"])
    assert decode(side["loops"], "<f4").tolist() == LOOPS[::-1].ravel().tolist()
    (cycle,) = side["cycles"]
    assert (cycle["birth"], cycle["death"]) == tuple(LOOPS[1])
    assert decode(cycle["edges"], "<u2").tolist() == CYCLE.ravel().tolist()
    carried = decode(item(dataset="Digits", series="AE", sample="split 0")["carried"], "<f4")
    assert carried[1] / carried[0] == LOOPS[1, 1] / LOOPS[1, 0]
    assert item(dataset="MNIST", series="AE", sample="split 0")["loops"] is None


def test_series_of_one_sample_keep_their_points_in_place() -> None:
    steps = [each for each in DATA["items"]
             if (each["series"], each["sample"]) == ("t-SNE over perplexity", "split 0")
             and each["dataset"] == "SPHERES"]  # fmt: skip
    turned = [plane(each) @ np.reshape(each["turn"], (2, 2)) for each in steps]
    assert len(turned) == len(PERPLEXITIES)
    for before, after in pairwise(turned):
        assert np.abs(procrustes(after, before) - np.eye(2)).max() < 1e-3


def test_scores_belong_to_their_embedding() -> None:
    found = item(dataset="MNIST", series="UMAP", sample="split 1")
    scores = CONTENT.scores
    rows = scores[
        (scores["stage"] == "benchmark")
        & (scores["dataset"] == "mnist")
        & (scores["method"] == "umap")
        & (scores["split"] == 1)
    ]
    assert [value for value in found["values"] if value is not None] == rows["value"].tolist()
    assert len(found["values"]) == len(DATA["metrics"])


def test_metrics_have_their_names_and_directions() -> None:
    shown = {(each["name"], each["scaling"]): each["arrow"] for each in DATA["metrics"]}
    assert shown["Trustworthiness", ""] == "↑"
    assert shown["Sliced Wasserstein distance", "its sum"] == "↓"
    assert shown["Sliced Wasserstein distance", "0 (empty diagram)"] == ""


def test_what_failed_is_listed_with_its_reason() -> None:
    failed = item(dataset="SPHERES", series="AE", sample="split 1")
    assert failed["points"] is None
    assert set(failed["reasons"].values()) == {"failed: ran longer than its limit of 60 s"}
    unavailable = item(dataset="SPHERES, 2x")
    assert unavailable["input"] is None
    assert next(iter(unavailable["reasons"].values())).startswith("unavailable: its files")


def steps(series: str, sample: str) -> list[str]:
    return [
        each["step"]
        for each in DATA["items"]
        if (each["dataset"], each["series"], each["sample"]) == ("SPHERES", series, sample)
    ]


def test_a_draw_is_named_where_it_is_not_the_first() -> None:
    key = Key("benchmark", "spheres", "ae", 3, 3, 0, Hyperparameters())
    assert [key.sample, key._replace(draw=0).sample] == ["draw 3, split 3", "split 3"]


def test_sweep_is_a_slider_over_perplexity() -> None:
    found = steps("t-SNE over perplexity", "split 1")
    assert found == [f"perplexity {each}" for each in PERPLEXITIES]


def test_model_seeds_are_a_slider_where_there_are_several() -> None:
    assert steps("t-SNE", "split 0") == ["model seed 0", "model seed 1"]
    assert steps("t-SNE", "split 1") == [""]


def test_steps_name_only_what_differs_and_stand_in_order() -> None:
    given = [Hyperparameters.of({"epochs": n, "lam": 1.5}) for n in (100, 20)]
    # Two draws that share a split: one has more epochs, and neither is a step of the other.
    keys = [
        Key("sweep", "spheres", "topoae", draw, 0, 0, each) for each in given for draw in (1, 0)
    ]
    found = names(keys)
    assert {each.series for each in found.values()} == {"TopoAE over epochs"}
    assert [(key.draw, each.step) for key, each in found.items()] == [
        (0, "epochs 20"), (0, "epochs 100"), (1, "epochs 20"), (1, "epochs 100"),
    ]  # fmt: skip
    # One embedding per repetition needs no setting, however its hyperparameters were chosen.
    assert set(names([keys[0], keys[3]]).values()) == {Names("TopoAE", "")}


def test_lists_and_numbers_are_described_as_params_yaml_has_them() -> None:
    chosen = Hyperparameters.of({"hidden": [32, 16], "lam": 1.0, "epochs": 20})
    key = Key("benchmark", "spheres", "topoae", 0, 0, 0, chosen)
    assert key.describe() == "epochs 20, hidden layers [32, 16], λ 1"


@pytest.mark.parametrize("span", [0.0, 1e-300, 1e300])
def test_degenerate_embeddings_are_written(span: float) -> None:
    embedding = CONTENT.embeddings[0]
    points = np.zeros_like(embedding.points)
    points[0] = span
    data = explorer_data(
        CONTENT.inputs,
        [replace(embedding, points=points, deaths=np.empty(0))],
        CONTENT.scores,
    )
    json.dumps(data, allow_nan=False)
    largest = decode(data["items"][0]["points"], "<u2").max()
    assert largest == (65535 if span else 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"points": np.zeros((3, 2))}, r"spheres, tsne, 0, 0, 0, \{\} must have one plane point"),
        ({"points": np.full((40, 2), np.nan)}, "must have finite points and deaths"),
        ({"deaths": np.array([np.inf])}, "must have finite points and deaths"),
        ({"split": 7}, "has no scores: add its rows"),
    ],
)
def test_embeddings_that_do_not_fit(changes: dict[str, Any], words: str) -> None:
    embedding = replace(CONTENT.embeddings[0], **changes)
    with pytest.raises(ValueError, match=words):
        explorer_data(CONTENT.inputs, [embedding], CONTENT.scores)


def test_embedding_without_its_input() -> None:
    with pytest.raises(ValueError, match="has no input: add that of its draw and split"):
        explorer_data([], CONTENT.embeddings[:1], CONTENT.scores)


def test_nothing_may_be_there_twice() -> None:
    with pytest.raises(ValueError, match="embeddings must differ, got 2 of"):
        explorer_data(CONTENT.inputs, CONTENT.embeddings[:1] * 2, CONTENT.scores)
    with pytest.raises(ValueError, match="inputs must differ, got 2 of"):
        explorer_data(CONTENT.inputs * 2, CONTENT.embeddings, CONTENT.scores)
