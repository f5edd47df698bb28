"""What tuning gains over the hyperparameters that it starts from."""

from __future__ import annotations

import pandas as pd

from topo.names import dataset_title, method_title
from topo.statements.evidence import Evidence, Measure
from topo.statements.score_tables import MissingEvidenceError


def tuning_gain(dataset: str, method: str) -> Measure:
    """Measure by how much the tuned objective beats that of the default, in the objective's unit.

    Returns
    -------
    callable
        One number per repetition in which the candidates were judged again, above 0 where tuning
        helps (`topo.candidates.gains`).
    """

    def measure(evidence: Evidence) -> pd.Series[float]:
        gains = evidence.gains
        if gains.empty or dataset not in set(gains["dataset"]):
            where = f" on {dataset_title(dataset)}" if len(gains) else ""
            raise MissingEvidenceError(
                f"what tuning{where} gains was not judged in two repetitions or more"
            )
        frame = gains[(gains["dataset"] == dataset) & (gains["method"] == method)]
        if frame.empty:
            raise MissingEvidenceError(
                f"what tuning {method_title(method)} on {dataset_title(dataset)} gains was not "
                "judged in two repetitions or more"
            )
        name = "draw" if frame["is_drawn"].all() else "split"
        values: pd.Series[float] = frame.set_index("repetition")["gain"].rename_axis(name)
        return values

    return measure
