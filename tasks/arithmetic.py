"""How libraries round: portable arithmetic has the same bits on every processor, native is theirs.

The variables must be set before any of the libraries is imported.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Arithmetic = Literal["portable", "native"]

ARITHMETICS: tuple[Arithmetic, ...] = get_args(Arithmetic)

#: A unit has one core, so its libraries get one thread: more would only fight over the cores. The
#: number of threads can change the last bits of a sum.
ONE_THREAD: Mapping[str, str] = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}

#: What has each library take one path on all processors with AVX2 and FMA.
PORTABLE: Mapping[str, str] = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
    "NUMBA_CPU_NAME": "haswell",
    # The name alone still takes the processor's own features.
    "NUMBA_CPU_FEATURES": "+avx2,+fma,+bmi,+bmi2,+lzcnt,+popcnt,+f16c,+movbe",
    # MKL's path for all vendors. Its AVX2 path is refused on processors that are not Intel's.
    "MKL_CBWR": "COMPATIBLE",
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
}

#: Linux's names of what tells a model of processor, on x86-64 and on arm64.
_MODEL = ("vendor_id", "cpu family", "model", "CPU implementer", "CPU variant", "CPU part")

#: Linux's names of the features that these paths use.
_FEATURES = ("avx2", "fma", "bmi1", "bmi2", "abm", "popcnt", "f16c", "movbe")


def settings(arithmetic: Arithmetic) -> Mapping[str, str]:
    """Return the variables that an arithmetic needs."""
    return {**ONE_THREAD, **PORTABLE} if arithmetic == "portable" else ONE_THREAD


def what_portable_lacks() -> str:
    """Say what this machine lacks for portable arithmetic; empty where it lacks nothing."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return f"it needs Linux on x86-64, this is {platform.system()} on {platform.machine()}"
    missing = [each for each in _FEATURES if each not in _processor().get("flags", "").split()]
    return f"the processor has no {', '.join(missing)}" if missing else ""


def resolve(asked: str | None) -> Arithmetic:
    """Return the arithmetic to use.

    Parameters
    ----------
    asked
        Its name; None for portable arithmetic where the machine can, else native.

    Raises
    ------
    ValueError
        Where the name is none of `ARITHMETICS`, or the machine cannot.
    """
    lacks = what_portable_lacks()
    if asked is None:
        return "native" if lacks else "portable"
    for known in ARITHMETICS:
        if known == asked:
            if known == "portable" and lacks:
                raise ValueError(
                    f"portable arithmetic is not possible here: {lacks}; use native arithmetic, "
                    "whose results are kept apart"
                )
            return known
    raise ValueError(f"arithmetic must be {' or '.join(ARITHMETICS)}, got {asked!r}")


def in_force() -> str:
    """Return what this process's variables make of it.

    Returns
    -------
    str
        "portable", or "native" with the processor, whose kind decides over the bits.
    """
    if all(os.environ.get(name) == value for name, value in settings("portable").items()):
        return "portable"
    found = _processor()
    model = [found[name] for name in _MODEL if name in found] or [platform.processor()]
    # Of one model, a virtual machine may have fewer instructions than another.
    features = found.get("flags") or found.get("Features") or ""
    digest = hashlib.sha256(features.encode()).hexdigest()[:6]
    return f"native ({' '.join([platform.machine(), *model, digest])})"


def settings_in_force() -> Mapping[str, str]:
    """Return the variables that give another process the arithmetic of this one."""
    return settings("portable" if in_force() == "portable" else "native")


@cache
def _processor() -> Mapping[str, str]:
    """Return what Linux says of the first processor; nothing elsewhere."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    first = path.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
