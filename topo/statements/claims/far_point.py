"""Readings on one point far from all others, which theory has t-SNE draw in (section 5.1)."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from topo.statements.contrasts import theory_value
from topo.statements.evidence import Evidence
from topo.statements.predicates import INTERVAL, all_of, mean_within
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Decide, Statement, Threshold
from topo.statements.verdicts import Outcome, Verdict

_FAR = "far_point"

#: What may be left of t-SNE's forces, by its attraction, where a picture counts as stationary.
_STATIONARY = 1e-3
#: The relative margin that arXiv 2510.07746 proves for many points; that of this study is smaller.
_PUBLISHED = 3.266
#: Longest death over the second longest from which homology shows the far point.
_SHOWN = 2.0

#: Of all data in this theme.
FITTED = "All points are fitted and judged."


def _runs(evidence: Evidence) -> list[str]:
    """Return the cases of t-SNE on the far point, one for each start and perplexity."""
    return evidence.case_names(_FAR, "residual")


def _within_bound(tolerance: float) -> Decide:
    def decide(evidence: Evidence) -> Verdict:
        bound = evidence.measured(theory_value(f"{_FAR}/input", "bound")).min()
        runs = [
            pd.concat(
                [evidence.measured(theory_value(place, each)) for each in ("margin", "residual")],
                axis=1,
                keys=["margin", "residual"],
            )
            for place in _runs(evidence)
        ]
        stationary = pd.concat([each[each["residual"] <= tolerance] for each in runs])
        n_runs = sum(map(len, runs))
        if stationary.empty:
            raise MissingEvidenceError(f"none of {n_runs} runs of t-SNE is stationary")
        largest = float(stationary["margin"].max())
        outcome: Outcome = "holds" if largest <= bound else "does not hold"
        return Verdict(
            outcome,
            f"relative margin of the far point in t-SNE's pictures: at most {largest:.3g}, where "
            f"theory allows {bound:.3g}; {len(stationary)} of {n_runs} runs are stationary",
            {"largest": largest, "bound": bound, "stationary": len(stationary), "runs": n_runs},
        )

    return decide


def _draws_in() -> Statement:
    return Statement.at(
        "tsne-draws-far-point-in",
        "In every stationary picture, at every perplexity and from every start, t-SNE draws a far "
        "point in as theory says.",
        f"{FITTED} The relative margin is the far point's distance to the hull of all others over "
        "max(1, their diameter). Balance of forces bounds it by 2.08 for many points (this study's "
        f"derivation; {_PUBLISHED:g} is published). Holds if it is at most the bound for so many "
        f"points in every run whose forces cancel to {_STATIONARY:g} of the attraction; one "
        "exception refutes it. Runs that are not stationary are counted, not judged.",
        Threshold(
            "what may be left of the forces of a stationary picture",
            _STATIONARY,
            (1e-4, 1e-2),
            "Attraction and repulsion cancel to a thousandth.",
            _within_bound,
        ),
    )


def _hidden_by_homology(level: float) -> Decide:
    def decide(evidence: Evidence) -> Verdict:
        parts = {
            place: mean_within(
                theory_value(place, "gap"), f"longest death over the second ({place})", high=level
            )
            for place in _runs(evidence)
        }
        return all_of(parts)(evidence)

    return decide


def _hides() -> Statement:
    return Statement.at(
        "tsne-hides-far-point-by-homology",
        "At every perplexity t-SNE hides the far point from the homology of its picture too.",
        f"{FITTED} Looks at the longest death in dimension 0 over the second longest, free of "
        f"scale. Holds if its interval lies below {_SHOWN:g} at every perplexity and from every "
        f"start, does not hold if one lies above. {INTERVAL}",
        Threshold(
            "longest death over the second longest that shows a far point",
            _SHOWN,
            (1.5, 3.0),
            "Of points without a far one the two are hardly different.",
            _hidden_by_homology,
        ),
    )


def _keeps(method: str, bound: float, *, above: bool) -> Decide:
    measure = theory_value(f"{_FAR}/{method}", "margin")
    limits = {"low": bound} if above else {"high": bound}
    return mean_within(measure, f"relative margin of {method} on the far point", **limits)


def _beyond_tsne(rule: Callable[[float], Decide]) -> Threshold:
    return Threshold(
        "relative margin that no picture by t-SNE can have",
        _PUBLISHED,
        (2.08, 5.0),
        "The published bound, which is above that of this study.",
        rule,
    )


def _topoae_keeps() -> Statement:
    return Statement.at(
        "topoae-keeps-far-point",
        "TopoAE keeps a far point further out than any stationary picture by t-SNE can.",
        f"{FITTED} Holds if the interval of TopoAE's relative margin lies above {_PUBLISHED:g}, "
        f"does not hold if below. {INTERVAL}",
        _beyond_tsne(lambda bound: _keeps("topoae", bound, above=True)),
    )


def _alone() -> Statement:
    return Statement.at(
        "topoae-alone-keeps-far-point",
        "Neither AE nor PCA keeps the far point so far out.",
        f"{FITTED} Holds if the intervals of the relative margins of AE and PCA lie below "
        f"{_PUBLISHED:g}, does not hold if one lies above. {INTERVAL}",
        _beyond_tsne(
            lambda bound: all_of({each: _keeps(each, bound, above=False) for each in ("ae", "pca")})
        ),
    )


#: In the order of the report.
FAR_POINT_READINGS = (_draws_in(), _hides(), _topoae_keeps(), _alone())
