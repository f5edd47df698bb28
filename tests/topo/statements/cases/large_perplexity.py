"""Cases of the statements on why large perplexities show nested spheres."""

from __future__ import annotations

from collections.abc import Sequence

from tests.topo.statements.cases.made import Made, barely, made, merged
from tests.topo.statements.tables import Table, Values, unsure

_PLACE = "large_perplexity/{kind}/n={n}"
_ALIGNMENT = ("spectral_1", "spectral_2", "linear_1", "linear_2")
#: Perplexities at which no run encloses, then those at which all do.
_SHARES = tuple(f"{0.1 * k:g}" for k in range(1, 9))


def _at(case: str, *, n: int = 300, **quantities: Values) -> Table:
    place = _PLACE.format(kind="spheres", n=n)
    return Table().theory(f"{place}/{case}", dimension=None, **quantities)


def _run(share: str, start: str, way: str = "kept") -> str:
    return f"share={share}/start={start}/exaggeration={way}"


def _two(first: str, second: str) -> Made:
    """Made of two runs: the claim is that the first encloses and the second does not."""

    def make(nesting: tuple[Values, Values]) -> Table:
        # Fewer draws of another size, which must not count.
        other = _at(_run("0.375", "random"), n=600, nesting=[0.5, 0.5])
        pair = zip((first, second), nesting, strict=True)
        return merged(*(_at(case, nesting=values) for case, values in pair), other)

    return made(make, (0.9, 0.1), (0.9, 0.9), (0.9, unsure(0.5, 0.1)), (barely(0.5, 0.1), 0.1))


def _close(quantity: str, share: str, *starts: str) -> Made:
    """Made of the smaller canonical correlations of runs from some starts."""

    def make(correlations: tuple[Values, ...]) -> Table:
        return merged(
            *(
                _at(_run(share, start), nesting=0.9, **{quantity: values})
                for start, values in zip(starts, correlations, strict=True)
            )
        )

    rest = (0.97,) * (len(starts) - 1)
    return made(
        make, (*rest, 0.98), (*rest, 0.5), (*rest, unsure(0.9, 0.05)), (*rest, barely(0.9, 0.02))
    )


def _predicted(features: Sequence[str], kind: str) -> Made:
    """Made of how many of the four runs that enclose, and of the others, are told wrong a draw."""

    def make(n_wrong: Sequence[int]) -> Table:
        if kind == "spheres":
            return _told(kind, features, [0] * 5 + list(n_wrong))
        return merged(_told("spheres", features, [0] * 4), _told(kind, features, n_wrong))

    return made(make, [0] * 5, [4, 4, 4, 3, 4], [0, 4, 0, 4, 2], [0, 0, 0, 0, 1])


def _told(kind: str, features: Sequence[str], n_wrong: Sequence[int]) -> Table:
    """Runs whose features are 0.8 where they enclose, else 0.2; so many have them wrong."""
    tables = []
    for position, share in enumerate(_SHARES):
        encloses = position >= 4
        seen = [0.8 if encloses == (position % 4 >= wrong) else 0.2 for wrong in n_wrong]
        nesting = [0.9 if encloses else 0.1] * len(seen)
        place = f"{_PLACE.format(kind=kind, n=300)}/share={share}"
        run = f"{place}/start=random/exaggeration=kept"
        where = place if features == ("evenness",) else run
        tables.append(
            merged(
                Table().theory(run, dimension=None, nesting=nesting),
                Table().theory(where, dimension=None, **dict.fromkeys(features, seen)),
                # A run with changed ties, which must not count.
                Table().theory(f"{place}/ties=even", dimension=None, nesting=[0.9] * len(seen)),
            )
        )
    return merged(*tables)


_LARGE = "0.375"

LARGE_PERPLEXITY_CASES: dict[str, Made] = {
    "start-alone-carries-enclosure": _two(_run(_LARGE, "pca"), _run(_LARGE, "random")),
    "exaggeration-carries-enclosure": _two(
        _run(_LARGE, "random"), _run(_LARGE, "random", "dropped")
    ),
    "tsne-at-large-perplexity-is-spectral": _close(
        "spectral_2", _LARGE, "pca", "random", "spectral"
    ),
    "tsne-at-large-perplexity-is-linear": _close("linear_2", _LARGE, "pca", "random", "spectral"),
    "exaggeration-is-power-iteration-usual": _close("explored_iteration_2", "0.025", "random"),
    "exaggeration-is-power-iteration-large": _close("explored_iteration_2", _LARGE, "random"),
    "alignment-predicts-enclosure-spheres": _predicted(_ALIGNMENT, "spheres"),
    "alignment-predicts-enclosure-spheres-2x": _predicted(_ALIGNMENT, "spheres_2x"),
    "evenness-predicts-enclosure-spheres": _predicted(("evenness",), "spheres"),
    "evenness-predicts-enclosure-spheres-2x": _predicted(("evenness",), "spheres_2x"),
    "even-ties-carry-enclosure": _two(_run(_LARGE, "random"), f"share={_LARGE}/ties=least"),
    **{
        name: made(
            lambda nesting, ties=ties: _at(f"share=0.025/ties={ties}", nesting=nesting),
            0.8, 0.2, unsure(0.5, 0.1), barely(0.5, 0.1),
        )
        for name, ties in {"even-ties-suffice": "even", "averages-suffice": "averaged"}.items()
    },
}  # fmt: skip
