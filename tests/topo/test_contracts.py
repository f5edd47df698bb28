"""Contracts notice what breaks them, and say so to the author."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import Field

from flows.check import check_named
from topo.contracts import DATASET_CHECKS, METHOD_CHECKS, METRIC_CHECKS, check
from topo.datasets import DATASETS
from topo.datasets.base import LabelledPoints
from topo.datasets.digits import Digits
from topo.methods import METHODS
from topo.methods.base import Embedding
from topo.methods.pca import PCA
from topo.methods.random import Random
from topo.metrics import METRICS, Comparison, Metric


class Own(PCA):
    title: ClassVar[str] = "Own"
    role: ClassVar[Any] = "other"


class Untitled(PCA):
    role: ClassVar[Any] = "other"


class Papers(Own):
    role: ClassVar[Any] = "paper"


class WithDefault(Own):
    n: int = 3


class WithoutSmall(Own):
    n: int = Field(ge=1)


class InSpace(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        made = super().embed(X_train, X, seed=seed)
        return Embedding(np.column_stack([made.points, made.points[:, 0]]), made.scalars)


class Silent(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        return Embedding(super().embed(X_train, X, seed=seed).points)


class Unsteady(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        made = super().embed(X_train, X, seed=seed)
        return Embedding(made.points + np.random.default_rng().normal(), made.scalars)


class Stirring(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        random.seed(seed)
        np.random.seed(seed)
        return super().embed(X_train, X, seed=seed)


class NotParametric(Own):
    parametric: ClassVar[bool] = False


class Careless(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        made = super().embed(X_train, X, seed=seed)
        if X.flags.writeable:
            X[0] = 0
        return made


class Choosy(Own):
    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        if len(np.unique(X, axis=0)) < len(X):
            raise ValueError("points must differ from one another, which is too much asked")
        return super().embed(X_train, X, seed=seed)


class Trusting(Random):
    title: ClassVar[str] = "Own"
    role: ClassVar[Any] = "other"

    def embed(self, X_train: Any, X: Any, *, seed: int) -> Embedding:
        return Embedding(np.random.default_rng(0 if seed is None else 1).normal(size=(len(X), 2)))


class Costless(Own):
    def cost(self, n_train: int, n_points: int, n_features: int) -> float:
        return 0.0


def broken(checks: Any, name: str, *more: Any) -> dict[str, str]:
    """Reasons by the first words of the checks that fail."""
    verdicts = [each for each in check(checks, name, *more) if each.state == "broken"]
    return {" ".join(each.sentence.split()[:2]): each.reason for each in verdicts}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (Own, {}),
        (Untitled, {"Declare a": "pca is called 'PCA' too: declare another title in Untitled"}),
        (Papers, {"Declare a": "has the role 'paper', but Table 1 of the paper has tsne, umap"}),
        (WithDefault, {"Declare a": "n must have no default, since params.yaml has all values"}),
        (InSpace, {"Embed every": "(30, 2) of float64, got (30, 3)", "Embed equal": "few points"}),
        (Silent, {"Return the": "those of measures (reconstruction_error), got none: declare"}),
        (Unsteady, {"Give the": "must agree bit by bit, got points that differ by",
                    "Take arrays": "read-only points gave another embedding"}),
        (Stirring, {"Leave the": "random.seed, np.random.seed or torch.manual_seed was called",
                    "Take every": ""}),
        (NotParametric, {"Look at": "not give another embedding where parametric is False"}),
        (Careless, {"Take arrays": "the points that embed is given were changed: work on a copy"}),
        (Choosy, {"Embed equal": "equal points: ValueError: points must differ"}),
        (Trusting, {"Give the": "two seeds must give two embeddings where stochastic is True",
                    "Take every": "must be refused with a ValueError, got none: begin embed with",
                    "Refuse points": "NaN among the points must be refused"}),
        (Costless, {"Estimate its": "must rise within 0 and 3600 s, got 0 and 0"}),
    ],
)  # fmt: skip
def test_broken_methods(monkeypatch, method: Any, expected: dict[str, str]) -> None:
    monkeypatch.setitem(METHODS, "own", method)
    found = broken(METHOD_CHECKS, "own")
    assert set(found) == set(expected), found
    for words, reason in expected.items():
        assert reason in found[words]


def test_a_method_whose_small_values_do_not_fit_fails_in_words(monkeypatch) -> None:
    monkeypatch.setitem(METHODS, "own", WithoutSmall)
    found = broken(METHOD_CHECKS, "own")
    assert "small must give exactly the fields n, got (none)" in found["Declare a"]


class OwnDigits(Digits):
    title: ClassVar[str] = "Own"


class OffByOne(OwnDigits):
    def load(self, raw: Path) -> LabelledPoints:
        data = super().load(raw)
        return LabelledPoints(data.X.astype(np.float64)[1:], data.y[1:] + 1)


class AnyDigits(OwnDigits):
    @property
    def smallest_class(self) -> int:
        return 3

    def load(self, raw: Path) -> LabelledPoints:
        data = super().load(raw)
        return LabelledPoints(data.X + np.float32(np.random.rand()), data.y)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (OwnDigits, {}),
        (Digits, {"Declare a": "digits is called 'Digits' too"}),
        (OffByOne, {"Load finite": "X must be float32 and y int64, got float64"}),
        (AnyDigits, {"Say how": "smallest_class says 3, the smallest class has 174",
                     "Load the": "two calls of load gave different points",
                     "Leave the": "np.random.seed was called, or numbers were drawn"}),
    ],
)  # fmt: skip
def test_broken_datasets(monkeypatch, kind: Any, expected: dict[str, str]) -> None:
    monkeypatch.setitem(DATASETS, "own", kind)
    found = broken(DATASET_CHECKS, "own", Path("nowhere"))
    # What only follows from the broken numbers is not looked at.
    assert set(expected) <= set(found) and bool(found) == bool(expected), found
    for words, reason in expected.items():
        assert reason in found[words]


def spread(comparison: Comparison) -> float:
    return float(comparison.latent.distances.mean())


def metric(**changed: Any) -> tuple[Metric, ...]:
    given = {"name": "own", "compute": spread, "direction": "none", "title": "Own",
             "meaning": "Spread of the points.", "group": "distances"}  # fmt: skip
    return (Metric(**{**given, **changed}),)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {}),
        ({"title": "Nesting"}, {"Declare a": "nesting is called 'Nesting' too"}),
        ({"meaning": "spread"}, {"Declare a": "meaning a sentence with its full stop"}),
        ({"group": "others"}, {"Declare a": "group must be one of neighbourhoods, distances"}),
        ({"high": 1.0}, {"Return a": "a fair embedding has the value"}),
        ({"scale_free": True}, {"Be blind": "declare scale_free = False"}),
        ({"direction": "lower"}, {"Take the": "the best value must be 0, that of the input"}),
        ({"compute": lambda both: float(both.latent.points[0, 0])},
         {"Not depend": "the same points moved and turned have"}),
        ({"compute": lambda both: int(both.n_points)},
         {"Return a": "the value must be a float, got int", "Be blind": "scale_free = True"}),
    ],
)  # fmt: skip
def test_broken_metrics(monkeypatch, changed: Any, expected: dict[str, str]) -> None:
    monkeypatch.setitem(METRICS, "own", metric(**changed))
    found = broken(METRIC_CHECKS, "own")
    assert set(found) == set(expected), found
    for words, reason in expected.items():
        assert reason in found[words]


def test_command_says_what_holds_and_what_does_not(monkeypatch, capsys) -> None:
    assert check_named("random") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("random, a method:\n  ✓ Declare a title of its own, a role,")
    assert printed.endswith(f"\n{len(METHOD_CHECKS)} of {len(METHOD_CHECKS)} hold\n")
    monkeypatch.setitem(METHODS, "own", Costless)
    assert check_named("own") == 1
    printed = capsys.readouterr().out
    assert "\n  ✗ Estimate its seconds: above 0" in printed
    assert "hold, 1 do not\n" in printed


def test_command_says_how_to_register(monkeypatch) -> None:
    with pytest.raises(ValueError, match=r"'umpa' \(did you mean 'umap'\?\): add its line to METH"):
        check_named("umpa")
    monkeypatch.setitem(METRICS, "pca", metric(name="pca"))
    with pytest.raises(ValueError, match="pca is the name of a method and a metric: give one"):
        check_named("pca")
