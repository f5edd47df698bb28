"""Findings about the whole: what tuning gained, and how much of the paper stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import numpy as np
from matplotlib.figure import Figure

from flows.reporting.results import Results
from topo.figures import Estimate, estimate_bars, outcome_bars, png
from topo.names import dataset_title, method_title, metric_title
from topo.report import ReportFinding
from topo.statements import CONCLUSION_OUTCOMES, FIRMNESS, Firmness, JudgedConclusion
from topo.table.numbers import format_estimate


def words(mean: float, half_width: float) -> str:
    """Write a mean with its interval in a sentence."""
    return format_estimate(mean, half_width).replace("-", "\N{MINUS SIGN}")


def listed(names: Sequence[str]) -> str:
    """List names in a sentence, with "and" before the last."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def firmness_place(firmness: Firmness | None) -> int:
    """Return 0 for firm, more for less firm, most for what was not examined."""
    return len(FIRMNESS) if firmness is None else FIRMNESS.index(firmness.word)


def tuning_gain(results: Results) -> Iterator[ReportFinding]:
    """Answer how much tuning gained: on data or splits that no trial had, else luck would count."""
    gains = [
        Estimate(
            f"{method_title(each.method)} on {dataset_title(each.dataset)}",
            each.gain,
            each.half_width,
            better=1,
        )
        for each in results.choices.itertuples()
        if np.isfinite(each.gain)
    ]
    if not gains:
        return
    objective = metric_title(str(results.trials["objective"].iloc[0]))
    yield make_finding(
        "tuning-gain",
        "How much did tuning gain?",
        f"{_lead(gains)} What tuning chose was judged again beside the default, on data or splits "
        f"that no trial had. {_told_gains(gains, objective)}",
        estimate_bars(gains, title=f"gain over the default, in {objective}"),
        "Bars: what tuning gained in each study, with 95 % intervals; blue where it helped.",
        figure="tuning",
    )


def _lead(gains: Sequence[Estimate]) -> str:
    """Say what tuning helped, as far as intervals show it."""
    helped, harmed = (
        [each.title for each in gains if each.is_better is value] for value in (True, False)
    )
    told = [f"It helped {'; '.join(helped)}."] if helped else []
    told += [f"It did harm to {'; '.join(harmed)}."] if harmed else []
    return " ".join(told) or "Nothing that can be told apart from nothing."


def _told_gains(gains: Sequence[Estimate], objective: str) -> str:
    """Give the gains; one of exactly 0 says that nothing was better than the default."""
    kept = [each.title for each in gains if each.mean == 0]
    changed = [f"{each.title} {words(each.mean, each.half_width)}" for each in gains if each.mean]
    told = [f"Gains in {objective}: {'; '.join(changed)}."] if changed else []
    told += [f"The default was kept, a gain of exactly 0, for {'; '.join(kept)}."] if kept else []
    return " ".join(told)


def outcomes(judged: Sequence[JudgedConclusion]) -> Iterator[ReportFinding]:
    """Answer how many conclusions came out how, and how many of them firmly."""
    if not judged:
        return
    themes: dict[str, dict[str, int]] = {}
    for each in judged:
        counts = themes.setdefault(each.theme, dict.fromkeys(CONCLUSION_OUTCOMES, 0))
        counts[each.outcome] += 1
    total = Counter(each.outcome for each in judged)
    firm = Counter(each.outcome for each in judged if firmness_place(each.firmness) == 0)
    told = ", ".join(
        f"{name} {total[name]} ({firm[name]} of them firmly)"
        for name in CONCLUSION_OUTCOMES
        if total[name]
    )
    yield make_finding(
        "outcomes",
        "How much of the paper stands?",
        f"Of {len(judged)} conclusions: {told}. A firm one stays the same whatever was tried.",
        outcome_bars(themes),
        "Bars: conclusions by theme and outcome.",
        figure="verdicts",
    )


def make_finding(
    name: str, question: str, sentence: str, figure_: Figure, description: str,
    *, verdict: str = "", figure: str = "", view: dict[str, str] | None = None, section: str = "",
) -> ReportFinding:  # fmt: skip
    """Put a finding together, with its figure as PNG and its view as the end of an address."""
    return ReportFinding(
        name=f"finding-{name}",
        question=question,
        sentence=sentence,
        image=png(figure_),
        description=description,
        verdict=verdict,
        figure=figure,
        view=urlencode(view or {}),
        section=section,
    )
