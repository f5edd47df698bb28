"""Command line: what a person and dvc.yaml call."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import stat
import sys
import time
from collections.abc import Sequence

from flows.cli import add_commands, add_reproduce_options, add_study_options
from flows.closed_output import READER_GONE, reader_is_gone, run_while_read
from flows.environment import ARITHMETIC, DEVICE, TIME_LIMIT, set_environment
from flows.stage_list import STAGES
from tasks.arithmetic import ARITHMETICS, resolve
from topo.device import DEVICES

#: Far beyond the costliest unit of params.yaml; what hangs must not hold a run for ever.
_TIME_LIMIT_SECONDS = 3600


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

    Raises
    ------
    BrokenPipeError
        Where nobody reads standard output any more.
    """
    options = _parser().parse_args(arguments)
    _write_for_nobody_else()
    _stop_in_order()
    try:
        # Before any library that it sets is imported; `reproduce` and stages have the option.
        set_environment(vars(options).get("arithmetic"))
        return _run(options)
    except KeyboardInterrupt:
        if not _is_under_front_door():
            print(
                "interrupted: what was finished is kept, the same command goes on", file=sys.stderr
            )
        return 130
    except MemoryError as error:
        print(
            f"error: there is not enough memory here ({str(error) or 'no more is known'}): lower "
            "the datasets' sizes in params.yaml, take fewer --workers or a machine with more of it",
            file=sys.stderr,
        )
        return 1
    except (ValueError, OSError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError) and reader_is_gone(sys.stdout):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


def _is_under_front_door() -> bool:
    """Whether this is a stage of a front door, which speaks for it where both are stopped."""
    from flows.lock import UNDER_FRONT_DOOR

    return UNDER_FRONT_DOOR in os.environ


def _end_with_dvc() -> None:
    """End the DVC that this stage is part of: it would complain of a stage that nobody reads."""
    if _is_under_front_door():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)


def _write_for_nobody_else() -> None:
    """Have no umask, however lax, let all users write what a run makes: compiled code is in it."""
    os.umask(os.umask(0o777) | stat.S_IWOTH)


def _stop_in_order() -> None:
    """Treat a request to end like Ctrl-C; under the front door, end with it."""
    from flows.services.child import end_with_parent

    def interrupt(number: int, frame: object) -> None:
        # A second request must not break off what the first one has begun to tidy up.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    if _is_under_front_door():
        end_with_parent()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flows", description=main.__doc__)
    parser.description = 'The study of "Topological Autoencoders", stage by stage or whole.'
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    helps = {
        **{name: stage.purpose for name, stage in STAGES.items()},
        "reproduce": "start local services, run `dvc repro` under them, stop them again",
        "study": "study a table of your own: which embeddings of it can be believed",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text, description=text)
        _add_machine_options(command)
        if name == "reproduce":
            add_reproduce_options(command, stages=tuple(STAGES))
        if name == "study":
            add_study_options(command)
    add_commands(commands)
    return parser


def _add_machine_options(command: argparse.ArgumentParser) -> None:
    """Add what is chosen for a machine; the study is chosen in params.yaml."""
    command.add_argument(
        "--workers",
        type=_positive,
        help="cores of a local Ray (default: all); no part of the results depends on it",
    )
    command.add_argument(
        "--ray-address",
        type=_address,
        metavar="HOST:PORT",
        help="head of a Ray cluster (default: the environment variable RAY_ADDRESS, else a "
        "local Ray)",
    )
    command.add_argument(
        "--time-limit",
        type=_positive,
        default=os.environ.get(TIME_LIMIT, _TIME_LIMIT_SECONDS),
        help="seconds that one unit may take (default: %(default)s, or the environment "
        f"variable {TIME_LIMIT}, which dvc repro reads too)",
    )
    command.add_argument(
        "--device",
        type=_device,
        default=os.environ.get(DEVICE, "cpu"),
        help="where networks are trained and many points compared, "
        f"{' or '.join(DEVICES)}; results have the same bits on CPUs only (default: "
        f"%(default)s, or the environment variable {DEVICE}); a GPU's are kept as an experiment",
    )
    command.add_argument(
        "--arithmetic",
        type=_arithmetic,
        default=os.environ.get(ARITHMETIC) or None,
        help=f"{' or '.join(ARITHMETICS)}: the same bits on every x86-64 processor with AVX2 and "
        "FMA, or what the libraries choose for this one (default: portable where it is possible, "
        f"or the environment variable {ARITHMETIC}); native results are kept as an experiment",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text!r}")
    return int(text)


def _address(text: str) -> str:
    # An empty RAY_ADDRESS is none; this is a variable that its user believes to be set.
    if not text:
        raise argparse.ArgumentTypeError(
            "must be HOST:PORT of a cluster's head, got '': leave it out to have a local Ray"
        )
    return text


def _device(text: str) -> str:
    if text not in DEVICES:
        raise argparse.ArgumentTypeError(f"must be {' or '.join(DEVICES)}, got {text!r}")
    return text


def _arithmetic(text: str) -> str:
    try:
        return resolve(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _run(options: argparse.Namespace) -> int:
    # Imports are within functions, so that --help does not wait for Prefect, Ray and torch.
    if "run" in options:
        return int(options.run(options))
    commands = {"reproduce": _reproduce, "study": _study}
    return commands.get(options.command, _run_alone)(options)


def _study(options: argparse.Namespace) -> int:
    from flows.study import study

    return study(options)


def _reproduce(options: argparse.Namespace) -> int:
    if options.quick:
        return _rehearse(options)
    from flows.reproduce import reproduce
    from flows.stage_run import read_options

    read_options(options)

    # The stages are processes of DVC's: the environment is what they inherit.
    os.environ[TIME_LIMIT] = str(options.time_limit)
    return reproduce(
        workers=options.workers,
        stage=options.stage,
        changes=options.set_param,
        name=options.name,
    )


def _rehearse(options: argparse.Namespace) -> int:
    from flows.rehearsal import begin_rehearsal
    from flows.reporting.summary import print_summary
    from flows.stage_run import run_whole

    if options.stage or options.set_param or options.name:
        raise ValueError("--quick rehearses the whole of params.yaml: leave STAGE, -S and -n away")
    begin_rehearsal()
    began, started = time.time(), time.monotonic()
    run_whole(options)
    print_summary(began=began, elapsed=time.monotonic() - started)
    return 0


def _run_alone(options: argparse.Namespace) -> int:
    """Run a stage, and see to it that it ends with the dependencies that it began with."""
    from flows.lock import sole_stage
    from flows.stage_run import read_options, run_stages
    from flows.stages.earlier import stages_to_run_first
    from flows.versioning.dependencies import unchanged
    from flows.versioning.experiment import require_experiment
    from flows.versioning.last_stage import write_last_stage

    params = read_options(options)
    require_experiment()
    with sole_stage():
        write_last_stage(options.command, "began")
        earlier = stages_to_run_first(options.command, params)
        if earlier:
            print(f"{' and '.join(earlier)} first: {options.command} reads their results, which "
                  "are missing or of other parameters", flush=True)  # fmt: skip
        with unchanged(options.command, params):
            run_stages([*earlier, options.command], params, options)
    return 0


if __name__ == "__main__":
    status = run_while_read(main)
    if status == READER_GONE:
        _end_with_dvc()
    # At its end Python looks several times through all that Prefect, Ray and torch have brought:
    # over a second a stage, for memory that the process gives back anyway.
    gc.freeze()
    sys.exit(status)
