"""Commands that need neither parameters nor services: `score`, `doctor` and `cache`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from flows import store


def add_commands(commands: Any) -> None:
    """Add the commands to a command line.

    Parameters
    ----------
    commands
        What `argparse.ArgumentParser.add_subparsers` returned. The parsed options have a function
        ``run``, which takes them and returns the exit status.
    """
    _add_score(commands)
    _add_doctor(commands)
    _add_cache(commands)


def _add_score(commands: Any) -> None:
    text = "score an embedding made elsewhere by all metrics, beside controls"
    parser = commands.add_parser("score", help=text, description=text)
    parser.add_argument("points", help="the points: an array (n, D)", type=Path, metavar="X.npy")
    parser.add_argument(
        "embedding", help="their images, row by row: (n, d)", type=Path, metavar="Z.npy"
    )
    parser.add_argument(
        "--labels", help="their classes, whole numbers: (n,)", type=Path, metavar="y.npy"
    )
    parser.add_argument(
        "--out",
        help=f"where scores.csv and score.html are written (default: {store.SCORE})",
        type=Path,
        default=store.SCORE,
        metavar="FOLDER",
    )
    parser.set_defaults(run=_score)


def _add_doctor(commands: Any) -> None:
    text = "check this machine, the packages, the data and the addresses; changes nothing"
    parser = commands.add_parser("doctor", help=text, description=text)
    parser.set_defaults(run=_doctor)


def _add_cache(commands: Any) -> None:
    text = "show how much the cache of finished units holds, and prune it"
    parser = commands.add_parser("cache", help=text, description=text)
    parser.add_argument(
        "--prune",
        help="remove units that no run has used for so many days (0: all of them)",
        type=float,
        metavar="DAYS",
    )
    parser.set_defaults(run=_cache)


# Imported when they run, so that --help waits for nothing and `doctor` works where packages miss.


def _score(options: argparse.Namespace) -> int:
    from flows.score import score

    score(options.points, options.embedding, labels=options.labels, out=options.out)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from flows.doctor import doctor

    return doctor()


def _cache(options: argparse.Namespace) -> int:
    from flows.cache import show_cache

    show_cache(options.prune)
    return 0
