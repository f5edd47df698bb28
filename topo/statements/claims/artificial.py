"""Clusters that a method makes itself (section 4.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from topo.names import dataset_title, method_title
from topo.questions.counted import NULL, quantity
from topo.statements.contrasts import Value, paired
from topo.statements.evidence import Evidence
from topo.statements.predicates import INTERVAL, all_of, comparison_within, mean_within
from topo.statements.samples import TheorySample, theory_sample
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Outcome, Verdict

#: Prominence, and share of the points, from which a peak of the density counts as a cluster.
PROMINENCE, LEAST = 2.0, 0.02
_PROMINENCES, _LEASTS = (1.5, 3.0), (0.01, 0.05)
#: Mean number of clusters from which there are several.
_SEVERAL = 1.5

_WITHOUT = {
    "mnist" + NULL: "normal points with MNIST's covariance",
    "digits" + NULL: "normal points with the covariance of the small digits",
    "ball": "a ball in 10 dimensions",
    "sheet": "an S-shaped sheet in space",
}
_COUNTED = (
    "Clusters are peaks of the density, of at least 2 % of the points, that are at least twice as "
    "dense as the pass to a higher one."
)


@dataclass(frozen=True)
class _Excess:
    """Clusters drawn of a dataset minus those of its null, repetition by repetition: a measure."""

    dataset: str
    method: str
    counted: str

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        samples = [
            _sample(source, self.method, self.counted)
            for source in (self.dataset, self.dataset + NULL)
        ]
        both = paired(evidence, samples)
        excess: pd.Series[float] = both[0] - both[1]
        return excess


def _sample(source: str, method: str, counted: str) -> TheorySample:
    return theory_sample(f"clusters/{source}/{method}", counted)


def _thresholds(rule: Callable[[str], Decide]) -> tuple[Threshold, ...]:
    """Return what a cluster is; `rule` judges numbers of clusters by their name."""
    return (
        Threshold(
            "density of a cluster, by that of the pass to a higher one",
            PROMINENCE,
            _PROMINENCES,
            "Chance alone makes evenly spread points 1.5 times as dense, and hardly ever twice.",
            lambda prominence: rule(quantity(prominence, LEAST)),
        ),
        Threshold(
            "share of the points in a cluster, at least",
            LEAST,
            _LEASTS,
            "The smallest digit has a twelfth of the points, of which a few may stand apart.",
            lambda share: rule(quantity(PROMINENCE, share)),
        ),
    )


def _no_more_than_null(dataset: str, method: str) -> Statement:
    who, title = method_title(method), dataset_title(dataset)
    what = f"clusters that {who} draws of {title} minus those of its null"
    thresholds = _thresholds(
        lambda counted: comparison_within(_Excess(dataset, method, counted), what, high=1)
    )
    return Statement.at(
        f"{method}-clusters-of-{dataset}-as-of-its-null",
        f"{who} draws no more clusters of {title} than of normal points with its covariance"
        + _checked(method),
        f"{_COUNTED} Looks at their number minus that of the null, over samples of {title} without "
        "a point in common, and as many draws of the null. Holds if the interval lies below 1, "
        f"does not hold if above. {INTERVAL}",
        *thresholds,
    )


def _checked(method: str) -> str:
    """End a claim; the paper speaks of t-SNE alone."""
    return "." if method == "tsne" else " (a check of this study)."


def _of_its_own(method: str) -> Statement:
    who = method_title(method)

    def rule(counted: str) -> Decide:
        return negated(
            all_of(
                {
                    words: _one_piece(_sample(source, method, counted), f"clusters of {words}")
                    for source, words in _WITHOUT.items()
                }
            )
        )

    thresholds = _thresholds(rule)
    return Statement.at(
        f"{method}-draws-clusters-of-its-own",
        f"{who} draws several clusters of data that have none" + _checked(method),
        f"{_COUNTED} Judged on {', '.join(_WITHOUT.values())}. Holds if the interval of their "
        f"number lies above {_SEVERAL:g} for one of these, does not hold if it lies below for all "
        f"of them; else not decidable. {INTERVAL}",
        *thresholds,
    )


def _one_piece(sample: TheorySample, what: str) -> Decide:
    return mean_within(Value(sample), what, high=_SEVERAL)


_OPPOSITE: dict[Outcome, Outcome] = {"holds": "does not hold", "does not hold": "holds"}


def negated(rule: Decide) -> Decide:
    """Judge the opposite of a rule by the same numbers."""

    def decide(evidence: Evidence) -> Verdict:
        found = rule(evidence)
        outcome = _OPPOSITE.get(found.outcome, found.outcome)
        return Verdict(outcome, found.explanation, found.numbers, found.cause)

    return decide


ARTIFICIAL_CONCLUSIONS = (
    Conclusion(
        name="tsne-clusters-artificial",
        theme="Clusters of the method's own making",
        place="4.2.2",
        quote="this clustering effect is likely artificial",
        readings=(
            *(
                _no_more_than_null(dataset, method)
                for method in ("tsne", "umap")
                for dataset in ("mnist", "digits")
            ),
            *map(_of_its_own, ("tsne", "umap", "topoae")),
        ),
    ),
)
