"""Statements on what the paper builds on: linear autoencoders (2.1) and d_SW (4.1.5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from topo.statements.evidence import Evidence
from topo.statements.intervals import format_bound
from topo.statements.predicates import INTERVAL, all_of, every_value_within, sample_within
from topo.statements.samples import case_title, theory_sample
from topo.statements.statement import Decide, Statement
from topo.statements.verdicts import Verdict

_statement = partial(Statement, theme="Background")

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
    measures = [_of(theory_case, metric) for theory_case in _LINEAR]
    return every_value_within(measures, what, high=high)


def _of(case: str, metric: str) -> Callable[[Evidence], pd.Series[float]]:
    return lambda evidence: evidence.values(theory_sample(case, metric))


def _pca_plane() -> Statement:
    return _statement(
        "linear-autoencoder-finds-pca-plane",
        "2.1",
        'Without non-linear activations an autoencoder finds the plane of PCA: "autoencoders '
        'resemble Principal Component Analysis (PCA)".',
        "Holds if the largest angle between the decoder's plane and that of PCA is at most "
        f"{_SAME_PLANE:g}° and the reconstruction error at most {_SAME_ERROR:g} times PCA's, in "
        "every training run; one exception refutes it.",
        all_of(
            {
                "angle": _linear(
                    "principal_angle", "angle to PCA's plane in degrees", high=_SAME_PLANE
                ),
                "error": _linear(
                    "error_ratio", "reconstruction error divided by PCA's", high=_SAME_ERROR
                ),
            }
        ),
    )


def _pca_picture() -> Statement:
    return _statement(
        "linear-autoencoder-draws-pca-picture",
        "2.1",
        'Its latent picture is that of PCA as well, up to turning and one scale: "in terms of '
        'latent space representation".',
        "Looks at the condition number of the linear map from PCA's coordinates to the latent "
        f"ones, which is 1 for a similarity. Holds if it is at most {_SIMILARITY:g} in every "
        "training run; one exception refutes it.",
        _linear(
            "latent_condition",
            "condition of the map from PCA's picture to the latent one",
            high=_SIMILARITY,
        ),
    )


def _approximates() -> Statement:
    return _statement(
        "sliced-wasserstein-approximates-wasserstein",
        "4.1.5",
        'Up to one factor, d_SW is the 1-Wasserstein distance: "provides an approximation to the '
        'Wasserstein distance".',
        "Looks at d_SW divided by the exact distance, for diagrams of many scales. Holds if the "
        f"largest of these ratios is at most {_ONE_FACTOR:g} times the smallest, does not hold if "
        "it is more.",
        _ratios_agree,
    )


def _ratios_agree(evidence: Evidence) -> Verdict:
    cases = evidence.case_names(_SLICED, "ratio_max")
    smallest, largest = (
        pd.concat([evidence.values(theory_sample(case, f"ratio_{end}")) for case in cases])
        for end in ("min", "max")
    )
    low, high = float(smallest.min()), float(largest.max())
    return Verdict(
        "holds" if high <= _ONE_FACTOR * low else "does not hold",
        f"d_SW is {format_bound(low)} to {format_bound(high)} times the exact distance",
        {"smallest": low, "largest": high},
    )


def _orders_alike() -> Statement:
    return _statement(
        "sliced-wasserstein-orders-like-wasserstein",
        "4.1.5; a check of this study",
        'The approximation is good enough to tell which of two diagrams is closer: "provides an '
        'approximation to the Wasserstein distance".',
        "Looks at Spearman's correlation of the two distances over pairs of diagrams. Holds if the "
        f"interval lies above {_SAME_ORDER:g} for every ratio of scales, does not hold if it lies "
        f"below for one. {INTERVAL}",
        _every_case_orders_alike,
    )


def _every_case_orders_alike(evidence: Evidence) -> Verdict:
    cases = evidence.case_names(_SLICED, "rank_correlation")
    rules = {
        case_title(case): sample_within(theory_sample(case, "rank_correlation"), low=_SAME_ORDER)
        for case in cases
    }
    return all_of(rules)(evidence)


PRELIMINARY_STATEMENTS = (_pca_plane(), _pca_picture(), _approximates(), _orders_alike())
