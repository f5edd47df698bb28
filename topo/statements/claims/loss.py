"""Conclusions on what the topological loss notices (section 3.4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from topo.statements.contrasts import paired
from topo.statements.evidence import Evidence, Measure
from topo.statements.intervals import format_bound
from topo.statements.predicates import all_of, every_value_within
from topo.statements.samples import case_title, theory_sample
from topo.statements.score_tables import MissingEvidenceError
from topo.statements.statement import Conclusion, Decide, Statement, Threshold
from topo.statements.verdicts import Outcome, Verdict

_conclusion = partial(Conclusion, theme="Topological loss")

#: What rounding leaves of a loss, and of a distance between diagrams, that is 0.
NO_LOSS, _NO_DISTANCE = 1e-20, 1e-9
#: Relative error that difference quotients may have.
_SAME_GRADIENT = 1e-5
#: A loop that loses this share of its persistence counts as lost.
LOST = 0.5

#: Where pairs of spaces without loss are looked for.
_PAIRS = ("circle_unrolled", "dimension_0_faithful")
_ALIGNMENTS = ("rotation", "reflection", "translation", "padding", "composition")

#: A number of every pair of spaces in a case of the theory stage.
_CaseMeasure = Callable[[Evidence, str], "pd.Series[float]"]


def _of(measure: _CaseMeasure, case: str) -> Measure:
    return lambda evidence: measure(evidence, case)


def _number(metric: str) -> _CaseMeasure:
    return lambda evidence, case: evidence.values(theory_sample(case, metric))


def _whole_loss(evidence: Evidence, case: str) -> pd.Series[float]:
    table = paired(evidence, [theory_sample(case, f"loss_{way}") for way in ("x_to_z", "z_to_x")])
    return table[0] + table[1]


def _lost_share(evidence: Evidence, case: str) -> pd.Series[float]:
    """Share of the largest persistence in dimension 1 that the latent space loses."""
    sides = [theory_sample(case, f"{side}_max_persistence", 1) for side in ("input", "latent")]
    table = paired(evidence, sides)
    return (1 - table[1] / table[0]).where(table[0] > 0, 0.0)


def _other_pairs(evidence: Evidence, case: str) -> pd.Series[float]:
    return 1 - evidence.values(theory_sample(case, "shared_pairs"))


def _some_lossless_pair(measure: _CaseMeasure, what: str, *, above: float) -> Decide:
    """Judge whether some pair of spaces has L_t = 0 and a number above a bound."""

    def decide(evidence: Evidence) -> Verdict:
        cases = [case for each in _PAIRS for case in evidence.case_names(each, "loss_x_to_z")]
        lossless = {}
        for case in cases:
            lost = _whole_loss(evidence, case) <= NO_LOSS
            lossless[case] = measure(evidence, case).reindex(lost.index[lost]).dropna()
        found = pd.concat(lossless, names=["case"])
        if found.empty:
            raise MissingEvidenceError("no pair of spaces with L_t = 0 was made")
        largest = float(found.max())
        outcome: Outcome = "holds" if largest > above else "does not hold"
        case = found.index.get_level_values("case")[int(found.argmax())]
        where = f" ({case_title(case)})" if largest > above else ""
        return Verdict(
            outcome,
            f"{what}, at most, in {len(found)} pairs with L_t = 0: {format_bound(largest)}{where}",
            {"largest": largest, "pairs": len(found), "bound": above},
        )

    return decide


def _one_direction_is_blind() -> Statement:
    return Statement.at(
        "loss-x-to-z-misses-change",
        "L_X→Z can be 0 although the topology changes.",
        "Judged on a counterexample in the spirit of Figure 4, a circle folded into a hairpin. "
        f"Holds if L_X→Z is 0 (at most {NO_LOSS:g}) and the loop loses at least "
        f"{100 * LOST:g} % of its persistence, does not hold if one of the two is refuted.",
        lost_loop(_folded),
    )


def _folded(lost: float) -> Decide:
    loss = every_value_within(
        [_of(_number("loss_x_to_z"), "figure_4")], "L_X→Z of the counterexample", high=NO_LOSS
    )
    loop = every_value_within(
        [_of(_lost_share, "figure_4")], "share of the loop's persistence lost", low=lost
    )
    return all_of({"loss": loss, "loop": loop})


def lost_loop(rule: Callable[[float], Decide]) -> Threshold:
    """Return the share of its persistence without which a loop is lost."""
    return Threshold(
        "share of its persistence without which a loop is lost",
        LOST,
        (0.25, 0.75),
        "A loop of half the persistence is no longer the most conspicuous one.",
        rule,
    )


def _figure_4_has_no_loss() -> Statement:
    return Statement(
        "figure-4-shows-whole-loss-zero",
        "Figure 4 shows that the whole L_t can be 0 although the diagrams differ.",
        "Judged on the same counterexample. Holds if L_X→Z + L_Z→X is 0 (at most "
        f"{NO_LOSS:g}); else the other direction notices the change.",
        every_value_within(
            [_of(_whole_loss, "figure_4")], "L_t of the counterexample", high=NO_LOSS
        ),
    )


_LOSSLESS_RULE = (
    f"Looks at pairs of spaces with L_t = 0 (at most {NO_LOSS:g}): a circle unrolled to a line, "
    "point clouds brought there by gradient descent, a sheared lattice. Holds if in one of them "
    "{}, does not hold if in none."
)


def _loop_unnoticed() -> Statement:
    return Statement.at(
        "zero-loss-hides-lost-loop",
        "A loop can vanish although the whole loss is 0.",
        _LOSSLESS_RULE.format(f"the largest loop loses more than {100 * LOST:g} %"),
        lost_loop(
            lambda share: _some_lossless_pair(
                _lost_share, "share of the largest loop lost", above=share
            )
        ),
    )


def _diagrams_differ() -> Statement:
    return Statement(
        "zero-loss-allows-other-diagrams-in-dimension-0",
        "Even in dimension 0, where the loss is defined, L_t = 0 leaves room for other diagrams.",
        _LOSSLESS_RULE.format(f"the sorted deaths differ by more than {_NO_DISTANCE:g}"),
        _some_lossless_pair(_number("death_distance"), "difference of deaths", above=_NO_DISTANCE),
    )


def _pairings_differ() -> Statement:
    return Statement(
        "zero-loss-allows-other-pairings-in-dimension-0",
        "L_t = 0 leaves room for other pairings, that is, other edges of the spanning tree.",
        _LOSSLESS_RULE.format("the trees share fewer than all edges"),
        _some_lossless_pair(_other_pairs, "share of edges that the trees do not share", above=0),
    )


def _loss_bounds_diagrams() -> Statement:
    return Statement(
        "loss-bounds-dimension-0-diagrams",
        "The loss does its work in dimension 0, where sorted deaths differ by at most √(2 L_t) (a "
        "bound of this study).",
        "Holds if the Euclidean difference of the sorted deaths is at most √(2 L_t), up to "
        f"{_NO_DISTANCE:g}, in every pair of spaces of the experiment; one exception refutes it.",
        _nowhere_beyond_bound,
    )


def _nowhere_beyond_bound(evidence: Evidence) -> Verdict:
    cases = evidence.case_names("dimension_0_faithful", "death_distance")
    rule = every_value_within(
        [_of(_excess_over_bound, case) for case in cases],
        "difference of the sorted deaths minus √(2 L_t)",
        high=_NO_DISTANCE,
    )
    return rule(evidence)


def _excess_over_bound(evidence: Evidence, case: str) -> pd.Series[float]:
    table = paired(
        evidence, [theory_sample(case, f"death_{each}") for each in ("distance", "bound")]
    )
    return table[0] - table[1]


def _alignment() -> Statement:
    cases = [f"perfect_alignment/{name}" for name in _ALIGNMENTS]
    parts = {
        "loss": every_value_within(
            [_of(_whole_loss, case) for case in cases], "L_t of isometric images", high=NO_LOSS
        ),
        "deaths": every_value_within(
            [_of(_number("death_distance"), case) for case in cases],
            "difference of their deaths",
            high=_NO_DISTANCE,
        ),
    }
    return Statement(
        "perfect-alignment-has-no-loss",
        "Isometric images lose nothing.",
        "Looks at point clouds turned, mirrored, moved, padded with zeros, and all of it. Holds if "
        f"L_t is 0 (at most {NO_LOSS:g}) and the deaths agree (to {_NO_DISTANCE:g}) in all of "
        "them; one exception refutes it.",
        all_of(parts),
    )


_GRADIENT = {
    "vector": (
        "loss-gradient-as-vector",
        "The gradient is −ρᵀ times the matrix of derivatives of the paired distances (equations 2 "
        "and 3).",
    ),
    "product": (
        "loss-gradient-as-printed",
        "The gradient is −ρᵀ times the sum of these derivatives, as equation 4 is printed: a "
        "product of two sums.",
    ),
    "sum": (
        "loss-gradient-as-sum",
        "The gradient is the sum of −ρ_i times the derivative of the i-th distance, equation 4 "
        "with ρ inside the sum (the form of this study).",
    ),
}


def _gradient(form: str) -> Statement:
    name, claim = _GRADIENT[form]
    cases = [f"loss_gradient/{way}" for way in ("x_to_z", "z_to_x")]
    return Statement(
        name,
        claim,
        "Looks at its distance from central difference quotients of the loss, relative to these, "
        f"in both directions of the loss. Holds if it is at most {_SAME_GRADIENT:g} everywhere; "
        "one exception refutes it.",
        every_value_within(
            [_of(_number(f"error_{form}"), case) for case in cases],
            "relative distance from the difference quotients",
            high=_SAME_GRADIENT,
        ),
    )


LOSS_CONCLUSIONS = (
    _conclusion(
        name="gradient-of-the-loss",
        place="3.2, equations 2 to 4",
        quote="Then, the gradient of the loss",
        readings=tuple(map(_gradient, _GRADIENT)),
    ),
    _conclusion(
        name="change-without-loss",
        place="3.4, Figure 4",
        quote="Despite significant changes in the data's topology between input and latent spaces",
        readings=(_one_direction_is_blind(),),
    ),
    _conclusion(
        name="counterexample-of-figure-4",
        place="3.4, Figure 4",
        quote="To illustrate this, we provide a simple counterexample in figure 4",
        readings=(_figure_4_has_no_loss(),),
    ),
    _conclusion(
        name="unnoticed-collapses",
        place="3.4, 5.1",
        quote="can result in unnoticed collapses of topological features",
        readings=(_loop_unnoticed(),),
    ),
    _conclusion(
        name="zero-loss-without-identity",
        place="3.4",
        quote="their corresponding persistence diagrams may not be identical",
        readings=(_diagrams_differ(), _pairings_differ()),
    ),
    _conclusion(
        name="effective-for-dimension-0",
        place="5.1",
        quote="effective for dimension 0",
        readings=(_loss_bounds_diagrams(),),
    ),
    _conclusion(
        name="perfect-alignment",
        place="3.4",
        quote="perfect alignment of the two spaces results in",
        readings=(_alignment(),),
    ),
)
