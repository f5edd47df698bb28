"""Conclusions on what tuning the hyperparameters gains (section 4.1.4)."""

from __future__ import annotations

from topo.names import dataset_title, method_title
from topo.statements.contrasts import Rule
from topo.statements.evidence import Evidence, Measure
from topo.statements.predicates import INTERVAL, mean_within
from topo.statements.quantities import DATASETS
from topo.statements.statement import Conclusion, Statement
from topo.statements.tuning import tuning_gain
from topo.statements.verdicts import Verdict

#: What the paper tunes.
_TUNED = ("tsne", "umap", "topoae")


def _gains(dataset: str, method: str) -> Statement:
    who = f"{method_title(method)} on {dataset_title(dataset)}"
    return Statement(
        f"tuning-gains-over-default-{method}-{dataset}",
        f"Tuning brings {who} a better objective than the default hyperparameters.",
        "Looks at the objective of the default minus that of what was chosen, on draws and splits "
        "that no trial saw, paired. Holds if the interval lies above 0, does not hold if below, or "
        "if the default was chosen every time. " + INTERVAL,
        _gain_above_0(tuning_gain(dataset, method), f"what tuning {who} gains"),
    )


def _gain_above_0(gain: Measure, what: str) -> Rule:
    above = mean_within(gain, what, low=0)

    def decide(evidence: Evidence) -> Verdict:
        gains = evidence.measured(gain)
        if (gains == 0).all():
            n = len(gains)
            words = f"{what}: exactly 0 (n = {n}), since the default itself was chosen every time"
            return Verdict("does not hold", words, {"mean": 0.0, "n": n})
        return above(evidence)

    return Rule(decide)


TUNING_CONCLUSIONS = (
    Conclusion(
        name="hyperparameters-optimized",
        theme="Tuning",
        place="4.1.4",
        quote="Bayesian optimization is employed to optimize hyperparameters on the validation set",
        readings=tuple(_gains(dataset, method) for dataset in DATASETS for method in _TUNED),
    ),
)
