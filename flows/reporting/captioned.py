"""A figure with its words, as a stage or the report shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure
from pydantic import BaseModel

from flows.running.embeddings import StoredEmbedding
from topo.figures import Drawing
from topo.methods import METHODS
from topo.names import describe_hyperparameters, method_title
from topo.params import Params


class Captioned(NamedTuple):
    """A figure with the data behind it, and the rest as in `topo.report.ReportFigure`."""

    name: str
    title: str
    caption: str
    description: str
    figure: Figure
    data: pd.DataFrame
    section: str = ""


def caption(
    name: str, drawing: Drawing, *, title: str, caption: str, description: str, section: str = ""
) -> Captioned:
    """Put a drawing and its words together."""
    return Captioned(name, title, caption, description, drawing.figure, drawing.data, section)


def describe_methods(methods: Mapping[str, Mapping[str, object]]) -> str:
    """Tell the hyperparameters of methods, by their names, in a sentence.

    What several have in common is said once: "Hyperparameters: AE / TopoAE (epochs 20); TopoAE
    (λ 1); PCA (none)."
    """
    having: dict[tuple[str, object], list[str]] = {}
    for name, values in methods.items():
        for pair in values.items():
            having.setdefault(pair, []).append(method_title(name))
    told: dict[str, dict[str, object]] = {}
    for (hyperparameter, value), titles in having.items():
        told.setdefault(" / ".join(titles), {})[hyperparameter] = value
    parts = [f"{titles} ({describe_hyperparameters(them)})" for titles, them in told.items()]
    bare = " / ".join(method_title(name) for name, values in methods.items() if not values)
    return f"Hyperparameters: {'; '.join([*parts, *([f'{bare} (none)'] if bare else [])])}."


def describe_stored(kept: Iterable[StoredEmbedding]) -> str:
    """Tell the hyperparameters of embeddings, one a method."""
    return describe_methods({each.method: each.hyperparameters.values for each in kept})


def describe_network(method: str, experiment: BaseModel | None) -> str:
    """Tell the hyperparameters of the one network of an experiment; nothing if it is not run."""
    return describe_methods({method: experiment.model_dump()["network"]}) if experiment else ""


def describe_question(params: Params, question: str) -> str:
    """Tell the hyperparameters of the methods that a question names; nothing if it is not asked."""
    asked = params.questions.experiments.get(question)
    if asked is None:
        return ""
    given = asked.model_dump()
    beside = {**given, **given.get("others", {}), **given.get("rivals", {})}
    named = {name: beside[name] for name in METHODS if beside.get(name) is not None}
    return describe_methods(named) if named else ""
