"""Command `doctor`: what stands in the way of a run on this machine, and what to do about it.

It starts no service and writes nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from flows.doctor.checkout import (
    check_dvc,
    check_dvc_files,
    check_folders,
    check_git,
    check_mnist,
    check_parameters,
    check_stage_python,
)
from flows.doctor.finding import Finding
from flows.doctor.machine import (
    check_arithmetic,
    check_disk,
    check_memory,
    check_prefect_server,
    check_ray_cluster,
)
from flows.doctor.packages import (
    check_bounds,
    check_imports,
    check_packages,
    check_pins,
    check_python,
)

#: Every check, in the order in which they are printed.
CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_packages,
    check_bounds,
    check_pins,
    check_imports,
    check_arithmetic,
    check_memory,
    check_disk,
    check_git,
    check_dvc,
    check_dvc_files,
    check_stage_python,
    check_parameters,
    check_folders,
    check_mnist,
    check_prefect_server,
    check_ray_cluster,
)

_WIDTH = 100
_MARGIN = 9


def doctor() -> int:
    """Make every check, print what it found, and return 0 if there is no problem, else 1."""
    # Most of the time goes into waiting for other processes and for addresses.
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        findings = list(pool.map(_find, CHECKS))
    print("\n".join(_lines(findings)))
    return int(any(each.state == "problem" for each in findings))


def _find(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # a check that breaks must not hide what the others found
        subject = check.__name__.removeprefix("check_").replace("_", " ")
        found = f"could not be checked ({type(error).__name__}: {error})"
        return Finding(subject, "problem", found, "mend what the others name first")


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield from _wrapped(f"{each.subject}: {each.found}", each.state.ljust(_MARGIN))
        if each.remedy:
            yield from _wrapped(each.remedy, " " * _MARGIN + "→ ")
    n_problems, n_warnings = (
        sum(each.state == state for each in findings) for state in ("problem", "warning")
    )
    yield ""
    yield f"{_count(n_problems, 'problem')}, {_count(n_warnings, 'warning')}"


def _wrapped(text: str, first: str) -> list[str]:
    indent = " " * len(first)
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
