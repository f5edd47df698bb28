"""What identifies an embedding, and how the page names it."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import NamedTuple

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
    def repetition(self) -> str:
        """Split, before it the draw and behind it the model seed where they are not the first."""
        draw = f"draw {self.draw}, " if self.draw else ""
        seed = f", seed {self.model_seed}" if self.model_seed else ""
        return f"{draw}split {self.split}{seed}"

    def describe(self, names: Collection[str] | None = None) -> str:
        """Hyperparameters as text: those named, or all."""
        values = self.hyperparameters.values
        chosen = values if names is None else [name for name in values if name in names]
        return ", ".join(f"{name} {_format(values[name])}" for name in chosen)


def settings(keys: Collection[Key]) -> dict[Key, str]:
    """Say by which hyperparameters embeddings of the same repetition differ.

    Parameters
    ----------
    keys
        All embeddings.

    Returns
    -------
    dict
        By key a text such as "perplexity 750"; empty where the stage has one embedding per
        dataset, method and repetition.
    """
    texts = dict.fromkeys(keys, "")
    for _, group in groupby(sorted(keys, key=_group), _group):
        alike = list(group)
        if len({key[:6] for key in alike}) < len(alike):
            varied = _varied(alike)
            texts |= {key: key.describe(varied) for key in alike}
    return texts


def _group(key: Key) -> tuple[str, ...]:
    return key[:3]


def _varied(keys: Collection[Key]) -> set[str]:
    """Hyperparameters that do not have one value."""
    chosen = [key.hyperparameters.values for key in keys]
    names = {name for each in chosen for name in each}
    return {name for name in names if len({each.get(name) for each in chosen}) > 1}


def _format(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
