"""What the explorer reads."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.topo.report.synthetic_report import PERPLEXITIES, synthetic_report
from topo.report.explorer import explorer_data
from topo.report.settings import Key, settings
from topo.scores import Hyperparameters

CONTENT = synthetic_report()
DATA = explorer_data(CONTENT.inputs, CONTENT.embeddings, CONTENT.scores)


def item(**wanted: str) -> dict[str, Any]:
    """The first item of some names."""
    found = (each for each in DATA["items"] if wanted.items() <= each.items())
    return next(found)


def decode(text: str, dtype: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype)


def test_points_come_back_within_a_step() -> None:
    embedding = CONTENT.embeddings[0]
    found = item(stage="Benchmark", dataset="SPHERES", method="t-SNE", repetition="split 0")
    left, bottom, side = found["square"]
    steps = decode(found["points"], "<u2").reshape(-1, 2).astype(np.float64)
    points = steps / 65535 * side + [left, bottom]
    assert np.abs(points - embedding.points).max() <= 0.51 * side / 65535
    assert np.array_equal(decode(found["deaths"], "<f4"), embedding.deaths.astype(np.float32))


def test_labels_come_back() -> None:
    side = DATA["inputs"][0]
    names = np.array(side["classes"])[decode(side["labels"], "<u2")]
    given = CONTENT.inputs[0]
    assert names.tolist() == ["outer" if y == given.outer else str(y) for y in given.labels]
    assert side["classes"][side["outer"]] == "outer"
    assert len(set(filter(None, side["colours"]))) == len(side["classes"]) - 2


def test_scores_belong_to_their_embedding() -> None:
    found = item(stage="Benchmark", dataset="MNIST", method="UMAP", repetition="split 1")
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
    failed = item(stage="Benchmark", dataset="SPHERES", method="AE", repetition="split 1")
    assert failed["points"] is None
    assert set(failed["reasons"].values()) == {"failed: ran longer than its limit of 60 s"}
    unavailable = item(dataset="SPHERES, 2x")
    assert unavailable["input"] is None
    assert next(iter(unavailable["reasons"].values())).startswith("unavailable: its files")


def test_sweep_is_told_apart_by_perplexity() -> None:
    found = [each["setting"] for each in DATA["items"] if each["stage"] == "Sweep"]
    assert list(dict.fromkeys(found)) == [f"perplexity {each}" for each in PERPLEXITIES]
    assert {each["setting"] for each in DATA["items"] if each["stage"] == "Benchmark"} == {""}


def test_model_seeds_are_repetitions_of_their_own() -> None:
    found = [
        each["repetition"]
        for each in DATA["items"]
        if (each["stage"], each["dataset"], each["method"]) == ("Benchmark", "SPHERES", "t-SNE")
    ]
    assert found == ["split 0", "split 1", "split 0, seed 1"]


def test_a_draw_is_named_where_it_is_not_the_first() -> None:
    key = Key("benchmark", "spheres", "ae", 3, 3, 0, Hyperparameters())
    assert [key.repetition, key._replace(draw=0, model_seed=1).repetition] == [
        "draw 3, split 3",
        "split 3, seed 1",
    ]


def test_settings_name_only_what_differs() -> None:
    keys = [
        Key(
            "sweep",
            "spheres",
            "topoae",
            split,
            split,
            0,
            Hyperparameters.of({"epochs": epochs, "lam": 1.5}),
        )
        for epochs in (20, 100)
        for split in (0, 1)
    ]
    assert set(settings(keys).values()) == {"epochs 20", "epochs 100"}
    # One embedding per repetition needs no setting, however its hyperparameters were chosen.
    assert set(settings([keys[0], keys[3]]).values()) == {""}


def test_lists_and_numbers_are_described_as_params_yaml_has_them() -> None:
    chosen = Hyperparameters.of({"hidden": [32, 16], "lam": 1.0, "epochs": 20})
    key = Key("benchmark", "spheres", "topoae", 0, 0, 0, chosen)
    assert key.describe() == "epochs 20, hidden [32, 16], lam 1"


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
