"""Parameters for a study of a table of one's own, made from those of params.yaml by stated rules.

What has no rule here (split, sampling, metrics, number of trials, learning rates) is as params.yaml
has it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from topo.methods import METHODS
from topo.metrics.registry import METRICS
from topo.splits import Fractions, split_sizes

#: A test part of a fifth has then 21 points, of which neighbourhoods can be judged.
FEWEST_ROWS = 105
#: More rows are drawn from: t-SNE, and every metric, look at all pairs of test points.
MOST_ROWS = 10_000
#: Of a quick look.
_MOST_ROWS_QUICK = 1_000

#: What runs unless methods are named; the controls always do, since they bound the scale.
USUAL_METHODS = ("tsne", "umap", "ae", "topoae")
CONTROL_METHODS = ("pca", "random")

_REPETITIONS, _REPETITIONS_QUICK = 10, 5
_TRIALS_QUICK = 4
_DRAWS, _DRAWS_QUICK, _SHARE = 12, 6, 0.8
_SWEEP_REPETITIONS = 3
#: A network of few points trains for more epochs: so many steps at least.
_FEWEST_STEPS, _MOST_EPOCHS = 1000, 500
#: Batches in an epoch, at least, and points in a batch.
_FEWEST_BATCHES, _SMALLEST_BATCH = 8, 16
#: A method may ask for so many neighbours of all points that it embeds.
_MOST_NEIGHBOURS = 1 / 3
_NEIGHBOURS = {"perplexity": 5.0, "n_neighbors": 5}


class TableFacts(NamedTuple):
    """What the rules ask of a table.

    Attributes
    ----------
    n_rows
        Rows that can be used.
    has_classes
        Whether there are two classes at least.
    has_outer
        Whether one of them encloses the others.
    """

    n_rows: int
    has_classes: bool
    has_outer: bool


def study_params(
    usual: Mapping[str, Any],
    name: str,
    dataset: Mapping[str, Any],
    *,
    facts: TableFacts,
    methods: Sequence[str] = USUAL_METHODS,
    quick: bool = False,
) -> dict[str, Any]:
    """Return the parameters of a study of one table.

    Parameters
    ----------
    usual
        What params.yaml holds.
    name
        Of the dataset.
    dataset
        Its parameters, all but `n_rows`.
    facts
        About the table.
    methods
        To run beside the controls.
    quick
        Whether fewer rows, trials, repetitions and draws will do.

    Returns
    -------
    dict
        As params.yaml holds them.

    Raises
    ------
    ValueError
        Where there are too few rows, or params.yaml does not describe a method.
    """
    if facts.n_rows < FEWEST_ROWS:
        raise ValueError(
            f"a study needs at least {FEWEST_ROWS} rows, so that a fifth of them can be judged, "
            f"got {facts.n_rows}: add rows, or use `python -m flows score`"
        )
    unknown = [each for each in methods if each not in usual["methods"]]
    if unknown:
        raise ValueError(
            f"params.yaml describes no method {', '.join(unknown)}; it has "
            f"{', '.join(usual['methods'])}"
        )
    n_rows = min(facts.n_rows, _MOST_ROWS_QUICK if quick else MOST_ROWS)
    fractions = Fractions(**usual["split"]["fractions"])
    n_train, n_validation, n_test = split_sizes(n_rows, fractions)
    names = (*dict.fromkeys((*methods, *CONTROL_METHODS)),)
    most = int(min(n_validation, n_test) * _MOST_NEIGHBOURS)
    fitted = {each: _fitted(usual["methods"][each], n_train, most) for each in names}
    return {
        "datasets": {name: {**dataset, "n_rows": n_rows}},
        "split": usual["split"],
        "sampling": usual["sampling"],
        "methods": fitted,
        "tune": _tune(usual["tune"], name, names, most, quick=quick),
        "benchmark": {
            **_without(usual["benchmark"], "leave_out", "per_dataset"),
            "datasets": [name],
            "methods": list(names),
            "metrics": _metrics(usual["benchmark"]["metrics"], names, facts),
            "repetitions": _REPETITIONS_QUICK if quick else _REPETITIONS,
            "second_best": 0,
            "defaults": _REPETITIONS_QUICK if quick else _REPETITIONS,
            "stability": {"draws": _DRAWS_QUICK if quick else _DRAWS, "share": _SHARE},
        },
        "sweep": {
            "perplexities": _perplexities(usual["sweep"]["perplexities"], most),
            "datasets": {name: {"repetitions": _SWEEP_REPETITIONS}} if "tsne" in names else {},
            "epochs": None,
            "replay": None,
            "metrics": _metrics(usual["sweep"]["metrics"], names, facts),
        },
        "loops": {**usual["loops"], "methods": {}, "datasets": {}},
        "theory": {"seed": usual["theory"]["seed"], "experiments": {}},
        "questions": {"seed": usual["questions"]["seed"], "experiments": {}},
    }


def _without(values: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in left_out}


def _fitted(usual: Mapping[str, Any], n_train: int, most: int) -> dict[str, Any]:
    """Return a method's hyperparameters as they fit so many points."""
    values = _without(usual, "per_dataset")
    for key in _NEIGHBOURS.keys() & values.keys():
        values[key] = min(values[key], type(values[key])(most))
    if "batch_size" in values:
        batch = min(values["batch_size"], max(_SMALLEST_BATCH, n_train // _FEWEST_BATCHES))
        epochs = math.ceil(_FEWEST_STEPS / max(1, n_train // batch))
        values |= {
            "batch_size": batch,
            "epochs": min(max(values["epochs"], epochs), _MOST_EPOCHS),
        }
    return values


def _tune(
    usual: Mapping[str, Any], name: str, methods: Sequence[str], most: int, *, quick: bool
) -> dict[str, Any]:
    """Return the search of every method that params.yaml searches, within what fits the points."""
    ranges: dict[str, Any] = {}
    for searched in usual["search"].values():
        ranges = {**searched, **ranges}
    search = {
        method: {key: _range(key, limits, most) for key, limits in ranges[method].items()}
        for method in methods
        if method in ranges
    }
    n_trials = min(usual["n_trials"], _TRIALS_QUICK) if quick else usual["n_trials"]
    return {
        **usual,
        "takes_from": {},
        "fewer": {},
        "n_trials": n_trials,
        "n_startup_trials": min(usual["n_startup_trials"], n_trials),
        "search": {name: search} if search else {},
    }


def _range(name: str, limits: Sequence[float], most: int) -> list[float]:
    if name not in _NEIGHBOURS:
        return list(limits)
    low, high = limits
    high = min(high, type(high)(most))
    return [min(low, max(type(low)(2), type(low)(_NEIGHBOURS[name]))) if low >= high else low, high]


def _perplexities(usual: Sequence[float], most: int) -> list[float]:
    return [value for value in usual if value <= most] or [most]


def _metrics(usual: Sequence[str], methods: Sequence[str], facts: TableFacts) -> list[str]:
    """Return the metrics that the table and the methods allow.

    Not densities on raw distances: no kernel's width suits whatever unit a table has, and one that
    sees no neighbour agrees with any other.
    """
    measured = frozenset[str]().union(*(METHODS[name].measures for name in methods))
    there = {
        None: True,
        "labels": facts.has_classes,
        "enclosing class": facts.has_outer,
        "decoder": "reconstruction_error" in measured,
        "objective": "tsne_kl" in measured,
    }
    entries = {name: METRICS[name][0] for name in usual}
    return [
        name
        for name, each in entries.items()
        if there[each.requires] and (each.scale_free or each.group != "densities")
    ]
