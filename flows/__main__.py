"""Command line: what a person and dvc.yaml call."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from flows.environment import set_environment

set_environment()

STAGES = ("fetch", "prepare", "benchmark", "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The command line after the program's name; the process's own if None.

    Returns
    -------
    int
        Exit status: 0 where all is well, 1 where units failed or the input was bad, 130 after
        Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except KeyboardInterrupt:
        print("interrupted: what was finished is kept, the same command goes on", file=sys.stderr)
        return 130
    except (ValueError, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flows", description=main.__doc__)
    parser.description = "The study of \"Topological Autoencoders\", stage by stage or whole."
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    helps = {
        "fetch": "have the raw files that datasets need",
        "prepare": "make or read every dataset",
        "benchmark": "run and score every method on every dataset",
        "report": "write Table 1 and the figures",
        "reproduce": "start local services, run `dvc repro` under them, stop them again",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--workers",
            type=_positive,
            help="cores of a local Ray (default: all); no part of the results depends on it",
        )
        command.add_argument(
            "--time-limit",
            type=float,
            help="seconds that one unit may take (default: no limit)",
        )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def _run(options: argparse.Namespace) -> int:
    # Imported here, so that --help does not wait for Prefect, Ray and torch.
    from flows import store
    from topo.params import load_params

    params = load_params(store.PARAMS)
    if options.command == "fetch":
        from flows.fetch import fetch

        fetch(params)
        return 0
    if options.command == "reproduce":
        from flows.reproduce import reproduce

        return reproduce(workers=options.workers)
    return _run_stage(options)


def _run_stage(options: argparse.Namespace) -> int:
    import asyncio

    from flows.services import services

    with services(workers=options.workers):
        if options.command == "prepare":
            from flows.prepare import prepare

            prepare()
        elif options.command == "benchmark":
            from flows.benchmark import benchmark

            asyncio.run(benchmark(time_limit=options.time_limit))
        elif options.command == "report":
            from flows.report import report

            report()
    return 0


if __name__ == "__main__":
    sys.exit(main())
