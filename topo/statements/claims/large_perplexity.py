"""Why t-SNE shows nested spheres at large perplexities: explanations put to the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pandas as pd

from topo.questions.prediction import ENCLOSES, runs_of_tsne, split_draws, told_right
from topo.statements.claims.nesting import encloses
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import INTERVAL, all_of, mean_within
from topo.statements.samples import theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement, Threshold

_QUESTION = "large_perplexity"
#: Perplexity 750 of 2,000 points, and the 50 of 2,000 that stands for usual ones.
_LARGE, _USUAL = "0.375", "0.025"
_STARTS = {"pca": "the principal plane", "random": "noise", "spectral": "its eigenvectors"}
_WAYS = ("kept", "dropped")
#: Canonical correlations that a run is told by.
_ALIGNMENT = ("spectral_1", "spectral_2", "linear_1", "linear_2")

#: Smaller canonical correlation from which two planes are close.
_CLOSE = 0.9
#: Share of runs told right, both outcomes counting alike, from which something predicts.
_PREDICTS = 0.75

_AT_750 = "at the perplexity that is to the number of points as 750 to 2,000"
_SIZE = "Judged on SPHERES at the number of points that has the most draws, the largest of several."


@dataclass(frozen=True)
class _Number:
    """A number of one case, at the size that has the most draws: a measure."""

    case: str
    quantity: str
    kind: str = "spheres"

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        place = f"{_QUESTION}/{self.kind}/n={_size(evidence, self.kind)}/{self.case}"
        return evidence.values(theory_sample(place, self.quantity))


def _size(evidence: Evidence, kind: str) -> int:
    """Return the number of points that has the most draws, the largest of several."""
    draws: dict[int, int] = {}
    for place in evidence.case_names(_QUESTION, "nesting"):
        _, of, size, *_ = place.split("/")
        if of == kind:
            n_draws = len(evidence.values(theory_sample(place, "nesting")))
            draws[int(size.removeprefix("n="))] = n_draws
    if not draws:
        raise MissingEvidenceError(f"the stage questions has no {kind} among {_QUESTION}")
    return max(draws, key=lambda n: (draws[n], n))


def _run(share: str, start: str, way: str = "kept") -> str:
    return f"share={share}/start={start}/exaggeration={way}"


def _nesting(case: str, what: str, **bounds: float) -> Decide:
    return mean_within(_Number(case, "nesting"), f"Nesting {what}", **bounds)


def _by_nesting(name: str, claim: str, rule: str, decide: Callable[[float], Decide]) -> Statement:
    return Statement.at(
        name,
        claim,
        f"{_SIZE} {rule} {INTERVAL}",
        encloses(decide),
    )


def _start_alone() -> Statement:
    return _by_nesting(
        "start-alone-carries-enclosure",
        "The start alone carries the enclosure: t-SNE encloses from the principal plane, but not "
        "from noise.",
        f"Looks at nesting {_AT_750}. Holds if its interval lies above {ENCLOSES:g} from the "
        "principal plane and below it from noise, does not hold if one lies on the other side.",
        lambda level: all_of(
            {
                "pca": _nesting(_run(_LARGE, "pca"), "from the principal plane", low=level),
                "random": _nesting(_run(_LARGE, "random"), "from noise", high=level),
            }
        ),
    )


def _exaggeration_alone() -> Statement:
    kept, dropped = (_run(_LARGE, "random", way) for way in _WAYS)
    return _by_nesting(
        "exaggeration-carries-enclosure",
        "Early exaggeration carries the enclosure: from noise t-SNE encloses with it, but not "
        "without.",
        f"Looks at nesting from noise {_AT_750}. Holds if its interval lies above {ENCLOSES:g} "
        "with the exaggeration and below it without, does not hold if one lies on the other side.",
        lambda level: all_of(
            {
                "kept": _nesting(kept, "with exaggeration", low=level),
                "dropped": _nesting(dropped, "without exaggeration", high=level),
            }
        ),
    )


def _by_closeness(name: str, claim: str, rule: str, parts: dict[str, tuple[str, str]]) -> Statement:
    """Judge smaller canonical correlations: by words, the case and the quantity of each."""

    def decide(least: float) -> Decide:
        return all_of(
            {
                words: mean_within(
                    _Number(case, quantity), f"Smaller canonical correlation {words}", low=least
                )
                for words, (case, quantity) in parts.items()
            }
        )

    return Statement.at(
        name,
        claim,
        f"{_SIZE} {rule} {INTERVAL}",
        Threshold(
            "smaller canonical correlation from which two planes are close",
            _CLOSE,
            (0.8, 0.95),
            "Within such planes every direction of one has 0.81 of its variance in the other.",
            decide,
        ),
    )


def _close_to_map(name: str, map_: str, what: str) -> Statement:
    return _by_closeness(
        f"tsne-at-large-perplexity-is-{map_}",
        f"At large perplexity t-SNE is close to a {map_} map: {what}.",
        f"Looks, {_AT_750}, at the smaller of the two canonical correlations between t-SNE's "
        f"picture and that map, which no linear map of either changes. Holds if its interval lies "
        f"above {_CLOSE:g} from every start, does not hold if below it from one.",
        {f"from {words}": (_run(_LARGE, start), f"{name}_2") for start, words in _STARTS.items()},
    )


def _power_iteration(name: str, share: str, words: str) -> Statement:
    return _by_closeness(
        f"exaggeration-is-power-iteration-{name}",
        f"Early exaggeration is power iteration, at a {words} perplexity.",
        "Looks at the picture when the exaggeration ends, from noise, with the perplexity "
        f"{share} times the number of points. It is held against the power iteration of 1 − L/λ "
        "from the same noise, where L is the Laplacian of t-SNE's probabilities and λ its largest "
        "eigenvalue, after that number of steps which suits best. Holds if the interval of the "
        f"smaller canonical correlation lies above {_CLOSE:g}, does not hold if below.",
        {"with the power iteration": (_run(share, "random"), "explored_iteration_2")},
    )


def _even_ties() -> Statement:
    return _by_nesting(
        "even-ties-carry-enclosure",
        "Even ties carry the enclosure: t-SNE encloses where every outer point is drawn to all "
        "inner spheres alike, and no longer where each is drawn to a few of them.",
        f"Looks at nesting from noise {_AT_750}: as it is, and with the probabilities between "
        "outer and inner points spread as at the least perplexity, their sum and all others being "
        f"kept. Holds if its interval lies above {ENCLOSES:g} as it is and below it with those "
        "ties, does not hold if one lies on the other side.",
        lambda level: all_of(
            {
                "as it is": _nesting(_run(_LARGE, "random"), "as it is", low=level),
                "least": _nesting(
                    f"share={_LARGE}/ties=least", "with ties of the least perplexity", high=level
                ),
            }
        ),
    )


def _even_ties_suffice() -> Statement:
    return _by_nesting(
        "even-ties-suffice",
        "Even ties suffice: t-SNE encloses at a usual perplexity too, once all outer points are "
        "tied to all inner ones alike.",
        f"Looks at nesting from noise at the perplexity {_USUAL} times the number of points, the "
        "probabilities between outer and inner points being made equal, their sum and all others "
        f"kept. Holds if its interval lies above {ENCLOSES:g}, does not hold if below.",
        lambda level: _nesting(f"share={_USUAL}/ties=even", "with even ties", low=level),
    )


def _averages_suffice() -> Statement:
    return _by_nesting(
        "averages-suffice",
        "Three averages suffice: t-SNE encloses at a usual perplexity too, once nothing is left of "
        "its probabilities but their averages within the outer points, within the inner ones, and "
        "between them.",
        f"Looks at nesting from noise at the perplexity {_USUAL} times the number of points, with "
        f"averages in place of all probabilities. Holds if its interval lies above {ENCLOSES:g}, "
        "does not hold if below.",
        lambda level: _nesting(f"share={_USUAL}/ties=averaged", "with averages", low=level),
    )


@dataclass(frozen=True)
class _Accuracy:
    """How well numbers of a run tell whether it encloses, on draws that were not fitted: a measure.

    As `topo.questions.prediction.told_right`, fitted to the first half of the draws of SPHERES.
    """

    features: tuple[str, ...]
    kind: str

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        fitted, fresh = split_draws(_runs(evidence, "spheres"))
        if self.kind != "spheres":
            fresh = _runs(evidence, self.kind)
        if (fitted["nesting"] > ENCLOSES).nunique() < 2:
            raise MissingEvidenceError(
                "the draws that are fitted need runs that enclose and runs that do not"
            )
        return told_right(fitted, fresh, self.features)


def _runs(evidence: Evidence, kind: str) -> pd.DataFrame:
    """Return the runs of unchanged t-SNE on one kind of points, at one size."""
    size = _size(evidence, kind)
    runs = runs_of_tsne(evidence.questions)
    is_unchanged = runs["run"].str.startswith("start=")
    return runs[is_unchanged & (runs["kind"] == kind) & (runs["n"] == size)]


def _predicts(name: str, what: str, features: tuple[str, ...], kind: str, where: str) -> Statement:
    measure: Measure = _Accuracy(features, kind)
    return Statement.at(
        f"{name}-predicts-enclosure-{kind.replace('_', '-')}",
        f"Whether t-SNE encloses can be told by {what}, on {where}.",
        f"{_SIZE} A logistic regression is fitted to all runs (perplexities, starts, with "
        "exaggeration and without) of the first half of the draws of SPHERES. Its score on another "
        "draw is the share of runs told right, which enclose where their nesting is above "
        f"{ENCLOSES:g}; runs that do and runs that do not count alike, so that guessing has 0.5. "
        f"Holds if the interval of that share lies above {_PREDICTS:g}, does not hold if below. "
        + INTERVAL,
        Threshold(
            "share of runs told right from which something predicts",
            _PREDICTS,
            (0.65, 0.85),
            "Halfway between guessing and knowing.",
            lambda least: mean_within(measure, f"Share of runs told right by {what}", low=least),
        ),
    )


_PREDICTORS = {
    "alignment": ("its canonical correlations with the spectral and the linear map", _ALIGNMENT),
    "evenness": ("how evenly outer points are tied to the inner spheres", ("evenness",)),
}
_FRESH = {"spheres": "draws that were not fitted", "spheres_2x": "SPHERES with more outer points"}

LARGE_PERPLEXITY_CONCLUSIONS = (
    Conclusion(
        name="how-probabilistic-models-capture-topology",
        theme="Why large perplexities show nested spheres",
        place="5.1",
        quote="purely probabilistic models effectively capture complex topologies",
        readings=(
            _start_alone(),
            _exaggeration_alone(),
            _close_to_map(
                "spectral",
                "spectral",
                "the second and third eigenvector of the normalised Laplacian of its probabilities",
            ),
            _close_to_map("linear", "linear", "the first two principal components"),
            _power_iteration("usual", _USUAL, "usual"),
            _power_iteration("large", _LARGE, "large"),
            *(
                _predicts(name, *predictor, kind, where)
                for (name, predictor), (kind, where) in product(_PREDICTORS.items(), _FRESH.items())
            ),
            _even_ties(),
            _even_ties_suffice(),
            _averages_suffice(),
        ),
    ),
)
