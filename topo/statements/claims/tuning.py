"""Conclusions on what tuning the hyperparameters gains (section 4.1.4)."""

from __future__ import annotations

from topo.names import dataset_title, method_title
from topo.statements.predicates import INTERVAL, mean_within
from topo.statements.quantities import DATASETS
from topo.statements.statement import Conclusion, Statement
from topo.statements.tuning import tuning_gain

#: What the paper tunes.
_TUNED = ("tsne", "umap", "topoae")


def _gains(dataset: str, method: str) -> Statement:
    who = f"{method_title(method)} on {dataset_title(dataset)}"
    return Statement(
        f"tuning-gains-over-default-{method}-{dataset}",
        f"Tuning brings {who} a better objective than the default hyperparameters.",
        "Looks at the objective of the default minus that of what was chosen, on draws and splits "
        "that no trial saw, paired. Holds if the interval lies above 0, does not hold if below. "
        + INTERVAL,
        mean_within(tuning_gain(dataset, method), f"what tuning {who} gains", low=0),
    )


TUNING_CONCLUSIONS = (
    Conclusion(
        name="hyperparameters-optimized",
        theme="Tuning",
        place="4.1.4",
        quote="Bayesian optimization is employed to optimize hyperparameters on the validation set",
        readings=tuple(_gains(dataset, method) for dataset in DATASETS for method in _TUNED),
    ),
)
