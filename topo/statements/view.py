"""How the score tables are looked at: whole, or with a part left out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class View:
    """What is seen of the tables, and what is corrected.

    Attributes
    ----------
    left_out
        Repetition that is not seen, except where it is the only one.
    half
        Where the first half (0) or the last (1) of the repetitions alone is seen, which; of an
        odd number, the middle one is in both.
    is_corrected
        Whether comparisons that are read as one are corrected (Holm).
    is_for_new_samples
        Whether intervals over splits of the same points are widened for new samples.
    """

    left_out: int | None = None
    half: int | None = None
    is_corrected: bool = True
    is_for_new_samples: bool = True

    def keep(self, values: pd.Series[float]) -> pd.Series[float]:
        """Return the repetitions that are seen: at least one."""
        n = len(values)
        if self.half is not None:
            size = (n + 1) // 2
            values = values.iloc[:size] if self.half == 0 else values.iloc[n - size :]
        if self.left_out is not None and n > 1:
            values = values[values.index != self.left_out]
        return values
