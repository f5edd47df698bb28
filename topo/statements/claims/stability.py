"""Conclusions on subsamples and batches (section 3.3)."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.statements.contrasts import theory_value
from topo.statements.evidence import Evidence
from topo.statements.intervals import format_bound
from topo.statements.predicates import INTERVAL, all_of, every_value_within, mean_within
from topo.statements.samples import TheorySample, case_title, theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.spreads import rank_correlation
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Outcome, Verdict

_conclusion = partial(Conclusion, theme="Stability", place="3.3")

#: Distance of a batch's diagram that counts as good, in shares of the largest death; the empty
#: diagram is at 0.5.
_GOOD = 0.25
#: What rounding leaves of a probability.
_ROUNDING = 1e-9

_CLOUDS = ("circle", "spheres")
_LIMIT = "theorem_1_limit"


def _nowhere_violated(metric: str) -> Decide:
    """Judge an inequality by the largest amounts by which it fails."""

    def decide(evidence: Evidence) -> Verdict:
        cases = evidence.case_names("theorem_1", metric)
        amounts = {case: evidence.values(theory_sample(case, metric)).max() for case in cases}
        violated = [case for case in cases if amounts[case] > _ROUNDING]
        exact = [case for case in violated if "/m=" not in case]
        outcome: Outcome = "not decidable" if violated else "holds"
        if exact:
            outcome = "does not hold"
        worst = max(exact or cases, key=amounts.__getitem__)
        words = f"fails in {len(violated)} of {len(cases)} cases"
        if violated:
            largest = format_bound(float(amounts[worst]))
            words += f", by up to {largest} in probability ({case_title(worst)})"
        if violated and not exact:
            words += ", but only among random subsamples"
        numbers = {case: float(amount) for case, amount in amounts.items()}
        return Verdict(outcome, words, {"violated": len(violated), "cases": len(cases), **numbers})

    return decide


_FORMS = {
    "violation_printed": (
        "theorem-1-for-edge-lengths",
        "with the 2ε that is printed, d_H between the point clouds (as in [7]), and deaths as "
        "lengths of edges (as in the loss)",
    ),
    "violation_printed_radii": (
        "theorem-1-for-radii",
        "with the 2ε that is printed, d_H between the point clouds, and deaths as radii, half as "
        "long as edges",
    ),
    "violation_printed_diagrams": (
        "theorem-1-between-diagrams",
        "to the letter, with d_H between the diagrams",
    ),
    "violation_stability": (
        "theorem-1-from-stability",
        "with ε/2 in place of 2ε, which the stability theorem gives for lengths of edges (the form "
        "of this study)",
    ),
}


def _theorem(metric: str) -> Statement:
    name, form = _FORMS[metric]
    return Statement(
        name,
        f"P(d_b > ε) ≤ P(d_H > 2ε), {form}.",
        "Looks at the largest amount, over all ε, by which the left side exceeds the right. Holds "
        "if it is 0 in every case, does not hold if it is above 0 where all subsamples of a point "
        "cloud were enumerated; else, where random subsamples alone violate it, not decidable.",
        _nowhere_violated(metric),
    )


#: What d_H is taken between in the limit, by its metric.
_LIMITS = {
    "hausdorff": ("sample-distance-vanishes", "point cloud and subsample"),
    "diagram_hausdorff": (
        "sample-diagram-distance-vanishes",
        "the diagrams of point cloud and subsample, as printed,",
    ),
}


def _limit(metric: str) -> Statement:
    name, what = _LIMITS[metric]
    parts = {}
    for cloud in _CLOUDS:
        parts[f"{cloud}, m = n"] = every_value_within(
            [partial(_end, cloud=cloud, metric=metric)],
            f"d_H at m = n ({cloud})",
            low=0,
            high=0,
        )
        parts[f"{cloud}, m < n"] = mean_within(
            partial(_fall, cloud=cloud, metric=metric),
            f"Spearman's correlation of d_H with m / n ({cloud})",
            high=0,
        )
    return Statement(
        name,
        f"The distance d_H between {what} falls to 0 as m → n.",
        "Judged on a circle and on spheres. Holds if d_H is 0 at m = n, and the interval of "
        "Spearman's correlation of d_H with m / n lies below 0; does not hold if one of these is "
        f"refuted; else, and without subsamples of all points, not decidable. {INTERVAL}",
        all_of(parts),
    )


def _at_shares(evidence: Evidence, cloud: str, metric: str) -> dict[float, TheorySample]:
    """Distances to the subsamples of a point cloud, by growing m / n."""
    start = f"{_LIMIT}/{cloud}/share="
    shares = [
        float(case.removeprefix(start))
        for case in evidence.case_names(_LIMIT, metric)
        if case.startswith(start)
    ]
    if len(shares) < 2:
        raise MissingEvidenceError(f"subsamples of {cloud} have fewer than two sizes")
    return {share: theory_sample(f"{start}{share:g}", metric) for share in sorted(shares)}


def _end(evidence: Evidence, cloud: str, metric: str) -> pd.Series[float]:
    samples = _at_shares(evidence, cloud, metric)
    largest = max(samples)
    if largest < 1:
        raise MissingEvidenceError(
            f"the largest subsamples of {cloud} are {largest:g} of the points, not all of them"
        )
    return evidence.values(samples[largest])


def _fall(evidence: Evidence, cloud: str, metric: str) -> pd.Series[float]:
    return rank_correlation(evidence, list(_at_shares(evidence, cloud, metric).values()))


def _batches() -> Statement:
    return Statement.at(
        "batch-diagrams-are-good-approximations",
        "The diagram of a training batch is close to that of all points.",
        "Looks at the bottleneck distance between the diagrams of a batch of SPHERES and of all "
        "training points, divided by the largest death; the empty diagram is at 0.5. Holds if the "
        f"interval lies below {_GOOD:g}, does not hold if above. {INTERVAL}",
        Threshold(
            "distance of a batch's diagram",
            _GOOD,
            (0.1, 0.4),
            "Half of what the empty diagram has; no diagram is much worse than that one.",
            lambda high: mean_within(
                theory_value(f"{_LIMIT}/batch", "bottleneck_share"),
                "distance of a batch's diagram from that of all points, in largest deaths",
                high=high,
            ),
            unit="largest deaths",
        ),
    )


STABILITY_CONCLUSIONS = (
    _conclusion(
        name="theorem-1",
        quote="where d_H is the Hausdorff distance",
        readings=tuple(map(_theorem, _FORMS)),
    ),
    _conclusion(
        name="subsamples-approximate",
        quote="The following theorem confirms this approximation",
        readings=tuple(map(_limit, _LIMITS)),
    ),
    _conclusion(
        name="batches-approximate",
        quote="persistence diagrams computed on batches provide good approximations",
        readings=(_batches(),),
    ),
)
