"""What the sections of params.yaml have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Part of params.yaml: frozen, no unknown keys, no defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


#: Further draws and splits are the tuning's: `topo.plan.FIRST_OF_TUNING`.
_MOST_REPETITIONS = 1000
Repetitions = Annotated[int, Field(ge=1, le=_MOST_REPETITIONS)]
