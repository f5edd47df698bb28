"""``python -m tests.chaos --seed 0 --rounds 40``.

Rounds share a Prefect server and a Ray cluster of two nodes, apart from those that start the front
door, or `serve`, with all that it needs. After every round all results must be those of the
undisturbed run, byte for byte, the second run must have computed exactly what the first had not
finished, and nothing may be left. A kind of fault that never hit anything has shown nothing, and a
resumed run that is slow to compute is a fault as well: the command fails.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from flows.environment import set_environment

set_environment()

from flows.services.ray_folder import remove_folder  # noqa: E402
from tests.chaos.rounds import KINDS, LONG_KINDS, kind_of_round, play  # noqa: E402
from tests.chaos.study import study  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds; return 0 where every one of them came out right."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with study(folder) as made:
            print(f"undisturbed: {made.n_units} units in {made.seconds:.0f} s", flush=True)
            for number in range(options.rounds):
                # How much one round draws depends on what it finds; the next one must not.
                rng = random.Random(f"{options.seed} {number}")
                drawn = kind_of_round(number, rng)
                kind = options.kinds[number % len(options.kinds)] if options.kinds else drawn
                round_started = time.monotonic()
                said = play(made, kind, rng)
                took = time.monotonic() - round_started
                print(f"round {number + 1} of {options.rounds}, {took:.0f} s: {said}", flush=True)
    finally:
        remove_folder(folder)
    tally = made.tally
    print(
        f"{options.rounds} rounds in {time.monotonic() - started:.0f} s: the same bits each time; "
        f"from a command to its first unit at most {max(tally.waits, default=0.0):.1f} s",
        *tally.lines(),
        sep="\n",
    )
    for complaint in tally.complaints():
        print(f"error: {complaint}", file=sys.stderr)
    return 1 if tally.complaints() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the kinds and moments")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--kinds", type=_kinds, default=[], help="of faults, in turn (default: drawn from all)"
    )
    return parser


def _kinds(text: str) -> list[str]:
    kinds, known = text.split(","), (*KINDS, *LONG_KINDS)
    if wrong := [each for each in kinds if each not in known]:
        raise argparse.ArgumentTypeError(f"must be some of {','.join(known)}; got {wrong[0]!r}")
    return kinds


if __name__ == "__main__":
    sys.exit(main())
