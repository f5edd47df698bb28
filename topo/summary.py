"""A run in few numbers and curves, fit to be laid beside those of another run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from topo.methods.roles import CONTROLS
from topo.names import dataset_title, method_title
from topo.scores import aggregate
from topo.statements.verdicts import CONCLUSION_OUTCOMES, JudgedConclusion
from topo.table.layout import short_title

#: Means by dataset, then by method, then by the metric's title.
_Nested = dict[str, dict[str, dict[str, float]]]

CURVE_COLUMNS = ("dataset", "metric", "scaling", "perplexity", "mean", "min", "max", "n")


class _Headline(NamedTuple):
    metric: str
    scaling: str
    title: str


#: What the tuning minimises, the diagram distance that ignores scale, and "encloses".
_HEADLINES = (
    _Headline("kl_0.1", "raw", "KL_0.1"),
    _Headline("sliced_wasserstein", "sum", "d_SW/Σ"),
    _Headline("nesting", "raw", "nesting"),
)

#: Metrics and scalings whose curves over the perplexities are compared.
_CURVES = (
    ("nesting", "raw"),
    ("sliced_wasserstein", "raw"),
    ("sliced_wasserstein", "sum"),
    ("kl_0.1", "raw"),
    ("trustworthiness", "raw"),
    ("knn_accuracy", "raw"),
)


def headline(
    judged: Sequence[JudgedConclusion], aggregated: pd.DataFrame, curves: pd.DataFrame
) -> dict[str, Any]:
    """Sum a run up in so few numbers that they stand side by side in one row.

    From the verdicts, the benchmark as `topo.scores.aggregate`, and the sweep as `sweep_curves`
    returns it.

    Returns
    -------
    dict
        "verdicts": how many conclusions hold, hold in part, do not hold, cannot be decided. Under
        the name of each dataset, by method but the controls: the mean KL_0.1, d_SW/Σ and nesting.
        "sweep": d_SW/Σ and nesting of t-SNE at the largest perplexity, by dataset. What has no
        value is left out.
    """
    counts = Counter(each.outcome for each in judged)
    summary: dict[str, Any] = {
        "verdicts": {outcome: counts[outcome] for outcome in CONCLUSION_OUTCOMES}
    }
    ours = aggregated[~aggregated["method"].isin(CONTROLS)]
    for key, mean in _headline_means(ours).items():
        dataset, method, title = key
        summary.setdefault(dataset, {}).setdefault(method, {})[title] = mean
    largest = curves.groupby("dataset", sort=False)["perplexity"].transform("max")
    ends = curves[(curves["perplexity"] == largest) & (curves["metric"] != "kl_0.1")]
    for (dataset, _, title), mean in _headline_means(ends.assign(method="tsne")).items():
        summary.setdefault("sweep", {}).setdefault(dataset, {})[title] = mean
    return summary


def _headline_means(rows: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    titles = {(each.metric, each.scaling): each.title for each in _HEADLINES}
    return {
        (row["dataset"], row["method"], titles[row["metric"], row["scaling"]]): row["mean"]
        for row in rows[rows["mean"].notna()].to_dict("records")
        if (row["metric"], row["scaling"]) in titles
    }


def nested_means(table: pd.DataFrame) -> _Nested:
    """Nest the means of `topo.table.table1` by dataset, method and metric.

    A scaling other than "raw" stands in parentheses behind the metric's name. What has no value is
    left out.
    """
    nested: _Nested = {}
    for row in table[table["mean"].notna()].to_dict("records"):
        metric, scaling = row["metric"], row["scaling"]
        name = metric if scaling == "raw" else f"{metric} ({scaling})"
        nested.setdefault(row["dataset"], {}).setdefault(row["method"], {})[name] = row["mean"]
    return nested


def sweep_curves(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the sweep of t-SNE over its repetitions, perplexity by perplexity.

    Returns
    -------
    DataFrame
        The columns `CURVE_COLUMNS`: one row per point of a curve with its mean, least and largest
        value over n repetitions, the curves one after another. What has no value is left out.
    """
    rows = scores[(scores["method"] == "tsne") & (_place_of_curve(scores) < len(_CURVES))]
    points = [
        aggregate(at_one).assign(perplexity=at_one["hyperparameters"].iloc[0].values["perplexity"])
        for _, at_one in rows.groupby("hyperparameters", sort=False)
    ]
    if not points:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    frame = pd.concat(points, ignore_index=True)
    # The diagrams are those of dimension 0, as in Table 1.
    frame = frame[frame["mean"].notna() & (frame["dimension"].fillna(0) == 0)]
    datasets = scores["dataset"].unique().tolist()
    places = frame.assign(
        dataset=frame["dataset"].map(datasets.index), curve=_place_of_curve(frame)
    )
    order = places.sort_values(["dataset", "curve", "perplexity"]).index
    return frame.loc[order, list(CURVE_COLUMNS)].reset_index(drop=True)


def _place_of_curve(rows: pd.DataFrame) -> pd.Series[int]:
    """Index of every row's metric and scaling in `_CURVES`, or one beyond its end."""
    places = {curve: place for place, curve in enumerate(_CURVES)}
    curves = zip(rows["metric"], rows["scaling"], strict=True)
    return pd.Series([places.get(each, len(places)) for each in curves], rows.index, dtype="int64")


def add_titles(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what a person reads over a plot of some rows, and beside each of them.

    Returns
    -------
    DataFrame
        `rows` and the column panel, "SPHERES: d_SW/Σ"; where they have methods, the column label,
        "t-SNE".
    """
    keys = zip(rows["dataset"], rows["metric"], rows["scaling"], strict=True)
    panels = [f"{dataset_title(dataset)}: {short_title(*metric)}" for dataset, *metric in keys]
    titled = rows.assign(panel=pd.Series(panels, rows.index, dtype="str"))
    if "method" not in rows:
        return titled
    return titled.assign(label=rows["method"].map(method_title))


def verdict_frame(judged: Sequence[JudgedConclusion]) -> pd.DataFrame:
    """Lay the verdicts out, one row per reading of a conclusion.

    Returns
    -------
    DataFrame
        The columns name, theme, conclusion, outcome, claim, explanation.
    """
    columns = ["name", "theme", "conclusion", "outcome", "claim", "explanation"]
    rows = [
        [one.name, each.theme, each.name, one.outcome, one.claim, one.explanation]
        for each in judged
        for one in each.readings
    ]
    return pd.DataFrame(rows, columns=columns)
