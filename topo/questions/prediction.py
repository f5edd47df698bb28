"""Runs of t-SNE side by side, and what tells whether they enclose."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

#: Nesting from which a class encloses the others.
ENCLOSES = 0.5
#: Inverse weight of the penalty of the logistic regression: hardly any.
_UNPENALISED = 1e3
_CASE = r"^(?P<kind>\w+)/n=(?P<n>\d+)/share=(?P<share>[^/]+)(?:/(?P<run>.+))?$"
_AT = ["kind", "n", "share", "draw"]


def runs_of_tsne(table: pd.DataFrame) -> pd.DataFrame:
    """Set the numbers of every run side by side.

    Parameters
    ----------
    table
        Of the layout of `topo.theory.rows`, with rows of the question ``large_perplexity``.

    Returns
    -------
    DataFrame
        A row per run: kind, n (points), share (the perplexity's of n), draw, and run, the end of
        the case's name, such as ``start=pca/exaggeration=kept`` or ``ties=even``; a column for
        each number of it or of its perplexity.
    """
    rows = table[
        (table["experiment"] == "large_perplexity")
        & (table["status"] == "ok")
        & (table["dimension"].fillna(0) == 0)
    ]
    named = rows["case"].str.extract(_CASE).fillna({"run": ""})
    found = rows[["quantity", "value"]].assign(
        draw=rows["repetition"],
        **named.astype({"n": "int64", "share": "float64"}),
    )
    is_run = found["run"] != ""
    runs, perplexities = (
        found[each].set_index([*_AT, "run", "quantity"])["value"].unstack("quantity")
        for each in (is_run, ~is_run)
    )
    others = perplexities.droplevel("run")[perplexities.columns.difference(runs.columns)]
    return runs.reset_index("run").join(others).reset_index().rename_axis(columns=None)


def told_right(fitted: pd.DataFrame, fresh: pd.DataFrame, features: Sequence[str]) -> pd.Series:
    """Tell by features whether runs enclose, with a logistic regression fitted to other runs.

    Parameters
    ----------
    fitted, fresh
        Runs with a column for each feature, nesting, and the draw. Of those that are fitted, some
        must enclose and some not.
    features
        Names of columns.

    Returns
    -------
    Series
        By fresh draw, the share of its runs told right, from 0 to 1: the mean of that of the runs
        that enclose and of those that do not, so that guessing has 0.5. Where all come to the
        same, it is the share of those.

    Raises
    ------
    ValueError
        If all runs that are fitted come to the same.
    """
    from sklearn.linear_model import LogisticRegression

    names = list(features)
    rule = LogisticRegression(
        C=_UNPENALISED, class_weight="balanced", solver="newton-cholesky", max_iter=1000
    )
    rule.fit(fitted[names], fitted["nesting"] > ENCLOSES)
    encloses = fresh["nesting"] > ENCLOSES
    is_right = pd.Series(rule.predict(fresh[names]) == encloses, fresh.index)
    by_outcome = is_right.groupby([fresh["draw"], encloses]).mean()
    return by_outcome.groupby("draw").mean()


def split_draws(runs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part runs into those of the first half of the draws, and the others."""
    draws = sorted(runs["draw"].unique())
    is_first = runs["draw"].isin(draws[: len(draws) // 2])
    return runs[is_first], runs[~is_first]


def main_size(runs: pd.DataFrame, kind: str) -> int:
    """Return the number of points of which most clouds of a kind were drawn; of ties the largest.

    Raises
    ------
    ValueError
        If there is none of the kind.
    """
    draws = runs[runs["kind"] == kind].groupby("n")["draw"].nunique()
    if draws.empty:
        raise ValueError(f"runs of {kind} are required, got those of {sorted(set(runs['kind']))}")
    return int(draws.index[draws == draws.max()].max())
