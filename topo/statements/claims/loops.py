"""Conclusions on losses that see loops: which of them keep those of K4 and Twist (section 5.1)."""

from __future__ import annotations

from functools import partial
from typing import Literal

from topo.names import dataset_title, method_title
from topo.peers import PEER_SOURCE, peer_value
from topo.statements.contrasts import Difference, Rule
from topo.statements.evidence import Evidence
from topo.statements.predicates import INTERVAL, comparison_within
from topo.statements.quantities import SAME_LOOPS, SLICED_LOOPS_BY_SUM, slug
from topo.statements.samples import Quantity, Sample
from topo.statements.statement import Conclusion, Statement, Threshold
from topo.statements.verdicts import Outcome, Verdict

THEME = "Loops"
_conclusion = partial(Conclusion, theme=THEME, place="5.1")

#: Data whose loops are known, and how many these are.
_KNOWN = {"k4": 3, "twist": 1}
#: Loops by which one mean counts as more than another.
_MORE = 0.5
#: Loops of K4 that a loss is to keep, and the fewest fits whose median says something.
_KEPT, _FEWEST_FITS = 2, 3

_SAME = (
    "Counted are the input's loops that live longer than 0.25 of the median distance, and still do "
    "in the picture: the input's cycles, carried there by their points."
)


def in_loops(dataset: str, method: str, quantity: Quantity) -> Sample:
    """Name a number of the stage `loops`."""
    return Sample(dataset, method, quantity, "loops")


def _margin(method: str, than: str, dataset: str, *, bound: Literal["low", "high"]) -> Threshold:
    """Judge by how many of the input's loops one loss keeps more than another: at least, at most.

    Whole numbers often tie, which half a loop does not.
    """
    difference = Difference(*(in_loops(dataset, each, SAME_LOOPS) for each in (method, than)))
    what = (
        f"{SAME_LOOPS.title} of {method_title(method)} minus {method_title(than)} on "
        f"{dataset_title(dataset)}"
    )
    return Threshold(
        "loops by which a mean is larger",
        _MORE,
        (0.25, 0.75),
        "One loop more in every other fit.",
        lambda value: comparison_within(difference, what, **{bound: value}),
    )


def _pairings_add_nothing(dataset: str) -> Statement:
    return Statement.at(
        f"pairings-add-no-loops-{dataset}",
        "With the edges that create or destroy loops the loss keeps no more loops of "
        f"{dataset_title(dataset)}.",
        f"{_SAME} Looks at TopoAE with dimension 1 minus TopoAE, paired over the repetitions. "
        f"Holds if the interval lies below {_MORE:g} loops, does not hold if above. {INTERVAL}",
        _margin("topoae_h1", "topoae", dataset, bound="high"),
    )


def loses_loops(method: str) -> Statement:
    """Return the reading that a method loses most of K4's loops."""
    most = _KEPT - 1
    return Statement(
        f"{slug(method)}-loses-loops-k4",
        f"{method_title(method)} keeps at most one of K4's three loops in its median fit.",
        f"{_SAME} Holds if the median over the repetitions is at most {most}, does not hold if it "
        f"is more; not decidable with fewer than {_FEWEST_FITS} repetitions.",
        _median(method, high=most),
    )


def keeps_loops(method: str) -> Statement:
    """Return the reading that a method keeps two of K4's loops."""
    peer = peer_value("k4", "topoae_pp", "loops_same")
    return Statement.at(
        f"{slug(method)}-keeps-two-loops-k4",
        f"{method_title(method)} keeps two of K4's three loops in its median fit, where TopoAE++ "
        f"keeps {'none' if peer == 0 else peer}.",
        f"{_SAME} Holds if the median over the repetitions is at least {_KEPT}, does not hold if "
        f"it is less; not decidable with fewer than {_FEWEST_FITS} repetitions. Of {PEER_SOURCE}, "
        "there is one fit. Seconds are a machine's: docs/loops.md says what is measured of them.",
        Threshold(
            "loops that the median fit keeps",
            _KEPT,
            (1, 3),
            "Most of the three; one and all of them are the other numbers there are.",
            lambda low: _median(method, low=low),
        ),
    )


def _median(method: str, *, low: float = 0, high: float = _KNOWN["k4"]) -> Rule:
    """Judge the median number of K4's loops that a method keeps."""
    sample = in_loops("k4", method, SAME_LOOPS)

    def decide(evidence: Evidence) -> Verdict:
        values = evidence.values(sample)
        median, n = float(values.median()), len(values)
        outcome: Outcome = "holds" if low <= median <= high else "does not hold"
        words = f"{sample.title}, of {_KNOWN['k4']}: median {median:g} of {n} fits"
        if n < _FEWEST_FITS:
            outcome, words = "not decidable", f"{words}, which are too few"
        each = ", ".join(f"{value:g}" for value in sorted(values))
        return Verdict(outcome, f"{words} ({each})", {"median": median, "n": n})

    return Rule(decide)


#: Losses with more than the pairings, and what they have.
_MORE_EDGES = {
    "topoae_cascade": ("cascades", "the cascades of the input's loops"),
    "topoae_cycles": ("cycles", "all edges of the cycles"),
}


def _more_than(method: str, than: str, dataset: str) -> Statement:
    name, edges = _MORE_EDGES[method]
    ending = "-than-pca" if than == "pca" else ""
    other = "PCA, the control" if than == "pca" else "one with the pairings alone"
    return Statement.at(
        f"{name}-keep-more-loops{ending}-{dataset}",
        f"A loss with {edges} keeps more loops of {dataset_title(dataset)} than {other}.",
        f"{_SAME} Looks at {method_title(method)} minus {method_title(than)}, paired over the "
        f"repetitions. Holds if the interval lies above {_MORE:g} loops, does not hold if below. "
        + INTERVAL,
        _margin(method, than, dataset, bound="low"),
    )


def _nearer_diagram(method: str, dataset: str) -> Statement:
    quantity = SLICED_LOOPS_BY_SUM
    name, edges = _MORE_EDGES[method]
    samples = [in_loops(dataset, each, quantity) for each in (method, "topoae_h1")]
    return Statement(
        f"{name}-bring-diagram-nearer-{dataset}",
        f"A loss with {edges} also brings the diagram in dimension 1 of {dataset_title(dataset)}, "
        "divided by its sum, nearer to the input's.",
        f"Looks at {quantity.title} of {samples[0].who} minus {samples[1].who}, paired over the "
        f"repetitions. Holds if the interval lies below 0, does not hold if above. {INTERVAL}",
        comparison_within(
            Difference(*samples),
            f"{quantity.title} of {samples[0].who} minus {samples[1].who} on "
            f"{dataset_title(dataset)}",
            high=0,
        ),
    )


def _better(method: str) -> tuple[Statement, ...]:
    """Read what is said of a loss with more than the pairings."""
    return (
        *(_more_than(method, "topoae_h1", dataset) for dataset in _KNOWN),
        _more_than(method, "pca", "k4"),
        *(_nearer_diagram(method, dataset) for dataset in _KNOWN),
        keeps_loops(method),
    )


LOOP_CONCLUSIONS = (
    _conclusion(
        name="no-easy-generalization",
        quote="does not easily generalize to higher dimensions",
        readings=(
            *map(_pairings_add_nothing, _KNOWN),
            *map(loses_loops, ("topoae_h1", "rtd_lite")),
        ),
    ),
    _conclusion(
        name="more-than-the-pairing",
        quote="considering not only the pairing",
        readings=_better("topoae_cascade"),
    ),
    _conclusion(
        name="higher-dimensional-generators",
        quote="the entire generators of persistent topological features in higher dimensions would "
        "yield better results",
        readings=_better("topoae_cycles"),
    ),
)
