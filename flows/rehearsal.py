"""A rehearsal: the whole study at a tenth, in a folder of its own, without DVC.

It shows in minutes that everything runs here, and what a run ends with. Its numbers are none of the
study's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows import store
from topo.params import ParamsError, parse_params, read_params

FOLDER = store.CACHE / "rehearsal"

#: What is counted in params.yaml, and of how many a rehearsal has at least.
_LEAST = {
    "n_points_per_inner": 20,
    "n_outer": 200,
    "n_images": 500,
    "n_trials": 3,
    "n_startup_trials": 2,
    "judged_again": 2,
    "repetitions": 2,
    "draws": 2,
    "splits": 2,
    "model_seeds": 1,
    "second_best": 1,
    "n_repetitions": 2,
    "n_subsamples": 20,
    "n_pairs": 5,
    "n_sampled": 50,
    "epochs": 20,
}
#: Hyperparameters that count points: a tenth of the points has a tenth of them.
_NEIGHBOURS = ("perplexity", "n_neighbors")
_SMALLEST_PERPLEXITY = 5
#: There are fewer points to take a batch from.
_LARGEST_BATCH = 128
#: Of a hyperparameter with one value: no more than that need no tenth.
_FEWEST_NEIGHBOURS = 30


def a_tenth(value: Any, name: str = "") -> Any:
    """Return parameters with about a tenth of the points, trials, epochs and repetitions.

    Parameters
    ----------
    value
        What params.yaml holds, or a part of it.
    name
        Of that part.

    Returns
    -------
    Any
        A copy; no number is raised.
    """
    if isinstance(value, Mapping):
        return {key: a_tenth(part, key) for key, part in value.items()}
    if name == "perplexities":
        return sorted({min(each, max(_SMALLEST_PERPLEXITY, each / 10)) for each in value})
    if name in _NEIGHBOURS and not isinstance(value, list):
        return min(value, max(_FEWEST_NEIGHBOURS, value // 10))
    if name in _NEIGHBOURS:
        low, high = value
        return [low, min(high, max(2 * low, high // 10))]
    if name == "batch_sizes":
        return sorted({min(each, _LARGEST_BATCH) for each in value})
    if isinstance(value, list):
        tenths = [a_tenth(part, name) for part in value]
        # What is looked at after so many epochs; numbers beside others keep their places.
        return sorted(set(tenths)) if name == "epochs" else tenths
    return min(value, max(_LEAST[name], value // 10)) if name in _LEAST else value


def begin_rehearsal() -> None:
    """Make the folder with its params.yaml, and work there from now on.

    Raises
    ------
    ValueError
        Where params.yaml has a fault, or a tenth of it has.
    OSError
        Where the folder cannot be written.
    """
    whole = read_params(store.PARAMS)
    parse_params(whole)
    tenth = a_tenth(whole)
    try:
        parse_params(tenth)
    except ParamsError as error:
        raise ValueError(f"with a tenth of the points, {error}") from error
    # JSON is YAML too.
    text = json.dumps(tenth, indent=2) + "\n"
    raw = store.RAW / "mnist"
    if os.environ.get("MNIST_DIR"):
        os.environ["MNIST_DIR"] = str(Path(os.environ["MNIST_DIR"]).absolute())
    elif raw.is_dir():
        os.environ["MNIST_DIR"] = str(raw.absolute())
    store.require_writable(FOLDER)
    store.write_text(FOLDER / store.PARAMS, text)
    os.chdir(FOLDER)
    os.environ[store.REHEARSAL] = "1"
