"""Commands beside the stages, and the options of `reproduce`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flows import store


def add_commands(commands: Any) -> None:
    """Add the commands to what `argparse.ArgumentParser.add_subparsers` returned.

    The parsed options have a function ``run``, which takes them and returns the exit status.
    """

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:
        parser = commands.add_parser(name, help=text, description=text)
        parser.set_defaults(run=run)
        return parser

    _add_score_options(
        add("score", _score, "score an embedding made elsewhere by all metrics, beside controls")
    )
    check = add(
        "check",
        _check,
        "check that a method, a dataset or a metric keeps its contract, and say what it does not",
    )
    check.add_argument("name", help="as it is registered", metavar="METHOD|DATASET|METRIC")
    add("status", _status, "say which stages would run now, and why")
    add("docs", _docs, "write what the last run has found into README.md and docs")
    add(
        "doctor",
        _doctor,
        "check this machine, the packages, the data and the addresses; changes nothing",
    )
    cache = add("cache", _cache, "show how much the cache of finished units holds, and prune it")
    cache.add_argument(
        "--prune",
        help="remove units that no run has used for so many days (0: all of them)",
        type=float,
        metavar="DAYS",
    )
    serve = add(
        "serve", _serve, "run the whole study on a schedule, never two runs at once, until Ctrl-C"
    )
    serve.add_argument(
        "--cron",
        help="minute, hour, day of the month, month, day of the week, in UTC "
        "(default: %(default)s)",
        default="0 3 * * *",
        metavar='"M H D M W"',
    )


def add_reproduce_options(parser: argparse.ArgumentParser, *, stages: Sequence[str]) -> None:
    """Add what only the front door takes."""
    parser.add_argument(
        "stage",
        nargs="?",
        choices=stages,
        metavar="STAGE",
        help=f"the last stage to run: {', '.join(stages)} (default: all of them)",
    )
    parser.add_argument(
        "-S",
        "--set-param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="run with another value than params.yaml has, as a DVC experiment: params.yaml and "
        "the results stay as they are, `dvc exp apply` brings the experiment's; may be repeated",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="rehearse: everything at a tenth, in minutes, in a folder of its own; the results "
        "stay as they are",
    )
    parser.add_argument(
        "-n", "--name", help="what the experiment is called (default: DVC finds a name)"
    )


def add_study_options(parser: argparse.ArgumentParser) -> None:
    """Add what is said about a table of one's own."""
    parser.add_argument(
        "table",
        type=Path,
        metavar="FILE",
        help="a .csv, .tsv, .npy, .npz, .parquet or .h5ad file, a row for each point; or the "
        "folder of an earlier study, to go on with its params.yaml as it stands",
    )
    parser.add_argument("--label", metavar="COLUMN", help="the column of classes")
    parser.add_argument(
        "--columns",
        nargs="+",
        metavar="COLUMN",
        help="the columns that are the points (default: all that are numbers)",
    )
    parser.add_argument(
        "--standardise",
        action="store_true",
        help="divide every column by its standard deviation (default: columns as they are)",
    )
    parser.add_argument("--outer", metavar="CLASS", help="the class that encloses all others")
    parser.add_argument(
        "--methods",
        nargs="+",
        metavar="METHOD",
        help="the methods to compare, beside the controls (default: tsne umap ae topoae)",
    )
    parser.add_argument(
        "--name", help="of the study and its folder, studies/NAME (default: that of the file)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="at most 1,000 rows, fewer trials and repetitions: a first look in a minute or two",
    )


def _add_score_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "points",
        help="the points, a row for each: a .csv, .tsv, .npy, .npz, .parquet or .h5ad file",
        type=Path,
        metavar="X",
    )
    parser.add_argument(
        "embeddings",
        help="their images, row by row, of the same formats; of several, differences are shown",
        type=Path,
        nargs="+",
        metavar="Z",
    )
    parser.add_argument(
        "--labels", help="their classes, names or whole numbers: a .npy, .csv or .tsv file",
        type=Path, metavar="FILE",
    )  # fmt: skip
    parser.add_argument("--label", help="or the column of X that has them", metavar="COLUMN")
    parser.add_argument(
        "--columns",
        nargs="+",
        metavar="COLUMN",
        help="the columns of X that are the points (default: all that are numbers)",
    )
    parser.add_argument("--outer", help="the class that encloses all others", metavar="CLASS")
    parser.add_argument(
        "--distances", help="X is the (n, n) distances between the points", action="store_true"
    )
    parser.add_argument(
        "--out",
        help=f"where scores.csv and score.html are written (default: {store.SCORE})",
        type=Path,
        default=store.SCORE,
        metavar="FOLDER",
    )
    parser.add_argument(
        "--sample",
        help="of more points than N, score a few disjoint random subsamples of N points and show "
        "their means, which are those of N points: no matrix of all distances is needed",
        type=_sample_size,
        metavar="N",
    )


def _sample_size(text: str) -> int:
    from topo.metrics.sampled import SMALLEST_SAMPLE

    if not text.isdecimal() or int(text) < SMALLEST_SAMPLE:
        raise argparse.ArgumentTypeError(
            f"must be a whole number of at least {SMALLEST_SAMPLE}, got {text!r}"
        )
    return int(text)


# Imported when they run, so that --help waits for nothing and `doctor` works where packages miss.


def _score(options: argparse.Namespace) -> int:
    from flows.score.score import score

    score(
        options.points,
        options.embeddings,
        labels=options.labels,
        label=options.label,
        columns=options.columns,
        outer=options.outer,
        distances=options.distances,
        out=options.out,
        sample=options.sample,
    )
    return 0


def _check(options: argparse.Namespace) -> int:
    from flows.check import check_named

    return check_named(options.name)


def _status(options: argparse.Namespace) -> int:
    from flows.lock import sole_run
    from flows.versioning.status import status
    from topo.params import load_params

    with sole_run():
        status(load_params(store.PARAMS))
    return 0


def _docs(options: argparse.Namespace) -> int:
    from flows.reporting.docs import write_docs

    write_docs()
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from flows.doctor import doctor

    return doctor()


def _cache(options: argparse.Namespace) -> int:
    from flows.cache import show_cache

    store.require_checkout()
    show_cache(options.prune)
    return 0


def _serve(options: argparse.Namespace) -> int:
    from flows.services.prefect_server import any_server

    store.require_checkout()
    store.require_writable(store.CACHE)
    own_server = "PREFECT_API_URL" not in os.environ
    with any_server() as wait_for_server:
        # Prefect reads the server's address when it is imported.
        from flows.schedules.scheduled import check_cron, serve

        check_cron(options.cron)
        wait_for_server()
        serve(options.cron, own_server=own_server)
    return 0
