"""Conclusions and conjectures of the paper that no run of this study decides."""

from __future__ import annotations

from topo.statements.verdicts import OpenQuestion

#: None is left: the stages `loops` and `questions` put those of the paper to the test.
OPEN_QUESTIONS: tuple[OpenQuestion, ...] = ()
