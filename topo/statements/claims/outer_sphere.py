"""Conclusions on how the outer sphere of SPHERES is drawn: as a circle, or small (Figure 5)."""

from __future__ import annotations

from functools import partial

from topo.statements.evidence import Evidence
from topo.statements.predicates import INTERVAL, all_of, difference_within, sample_within
from topo.statements.quantities import (
    NESTING,
    OUTER_TO_CLASS,
    OUTER_TO_INNER,
    RADIUS_VARIATION,
)
from topo.statements.samples import Quantity, Sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Verdict

_conclusion = partial(Conclusion, theme="Enclosure")

#: A gain of nesting by less counts as none.
_GAIN = 0.05
#: Factor within which two areas are "similar in size".
_SAME_SIZE = 3.0
#: Variation of the radius from which a circle is not perfect.
_NO_CIRCLE = 0.1


def _compresses() -> Statement:
    return Statement(
        "ae-compresses-outer-sphere",
        "AE gives the outer sphere, in the input the largest by far, less area than the inner "
        "ones together.",
        "Holds if the interval of the outer sphere's area divided by the sum of the inner ones' "
        f"lies below 1, does not hold if above. {INTERVAL}",
        sample_within(Sample("spheres", "ae", OUTER_TO_INNER), high=1),
    )


def _same_size() -> Statement:
    return Statement.at(
        "ae-outer-sphere-as-large-as-inner-one",
        "AE makes the outer sphere about as large as one inner sphere.",
        "Holds if the interval of the outer sphere's area divided by the median inner one's lies "
        f"between 1/{_SAME_SIZE:g} and {_SAME_SIZE:g}, does not hold if outside. {INTERVAL}",
        Threshold(
            "factor within which two areas are similar in size",
            _SAME_SIZE,
            (2.0, 4.0),
            "The paper compares them by eye; three times the area is less than twice the diameter.",
            lambda most: sample_within(
                Sample("spheres", "ae", OUTER_TO_CLASS), low=1 / most, high=most
            ),
        ),
    )


def _no_circle() -> Statement:
    return Statement.at(
        "topoae-circle-is-not-perfect",
        "TopoAE does not draw the outer sphere as a circle.",
        "Looks at the variation of the outer points' distances from their mean. Holds if the "
        f"interval lies above {_NO_CIRCLE:g}, does not hold if below. {INTERVAL}",
        Threshold(
            "variation of the radius up to which a circle is perfect",
            _NO_CIRCLE,
            (0.05, 0.2),
            "A circle has 0 and an evenly filled disc 0.35.",
            lambda low: sample_within(Sample("spheres", "topoae", RADIUS_VARIATION), low=low),
        ),
    )


def _compute() -> Statement:
    return Statement.at(
        "topoae-circle-limited-by-compute",
        "TopoAE's imperfect circle is a matter of computing time, so that more epochs mend it.",
        "Looks at TopoAE with the most epochs of the sweep minus with the fewest, paired over the "
        "repetitions and at the λ of params.yaml's methods, not the tuned one: at nesting and at "
        "the variation of the outer radius (0 for a circle). Holds if the interval lies above "
        f"{_GAIN:g} for nesting and below 0 for the variation, does not hold if one lies on the "
        f"other side. {INTERVAL}",
        Threshold(
            "gain of nesting that counts",
            _GAIN,
            (0.02, 0.1),
            "A twentieth of the scale shows in a picture.",
            lambda least: partial(_more_epochs_help, least=least),
        ),
    )


def _more_epochs_help(evidence: Evidence, *, least: float) -> Verdict:
    epochs = evidence.sweep_values("spheres", "topoae", "epochs")
    if len(epochs) < 2:
        raise MissingEvidenceError(f"the sweep has TopoAE at {epochs[0]:g} epochs only")

    def gain(quantity: Quantity, **bounds: float) -> Decide:
        fewest, most = (
            Sample("spheres", "topoae", quantity, "sweep", {"epochs": n})
            for n in (epochs[0], epochs[-1])
        )
        return difference_within(most, fewest, **bounds)

    parts = {"nesting": gain(NESTING, low=least), "variation": gain(RADIUS_VARIATION, high=0)}
    return all_of(parts)(evidence)


OUTER_SPHERE_CONCLUSIONS = (
    _conclusion(
        name="no-perfect-circle",
        place="4.2.2",
        quote="does not achieve a perfect circular structure",
        readings=(_no_circle(),),
    ),
    _conclusion(
        name="limited-by-compute",
        place="4.2.2",
        quote="likely due to computational limitations rather than the method itself",
        readings=(_compute(),),
    ),
    _conclusion(
        name="ae-compresses-sphere",
        place="4.2.2, Figure 5",
        quote="AE compresses it into a cluster",
        readings=(_compresses(), _same_size()),
    ),
)
