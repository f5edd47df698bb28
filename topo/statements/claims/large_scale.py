"""Training on many points (section 1)."""

from __future__ import annotations

import pandas as pd

from topo.statements.evidence import Evidence
from topo.statements.predicates import every_value_within
from topo.statements.samples import theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement, Threshold

_QUESTION = "large_scale"

#: Ratio of a cost at one number of points to that at another that counts as the same: what is left
#: over of the last batches.
_SAME = 1.1
#: Share of the work from which the term takes more than the network.
_HALF = 0.5


def _cases(evidence: Evidence, metric: str) -> dict[int, dict[int, pd.Series[float]]]:
    """Return a metric by batch size and number of points."""
    found: dict[int, dict[int, pd.Series[float]]] = {}
    for place in evidence.case_names(_QUESTION, metric):
        _, n, batch = place.split("/")
        n_points, batch_size = int(n.removeprefix("n=")), int(batch.removeprefix("batch="))
        values = evidence.values(theory_sample(place, metric))
        found.setdefault(batch_size, {})[n_points] = values
    return found


def _growth(evidence: Evidence) -> pd.Series[float]:
    """Return the distances per point at the most points divided by those at the fewest."""
    grown = []
    for by_n in _cases(evidence, "distances_per_point").values():
        if len(by_n) < 2:
            raise MissingEvidenceError("training was counted at one number of points alone")
        grown.append(by_n[max(by_n)] / by_n[min(by_n)])
    return _worst(grown)


def _share(evidence: Evidence) -> pd.Series[float]:
    """Return the term's share of the multiplications."""
    cases = _cases(evidence, "share_of_products")
    return _worst([each for by_n in cases.values() for each in by_n.values()])


def _loss(evidence: Evidence) -> pd.Series[float]:
    """Return L_t of TopoAE divided by that of AE where there are most points."""
    cases = _cases(evidence, "topological_loss_ratio")
    return _worst([by_n[max(by_n)] for by_n in cases.values()])


def _worst(values: list[pd.Series[float]]) -> pd.Series[float]:
    """Return the largest of several, by repetition."""
    worst: pd.Series[float] = pd.concat(values, axis=1).max(axis=1)
    return worst


def _constant() -> Statement:
    def rule(most: float) -> Decide:
        what = "distances per point at the most points, by those at the fewest"
        return every_value_within([_growth], what, low=1 / most, high=most)

    return Statement.at(
        "topological-term-constant-per-point",
        "What the topological term costs per point does not depend on how many points there are.",
        "Counts, in one epoch, the distances that the term takes, per point and for every batch "
        f"size. Holds if those at the most points are at most {_SAME:g} times those at the fewest, "
        "and no fewer by that factor; one batch size refutes it.",
        Threshold(
            "ratio up to which costs are the same",
            _SAME,
            (1.05, 1.2),
            "The last batches of a block are smaller than the others.",
            rule,
        ),
    )


def _minor() -> Statement:
    return Statement.at(
        "topological-term-below-network",
        "At every batch size the topological term takes less work than the network.",
        "Counts the multiplications of one epoch: of a distance as many as both spaces have "
        "dimensions, of a weight three for every point. Holds if the term's share is at most "
        f"{_HALF:g} at every batch size; one refutes it. It grows with the batch size, and falls "
        "with the size of the network.",
        Threshold(
            "share of the multiplications",
            _HALF,
            (1 / 3, 0.6),
            "Half of them are as many as the network's own.",
            lambda most: every_value_within(
                [_share],
                "share of the term in all multiplications, at the batch size where it is largest",
                high=most,
            ),
        ),
    )


def _works() -> Statement:
    return Statement.at(
        "topological-loss-falls-on-many-points",
        "One epoch on many points made in blocks brings TopoAE a lower topological loss than AE.",
        "Looks at L_t per point on a block that was not trained on, in batches of 128, TopoAE's "
        "divided by AE's, where there are most points. Holds if it is at most 1 at every batch "
        "size; one refutes it.",
        Threshold(
            "L_t divided by AE's",
            1.0,
            (0.9, 1.1),
            "A tenth is what one epoch may leave to chance.",
            lambda most: every_value_within(
                [_loss],
                "L_t of TopoAE divided by AE's at the most points, at the batch size where it "
                "is largest",
                high=most,
            ),
        ),
    )


LARGE_SCALE_CONCLUSIONS = (
    Conclusion(
        name="large-scale-training",
        theme="Large-scale training",
        place="1",
        quote="suitable for large-scale training in deep learning",
        readings=(_constant(), _minor(), _works()),
    ),
)
