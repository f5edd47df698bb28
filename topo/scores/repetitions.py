"""Temporary, until /repeat's is merged."""

import pandas as pd


def repetitions(frame: pd.DataFrame) -> pd.DataFrame:
    drawn = frame.groupby("dataset")["draw"].transform("max") > 0
    rows = frame[~drawn | (frame["draw"] == frame["split"])]
    key = [
        "stage",
        "dataset",
        "method",
        "hyperparameters",
        "metric",
        "dimension",
        "scaling",
        "split",
    ]
    means = rows.groupby(key, sort=False, dropna=False)["value"].mean().reset_index(drop=True)
    first = rows.sort_values("model_seed", kind="stable").drop_duplicates(key).sort_index()
    return first
