"""What identifies an embedding, and how the page names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import NamedTuple

from topo.names import describe_hyperparameters, hyperparameter_title, method_title
from topo.scores import Hyperparameters


class Key(NamedTuple):
    """Columns of the score table that identify an embedding."""

    stage: str
    dataset: str
    method: str
    draw: int
    split: int
    model_seed: int
    hyperparameters: Hyperparameters

    @property
    def words(self) -> str:
        """The key for messages."""
        return ", ".join(map(str, (*self[:6], self.hyperparameters.text)))

    @property
    def sample(self) -> str:
        """Which of the dataset's points these are."""
        draw = f"draw {self.draw}, " if self.draw else ""
        return f"{draw}split {self.split}"

    @property
    def place(self) -> tuple[int, int]:
        """Draw and split: what the sample is told by within a dataset."""
        return self.draw, self.split

    def describe(self, names: Collection[str] | None = None) -> str:
        """Hyperparameters as text: those named, or all."""
        values = self.hyperparameters.values.items()
        return describe_hyperparameters(
            {name: value for name, value in values if names is None or name in names}
        )


class Names(NamedTuple):
    """How the explorer names an embedding.

    Attributes
    ----------
    series
        What is chosen: a method, or "t-SNE over perplexity"; what varies and is no number is part
        of it, as in "t-SNE, start pca over perplexity".
    step
        Which of the series' embeddings of a sample it is: "perplexity 750", "model seed 1"; empty
        where there is one.
    """

    series: str
    step: str


def names(keys: Collection[Key]) -> dict[Key, Names]:
    """Name embeddings.

    Returns
    -------
    dict
        By key its names, in the order of the series as they are first met; within a series ordered
        by sample, hyperparameters and model seed.
    """
    found: dict[Key, Names] = {}
    groups: dict[tuple[str, ...], list[Key]] = {}
    for key in keys:
        groups.setdefault((key.stage, key.dataset, key.method), []).append(key)
    for (_, _, method), group in groups.items():
        varied = _varied_within_samples(group)
        words = {name for name in varied if not _is_numeric(name, group)}
        steps = varied - words
        over = f" over {', '.join(map(hyperparameter_title, sorted(steps)))}" if steps else ""
        for key in sorted(group, key=lambda each: _order(each, varied)):
            chosen = f", {key.describe(words)}" if words else ""
            found[key] = Names(f"{method_title(method)}{chosen}{over}", _step(key, group, steps))
    return found


def _is_numeric(name: str, group: Collection[Key]) -> bool:
    values = (key.hyperparameters.values.get(name) for key in group)
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _varied_within_samples(group: Collection[Key]) -> set[str]:
    """Hyperparameters that differ between embeddings of the same sample and model seed.

    Tuning chooses values for each split: then the sets differ, and nothing is varied.
    """
    ordered = sorted(group, key=lambda each: (each.place, each.model_seed))
    return {
        name
        for _, alike in groupby(ordered, lambda each: (each.place, each.model_seed))
        for name in _differing([each.hyperparameters.values for each in alike])
    }


def _differing(chosen: Collection[Mapping[str, object]]) -> set[str]:
    """Hyperparameters that do not have one value."""
    return {
        name
        for name in {name for each in chosen for name in each}
        if len({each.get(name) for each in chosen}) > 1
    }


def _order(key: Key, varied: Collection[str]) -> tuple[object, ...]:
    values = key.hyperparameters.values
    settings = tuple(
        (not isinstance(values.get(name), int | float), values.get(name)) for name in sorted(varied)
    )
    # What is no number is ordered by its text.
    comparable = tuple((text, str(value) if text else value) for text, value in settings)
    return (key.place, comparable, key.model_seed)


def _step(key: Key, group: Collection[Key], varied: Collection[str]) -> str:
    beside = {each.model_seed for each in group if each.place == key.place}
    parts = [key.describe(varied) if varied else ""]
    parts.append(f"model seed {key.model_seed}" if len(beside) > 1 else "")
    return ", ".join(filter(None, parts))
