"""Seeds that depend on what a unit is, not on the order in which units run."""

from __future__ import annotations

import hashlib
import json


def derive_seed(*coordinates: str | int) -> int:
    """Seed of the unit at coordinates such as dataset, method, repetition and purpose.

    Equal coordinates give equal seeds on every machine; their order counts, and 1 differs from "1".
    Different ones give unrelated seeds, so that a new method, dataset or repetition changes no seed
    of the others.

    Returns
    -------
    int
        Seed in 0 … 2³² - 1, as NumPy, scikit-learn and PyTorch take it: the first four bytes of
        the SHA-256 of the coordinates as JSON.

    Raises
    ------
    ValueError
        If there is no coordinate, or one is neither text nor a whole number.
    """
    if not coordinates:
        raise ValueError("a seed needs at least one coordinate, got none: say what it is for")
    for position, coordinate in enumerate(coordinates):
        if type(coordinate) not in (str, int):
            raise ValueError(
                f"coordinates of a seed must be str or int, got {coordinate!r} of type "
                f"{type(coordinate).__name__} at position {position}: convert it first"
            )
    text = json.dumps(coordinates, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:4], "big")
