"""What errors of params.yaml and of methods tell a person to do is done here, and helps."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dvc.utils.serialize import loads_yaml
from numpy.typing import NDArray

from topo.methods import METHODS, tsne
from topo.params import Params, ParamsError, load_params, parse_params
from topo.seeding import derive_seed

ROOT = Path(__file__).parents[2]
GONE = object()

Changes = Mapping[str, Any]

GOOD = (ROOT / "params.yaml").read_text()
REPOSITORY = loads_yaml(GOOD)
#: 12,000 points to embed, with all that refuses so many left out.
MANY_IMAGES = {
    "datasets.mnist.images": "train",
    "datasets.mnist.n_images": 60_000,
    "benchmark.datasets": ["spheres"],
    "tune.search.mnist": GONE,
    "tune.fewer": {},
    "sweep.datasets.mnist": GONE,
}
#: 400 points to embed where the ranges of `tune.search.mnist` reach 500.
FEW_IMAGES = {
    "datasets.mnist.n_images": 2000,
    "sweep.datasets.mnist": GONE,
}


def params(*changes: Changes) -> Params:
    """Return those of the repository with some changed, or left out."""
    given = copy.deepcopy(REPOSITORY)
    for place, value in (each for change in changes for each in change.items()):
        *parents, last = place.split(".")
        section = given
        for name in parents:
            section = section[name]
        if value is GONE:
            del section[last]
        else:
            section[last] = copy.deepcopy(value)
    return parse_params(given)


#: What is wrong, what is advised, and every way to follow it.
CASES: dict[str, tuple[Changes, str, Sequence[Changes]]] = {
    "unknown key": (
        {"benchmark.repetition": 3},
        "check its spelling",
        [{"benchmark.repetition": GONE, "benchmark.repetitions": 3}],
    ),
    "missing key": (
        {"benchmark.repetitions": GONE},
        "required, but not given",
        [{"benchmark.repetitions": 3}],
    ),
    "unknown name": (
        {"benchmark.methods": ["tnse"]},
        "did you mean 'tsne'",
        [{"benchmark.methods": ["tsne"]}],
    ),
    "another name": (
        {"benchmark.datasets": ["cubes"]},
        "valid: spheres,",
        [{"benchmark.datasets": ["spheres"]}],
    ),
    "name given twice": (
        {"benchmark.methods": ["tsne", "tsne"]},
        "name each once",
        [{"benchmark.methods": ["tsne"]}],
    ),
    "nothing under a name": (
        {"methods.pca": None},
        "write {} where there are none",
        [{"methods.pca": {}}],
    ),
    "no kind": (
        {"datasets.digits": None},
        "add the line `kind: digits` to digits",
        [{"datasets.digits": {"kind": "digits"}}],
    ),
    "truth value": (
        {"benchmark.repetitions": True},
        "write a number",
        [{"benchmark.repetitions": 3}],
    ),
    "infinite number": (
        {"methods.tsne.perplexity": float("inf")},
        "write another",
        [{"methods.tsne.perplexity": 30.0}],
    ),
    "whole number beyond floats": (
        {"tune.seed": -(2**60)},
        "write another",
        [{"tune.seed": -(2**53)}],
    ),
    "unprintable text": (
        {"benchmark.methods": ["tsne\n"]},
        "and none but these",
        [{"benchmark.methods": ["tsne"]}],
    ),
    "long text": (
        {"benchmark.methods": ["tsne" * 99]},
        "write fewer",
        [{"benchmark.methods": ["tsne"]}],
    ),
    "many values": (
        {"sweep.perplexities": [30] * 10_001},
        "write fewer",
        [{"sweep.perplexities": list(range(5, 104))}],
    ),
    "fractions": (
        {"split.fractions.test": 0.3},
        "change one of them",
        [{f"split.fractions.{name}": value} for name, value in {"train": 0.5, "test": 0.2}.items()],
    ),
    "subsamples": (
        {"sampling.n_points": 1001},
        "lower n_points or n_samples, or raise above",
        [{"sampling.n_points": 1000}, {"sampling.n_samples": 4}, {"sampling.above": 5005}],
    ),
    "small class": (
        {"datasets.spheres.n_points_per_inner": 2},
        "raise the dataset's size",
        [{"datasets.spheres.n_points_per_inner": 500}],
    ),
    "more images than there are": (
        {"datasets.mnist.n_images": 10_001},
        "lower it or choose other images",
        [{"datasets.mnist.n_images": 10_000}, {"datasets.mnist.images": "train"}],
    ),
    "more coordinates than fit": (
        {"datasets.spheres.n_points_per_inner": 10**5},
        "lower n_inner, n_points_per_inner, n_outer or dimension",
        [{"datasets.spheres.n_points_per_inner": 500}],
    ),
    "not described": (
        {"methods.umap": GONE},
        "describe it there, or name one of those described: ",
        [
            {"methods.umap": {"n_neighbors": 15}},
            {
                "benchmark.methods": ["tsne", "pca"],
                "tune.search.spheres.umap": GONE,
                "tune.search.mnist.umap": GONE,
                "tune.fewer.mnist.umap": GONE,
            },
        ],
    ),
    "no method left": (
        {"benchmark.datasets": ["digits"], "benchmark.leave_out": {"digits": list(METHODS)}},
        "leave fewer of them out, or leave digits out of datasets",
        [
            {"benchmark.leave_out": {"digits": ["tsne"]}},
            {"benchmark.datasets": ["spheres"]},
        ],
    ),
    "falling range": (
        {"tune.search.spheres.tsne.perplexity": [50, 5]},
        "change one of them",
        [{"tune.search.spheres.tsne.perplexity": ends} for ends in ([50, 60], [4, 5])],
    ),
    "dataset without a method": (
        {"tune.search.mnist": {}},
        "name one, or leave it out",
        [
            {"tune.search.mnist.umap": {"n_neighbors": [15, 50]}, "tune.fewer.mnist.topoae": GONE},
            {"tune.search.mnist": GONE, "tune.fewer": {}},
        ],
    ),
    "another budget for what is not tuned": (
        {"tune.search.mnist.umap": GONE},
        "fewer: umap is not tuned on mnist: name it in search, or leave it out there",
        [
            {"tune.search.mnist.umap": {"n_neighbors": [15, 50]}},
            {"tune.fewer.mnist.umap": GONE},
        ],
    ),
    "method without a range": (
        {"tune.search.spheres.tsne": {}},
        "give one a range, or leave tsne out",
        [{"tune.search.spheres.tsne.perplexity": [5, 50]}, {"tune.search.spheres.tsne": GONE}],
    ),
    "more random trials than trials": (
        {"tune.n_startup_trials": 13, "tune.fewer": {}},
        "lower it or raise n_trials",
        [{"tune.n_startup_trials": 12}, {"tune.n_trials": 13}],
    ),
    "more random trials than one study has": (
        {"tune.n_startup_trials": 6},
        "lower it or raise fewer.mnist.topoae.n_trials",
        [{"tune.n_startup_trials": 5}, {"tune.fewer.mnist.topoae.n_trials": 6}],
    ),
    "taken from what is not tuned": (
        {"tune.takes_from.digits": "spheres_2x"},
        "leave digits out there, or choose others; tuned are spheres, mnist",
        [
            {"tune.takes_from.digits": GONE},
            # Of its 360 points none has 500 neighbours.
            {"tune.takes_from.digits": "mnist", "tune.search.mnist.umap.n_neighbors": [15, 300]},
        ],
    ),
    "taken by what is tuned": (
        {"tune.takes_from.mnist": "spheres"},
        "leave mnist out there",
        [{"tune.takes_from.mnist": GONE}],
    ),
    "high perplexity": (
        {"sweep.perplexities": [5, 2000]},
        "lower the perplexity or raise the dataset's size",
        [
            {"sweep.perplexities": [5, 1999]},
            {"datasets.spheres.n_outer": 5010, "sweep.datasets.mnist": GONE},
        ],
    ),
    "many neighbours": (
        FEW_IMAGES,
        "lower n_neighbors or raise the dataset's size",
        [
            {"tune.search.mnist.umap.n_neighbors": [15, 399]},
            {"datasets.mnist.n_images": 2505},
        ],
    ),
    "many points in the comparison": (
        {**MANY_IMAGES, "benchmark.datasets": ["mnist"]},
        "use tsne_barnes_hut in its place (the sweep cannot), leave the dataset out or make",
        [
            {"benchmark.methods": ["tsne_barnes_hut", "umap"]},
            {"benchmark.datasets": ["spheres"]},
            {"datasets.mnist.n_images": 50_000},
        ],
    ),
    "many points in tuning": (
        {**MANY_IMAGES, "tune.search.mnist": {"tsne": {"perplexity": [5, 50]}}},
        "use tsne_barnes_hut in its place",
        [{"tune.search.mnist": {"tsne_barnes_hut": {"perplexity": [5, 50]}}}],
    ),
    "sweep without what the report draws of it": (
        {"sweep.metrics": ["kl_0.1"]},
        "got kl_0.1: add it",
        [{"sweep.metrics": ["kl_0.1", "sliced_wasserstein"]}],
    ),
    "many points in the sweep": (
        {**MANY_IMAGES, "sweep.datasets.mnist": {"repetitions": 1}},
        "(the sweep cannot), leave the dataset out",
        [{"sweep.datasets.mnist": GONE}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_advice_about_params_helps(case: str) -> None:
    wrong, advice, ways = CASES[case]
    with pytest.raises(ParamsError, match=re.escape(advice)):
        params(wrong)
    for way in ways:
        params(wrong, way)


def test_every_metric_that_is_named_can_be_optimised() -> None:
    with pytest.raises(ParamsError) as caught:
        params({"tune.objective": "bottleneck"})
    named = str(caught.value).partition("choose one of ")[2].split(", ")
    assert {"kl_0.1", "trustworthiness"} <= set(named)
    for name in named:
        params({"tune.objective": name})


def test_what_is_tuned_must_fit_the_larger_part_too() -> None:
    tuned: Changes = {
        **MANY_IMAGES,
        "split.fractions": {"train": 0.5, "validation": 0.4, "test": 0.1},
        "sweep.perplexities": [30],
        "tune.takes_from": {},
        "tune.fewer": {},
        "tune.search": {"mnist": {"tsne": {"perplexity": [5, 50]}}},
    }
    with pytest.raises(ParamsError, match="at most 10,000 points, got 24,000"):
        params(tuned)


@pytest.mark.parametrize(
    ("text", "advice", "better"),
    [
        ("- 1\n", "start from the file in the repository", ""),
        ("0: {}\n", "put it in quotation marks", ""),
        ("split: {}\n", "stands twice", ""),
        ("seed: !!int x\n", "write another value", ""),
        ("a: " + "[" * 1000 + "]" * 1000, "write it flat", ""),
    ],
)
def test_advice_about_the_file_helps(tmp_path: Path, text: str, advice: str, better: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text if text.startswith("-") else GOOD + text)
    with pytest.raises(ParamsError, match=advice):
        load_params(path)
    path.write_text(GOOD + better)
    load_params(path)


NETWORK: dict[str, Any] = {"hidden": (4,), "epochs": 1, "batch_size": 8, "learning_rate": 0.001}


def cloud(n: int, n_features: int = 3) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(size=(n, n_features))


def embed(name: str, fields: Changes, X: NDArray[Any], seed: int = 0) -> None:
    assert np.isfinite(METHODS[name](**fields).embed(X, X, seed=seed).points).all()


Way = Callable[[], None]

#: What is refused, what is advised, and every way to follow it.
EMBEDDINGS: dict[str, tuple[Way, str, Sequence[Way]]] = {
    "high perplexity": (
        lambda: embed("tsne", {"perplexity": 12}, cloud(12)),
        "lower the perplexity or raise the dataset's size",
        [
            lambda: embed("tsne", {"perplexity": 11.9}, cloud(12)),
            lambda: embed("tsne", {"perplexity": 12}, cloud(13)),
        ],
    ),
    "perplexity of two points": (
        lambda: embed("tsne_barnes_hut", {"perplexity": 2}, cloud(2)),
        "lower the perplexity",
        [lambda: embed("tsne_barnes_hut", {"perplexity": 1.9}, cloud(2))],
    ),
    "many neighbours": (
        lambda: embed("umap", {"n_neighbors": 15}, cloud(15)),
        "lower n_neighbors or raise the dataset's size",
        [
            lambda: embed("umap", {"n_neighbors": 14}, cloud(15)),
            lambda: embed("umap", {"n_neighbors": 15}, cloud(16)),
        ],
    ),
    "too few points for any number of neighbours": (
        lambda: embed("umap", {"n_neighbors": 2}, cloud(3)),
        "got 3: raise the dataset's size",
        [lambda: embed("umap", {"n_neighbors": 2}, cloud(4))],
    ),
    "one point": (
        lambda: embed("pca", {}, cloud(1)),
        "raise the dataset's size",
        [lambda: embed("pca", {}, cloud(2))],
    ),
    "one feature": (
        lambda: embed("pca", {}, cloud(20, 1)),
        "choose an autoencoder, which takes any number",
        [
            lambda: embed("ae", NETWORK, cloud(20, 1)),
            lambda: embed("topoae", {**NETWORK, "lam": 1.0}, cloud(20, 1)),
        ],
    ),
    "close points": (
        lambda: embed("tsne", {"perplexity": 5}, 1e-20 * cloud(20)),
        "standardise the points",
        [lambda: embed("tsne", {"perplexity": 5}, standardised(1e-20 * cloud(20)))],
    ),
    "points far from the origin": (
        lambda: embed("ae", NETWORK, 1e17 + 1e3 * cloud(20)),
        "standardise the points",
        [lambda: embed("ae", NETWORK, standardised(1e17 + 1e3 * cloud(20)))],
    ),
    "seed": (
        lambda: embed("random", {}, cloud(3), seed=-1),
        "derive one",
        [lambda: embed("random", {}, cloud(3), seed=derive_seed("study", "random"))],
    ),
    "not finite": (
        lambda: embed("pca", {}, with_nan(cloud(9))),
        "remove or replace them",
        [
            lambda: embed("pca", {}, with_nan(cloud(9))[1:]),
            lambda: embed("pca", {}, np.nan_to_num(with_nan(cloud(9)))),
        ],
    ),
}


def standardised(X: NDArray[Any]) -> NDArray[Any]:
    return (X - X.mean(axis=0)) / X.std(axis=0)


def with_nan(X: NDArray[Any]) -> NDArray[Any]:
    X[0, 0] = np.nan
    return X


@pytest.mark.parametrize("case", EMBEDDINGS)
def test_advice_about_points_helps(case: str) -> None:
    wrong, advice, ways = EMBEDDINGS[case]
    with pytest.raises(ValueError, match=re.escape(advice)):
        wrong()
    for way in ways:
        way()


def test_method_that_is_advised_for_many_points_takes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tsne, "MOST_POINTS", 20)
    X = cloud(21)
    with pytest.raises(ValueError, match="at most 20 points, got 21: use tsne_barnes_hut"):
        embed("tsne", {"perplexity": 5}, X)
    embed("tsne_barnes_hut", {"perplexity": 5}, X)
    embed("tsne", {"perplexity": 5}, X[:20])
