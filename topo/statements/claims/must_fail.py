"""Data on which t-SNE must fail (section 5.1): theory, and a search beyond it, put to the test."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from topo.statements.claims.far_point import FAR_POINT_READINGS, FITTED
from topo.statements.contrasts import paired, theory_value
from topo.statements.evidence import Evidence
from topo.statements.intervals import format_bound
from topo.statements.predicates import INTERVAL, all_of, every_value_within, mean_within
from topo.statements.samples import theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Verdict

_SHIFTED, _POISON, _SEARCH = "shifted_squares", "poison_point", "search"

#: Share of a silhouette down to which clusters are not destroyed.
_DESTROYED = 0.5
#: Lead of TopoAE that matters, on scales that end at 1.
_LEAD = 0.1
#: Procrustes' disparity up to which two pictures are the same one, and what is left of a
#: silhouette, or of the excess of a ratio over 1, where next to nothing is.
_SAME, _NOTHING_LEFT = 1e-6, 0.01


@dataclass(frozen=True)
class _Kept:
    """Share of the silhouette that one point between the clusters leaves: a measure."""

    place: str

    def __call__(self, evidence: Evidence) -> pd.Series[float]:
        samples = [theory_sample(self.place, f"silhouette_{each}") for each in ("with", "without")]
        both = paired(evidence, samples)
        share: pd.Series[float] = both[0] / both[1]
        return share


def _same_picture(same: float) -> Decide:
    def decide(evidence: Evidence) -> Verdict:
        pictures = evidence.case_names(_SHIFTED, "picture_difference")
        inputs = evidence.case_names(_SHIFTED, "death_ratio")
        shifts = {float(each.split("/")[1].removeprefix("shift=")): each for each in inputs}
        most = shifts[max(shifts)]
        parts = {
            "pictures": every_value_within(
                [theory_value(each, "picture_difference") for each in pictures],
                "difference of the pictures",
                high=same,
            ),
            "death ratio": every_value_within(
                [theory_value(most, "death_ratio")],
                "longest over shortest death at the largest shift",
                high=1 + _NOTHING_LEFT,
            ),
            "silhouette": every_value_within(
                [theory_value(most, "silhouette")],
                "silhouette of the classes at the largest shift",
                low=-_NOTHING_LEFT,
                high=_NOTHING_LEFT,
            ),
        }
        return all_of(parts)(evidence)

    return decide


def _shifted() -> Statement:
    return Statement.at(
        "tsne-draws-shifted-squares-alike",
        "t-SNE draws the same picture when a number is added to all squared distances, until "
        "nothing of clusters is left in them.",
        f"{FITTED} The pictures, at every perplexity from one start, are held against that of the "
        f"points as they are. Holds if Procrustes' disparity is at most {format_bound(_SAME)} at "
        "every shift, while at the largest one the deaths in dimension 0 differ by at most a "
        f"hundredth and the classes' silhouette is at most {_NOTHING_LEFT:g}; one exception "
        "refutes it.",
        Threshold(
            "Procrustes' disparity of the same picture",
            _SAME,
            (1e-9, 1e-3),
            "Far above rounding, far below what an eye can see.",
            _same_picture,
        ),
    )


def _poisoned(level: float) -> Decide:
    def decide(evidence: Evidence) -> Verdict:
        cases = evidence.case_names(_POISON, "silhouette_with")
        usual = [each for each in cases if each.startswith(f"{_POISON}/tsne/perplexity=")]
        if not usual:
            raise MissingEvidenceError(f"the stage questions has no t-SNE of the {_POISON}")
        parts = {
            each: mean_within(_Kept(each), f"share of the silhouette left ({each})", high=level)
            for each in usual
        }
        return all_of(parts)(evidence)

    return decide


def _poison() -> Statement:
    return Statement.at(
        "poison-point-destroys-clusters",
        "One point at the mean of two clusters destroys them in t-SNE's picture, at every "
        "perplexity.",
        f"{FITTED} Looks at the silhouette of two normal clusters in t-SNE's picture, with its "
        "usual number of steps, over that without the point. Holds if its interval lies below "
        f"{_DESTROYED:g} at every perplexity, does not hold if one lies above. {INTERVAL}",
        Threshold(
            "share of a silhouette that is left of destroyed clusters",
            _DESTROYED,
            (1 / 3, 0.75),
            "Half of what the clusters stood out.",
            _poisoned,
        ),
    )


def _gap(measure: str, words: str) -> Statement:
    number = theory_value(f"{_SEARCH}/{measure}/confirmed", "gap")
    what = f"TopoAE's {words} minus the best of t-SNE, UMAP, AE and PCA"
    return Statement.at(
        f"family-where-topoae-alone-succeeds-{measure.replace('_', '-')}",
        "Among nested shells a search finds some of which TopoAE keeps more than t-SNE at its best "
        f"perplexity, UMAP, AE and PCA, by {words}.",
        f"{FITTED} Bayesian optimisation looks for the largest lead of TopoAE over the best of "
        "the others, over depth, radii, densities, noise and dimension. Judged on fresh draws of "
        f"the best trial. Holds if the interval of the lead lies above {_LEAD:g}, does not hold if "
        f"below. {INTERVAL}",
        Threshold(
            "lead that matters",
            _LEAD,
            (0.05, 0.2),
            "A tenth of a scale that ends at 1.",
            lambda low: mean_within(number, what, low=low),
        ),
    )


MUST_FAIL_CONCLUSIONS = (
    Conclusion(
        name="dataset-where-tsne-fails-and-topoae-succeeds",
        theme="Where t-SNE must fail",
        place="5.1",
        quote="would be an intriguing area for study",
        readings=(
            *FAR_POINT_READINGS,
            _shifted(),
            _poison(),
            _gap("nesting", "nesting"),
            _gap("nts_m", "NTS-M"),
        ),
    ),
)
