"""``python -m tests.chaos --seed 0 --rounds 40``.

Rounds share a Prefect server and a Ray cluster of two nodes, apart from those that kill the front
door, or `serve`, with all that it has started. After every round all results must be those of the
undisturbed run, byte for byte, and the second run must have computed exactly what the first had not
finished. A kind of fault that never hit anything has shown nothing, and a resumed run that is slow
to compute is a fault as well: the command fails.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from flows.environment import set_environment

set_environment()

from tests.chaos.study import KINDS, LONG_KINDS, chaos  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds; return 0 where every one of them came out right."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the kinds and moments")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with chaos(folder) as made:
            print(f"undisturbed: {made.n_units} units in {made.seconds:.0f} s", flush=True)
            for number in range(options.rounds):
                # How much one round draws depends on what it finds; the next one must not.
                rng = random.Random(f"{options.seed} {number}")
                kind = _kind_of_round(number, rng)
                round_started = time.monotonic()
                said = made.round(kind, rng)
                took = time.monotonic() - round_started
                print(f"round {number + 1} of {options.rounds}, {took:.0f} s: {said}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"{options.rounds} rounds in {time.monotonic() - started:.0f} s: the same bits each time; "
        f"from a command to its first unit at most {max(made.waits, default=0.0):.1f} s; hits: "
        + ", ".join(f"{kind} {made.hits[kind]} of {n}" for kind, n in made.rounds.items())
    )
    for complaint in made.complaints():
        print(f"error: {complaint}", file=sys.stderr)
    return 1 if made.complaints() else 0


def _kind_of_round(number: int, rng: random.Random) -> str:
    """Every tenth round is a long one; the others take turns first, and are drawn then."""
    tens, rest = divmod(number, 10)
    if rest == 9:
        return LONG_KINDS[tens % len(LONG_KINDS)]
    place = number - tens
    return KINDS[place] if place < len(KINDS) else rng.choice(KINDS)


if __name__ == "__main__":
    sys.exit(main())
