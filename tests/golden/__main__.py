"""Compute the golden units and print the digests of their results."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flows.environment import set_environment
from tasks.arithmetic import PORTABLE, in_force

if TYPE_CHECKING:
    from tests.golden.comparison import Golden


def main() -> int:
    """Run the command; 1 where a result differs from its digest."""
    parser = _parser()
    options = parser.parse_args()
    set_environment()
    for name in options.without:
        os.environ.pop(name, None)

    # These import the libraries that the environment sets.
    from tests.golden.comparison import write_golden

    arithmetic = in_force()
    print(f"{arithmetic} arithmetic, {' '.join(platform.libc_ver())}", flush=True)
    if options.write and (options.units or arithmetic != "portable"):
        parser.error("--write takes portable arithmetic and all units")
    found = dict(_compute(options.units))
    if options.write:
        write_golden(found)
    if not options.check:
        return 0
    return _check(found, exact=arithmetic == "portable" or bool(options.without))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("units", nargs="*", help="how the names of units begin (default: all)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="hold them against those committed")
    what.add_argument("--write", action="store_true", help="put them in their place")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=sorted(PORTABLE),
        help="leave a setting of portable arithmetic out, to see whose bits depend on it",
    )
    return parser


def _compute(beginnings: Sequence[str]) -> Iterator[tuple[str, Golden]]:
    from tests.golden.comparison import golden_of
    from tests.golden.units import golden_units

    for name, compute in golden_units().items():
        if not beginnings or name.startswith(tuple(beginnings)):
            golden = golden_of(compute())
            print(f"{name} {golden.sha256}", flush=True)
            yield name, golden


def _check(found: dict[str, Golden], *, exact: bool) -> int:
    from tests.golden.comparison import TOLERANCE, describe_difference, read_golden

    if not exact:
        print(f"without portable arithmetic sizes are compared, to {TOLERANCE:.0%}, and no bits")
    expected = read_golden()
    differences = {
        name: describe_difference(golden, expected.get(name), exact=exact)
        for name, golden in found.items()
    }
    for name, difference in differences.items():
        if difference:
            print(f"{name}: {difference}")
    n_different = sum(map(bool, differences.values()))
    print(f"{n_different} of {len(found)} units differ")
    return int(n_different > 0)


if __name__ == "__main__":
    sys.exit(main())
