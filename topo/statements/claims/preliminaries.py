"""Conclusions on what the paper builds on: linear autoencoders (2.1) and d_SW (4.1.5)."""

from __future__ import annotations

from functools import partial

import pandas as pd

from topo.statements.contrasts import theory_value
from topo.statements.evidence import Evidence
from topo.statements.intervals import format_bound
from topo.statements.predicates import INTERVAL, all_of, every_value_within, sample_within
from topo.statements.samples import case_title, theory_sample
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Verdict

_conclusion = partial(Conclusion, theme="Background")

#: Angle in degrees up to which two planes count as the same, excess of a reconstruction error that
#: counts as none, and ratio of axes up to which a linear map counts as a similarity.
_SAME_PLANE, _SAME_ERROR, _SIMILARITY = 5.0, 1.01, 1.1
#: Ratio of the largest to the smallest ratio of two distances that one factor can make up for.
_ONE_FACTOR = 1.5
#: Rank correlation from which two distances order diagrams alike.
_SAME_ORDER = 0.9

_SLICED = "sliced_against_exact"
_LINEAR = ("linear_autoencoder/gaussian", "linear_autoencoder/digits")


def _linear(metric: str, what: str, *, high: float) -> Decide:
    measures = [theory_value(case, metric) for case in _LINEAR]
    return every_value_within(measures, what, high=high)


def _pca_plane() -> Statement:
    return Statement.at(
        "linear-autoencoder-finds-pca-plane",
        "Without non-linear activations an autoencoder finds the plane of PCA.",
        "Holds if the largest angle between the decoder's plane and that of PCA is at most "
        f"{_SAME_PLANE:g}° and the reconstruction error at most {_SAME_ERROR:g} times PCA's, in "
        "every training run; one exception refutes it.",
        Threshold(
            "angle up to which two planes are the same",
            _SAME_PLANE,
            (1.0, 10.0),
            "Training ends near the plane, not in it.",
            _same_plane,
            unit="°",
        ),
    )


def _same_plane(angle: float) -> Decide:
    error = "reconstruction error divided by PCA's"
    return all_of(
        {
            "angle": _linear("principal_angle", "angle to PCA's plane in degrees", high=angle),
            "error": _linear("error_ratio", error, high=_SAME_ERROR),
        }
    )


def _pca_picture() -> Statement:
    return Statement.at(
        "linear-autoencoder-draws-pca-picture",
        "Its latent picture is that of PCA as well, up to turning and one scale.",
        "Looks at the condition number of the linear map from PCA's coordinates to the latent "
        f"ones, which is 1 for a similarity. Holds if it is at most {_SIMILARITY:g} in every "
        "training run; one exception refutes it.",
        Threshold(
            "condition of the map up to which it is a similarity",
            _SIMILARITY,
            (1.05, 1.5),
            "A picture stretched by a tenth still looks the same.",
            lambda high: _linear(
                "latent_condition",
                "condition of the map from PCA's picture to the latent one",
                high=high,
            ),
        ),
    )


def _approximates() -> Statement:
    return Statement.at(
        "sliced-wasserstein-approximates-wasserstein",
        "Up to one factor, d_SW is the 1-Wasserstein distance.",
        "Looks at d_SW divided by the exact distance, for diagrams of many scales. Holds if the "
        f"largest of these ratios is at most {_ONE_FACTOR:g} times the smallest, does not hold if "
        "it is more.",
        Threshold(
            "largest ratio divided by the smallest",
            _ONE_FACTOR,
            (1.2, 2.0),
            "What varies by half of itself no longer is one factor.",
            lambda most: partial(_ratios_agree, most=most),
        ),
    )


def _ratios_agree(evidence: Evidence, *, most: float) -> Verdict:
    cases = evidence.case_names(_SLICED, "ratio_max")
    smallest, largest = (
        pd.concat([evidence.values(theory_sample(case, f"ratio_{end}")) for case in cases])
        for end in ("min", "max")
    )
    low, high = float(smallest.min()), float(largest.max())
    return Verdict(
        "holds" if high <= most * low else "does not hold",
        f"d_SW is {format_bound(low)} to {format_bound(high)} times the exact distance",
        {"smallest": low, "largest": high},
    )


def _orders_alike() -> Statement:
    return Statement.at(
        "sliced-wasserstein-orders-like-wasserstein",
        "The approximation is good enough to tell which of two diagrams is closer (a check of "
        "this study).",
        "Looks at Spearman's correlation of the two distances over pairs of diagrams. Holds if the "
        f"interval lies above {_SAME_ORDER:g} for every ratio of scales, does not hold if it lies "
        f"below for one. {INTERVAL}",
        Threshold(
            "rank correlation",
            _SAME_ORDER,
            (0.8, 0.95),
            "At 0.9 about one pair of diagrams in seven changes its order.",
            lambda low: partial(_every_case_orders_alike, low=low),
        ),
    )


def _every_case_orders_alike(evidence: Evidence, *, low: float) -> Verdict:
    cases = evidence.case_names(_SLICED, "rank_correlation")
    rules = {
        case_title(case): sample_within(theory_sample(case, "rank_correlation"), low=low)
        for case in cases
    }
    return all_of(rules)(evidence)


PRELIMINARY_CONCLUSIONS = (
    _conclusion(
        name="linear-autoencoders-resemble-pca",
        place="2.1",
        quote="autoencoders resemble Principal Component Analysis (PCA)",
        readings=(_pca_plane(), _pca_picture()),
    ),
    _conclusion(
        name="approximation-of-wasserstein",
        place="4.1.5",
        quote="provides an approximation to the Wasserstein distance",
        readings=(_approximates(), _orders_alike()),
    ),
)
