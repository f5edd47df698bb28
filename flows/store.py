"""The only file that knows where things are."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.files import replace_file

# Nothing but the standard library is imported before it is needed: `python -m flows doctor` must
# be able to say that packages are missing.
if TYPE_CHECKING:
    from numpy.typing import NDArray

    from topo.datasets.base import LabelledPoints

PARAMS = Path("params.yaml")
RAW = Path("data/raw")
PREPARED = Path("data/prepared")
#: Parameters of every dataset as it was prepared, by name.
PREPARED_FROM = PREPARED / "datasets.json"
#: What the results of each stage depend on beside its data; see `flows.versioning.digests`.
DIGESTS = Path("data/digests")
RESULTS = Path("results")
BENCHMARK = RESULTS / "benchmark"
SCORES = BENCHMARK / "scores.csv"
SECOND_BEST_SCORES = BENCHMARK / "second_best.csv"
DEFAULT_SCORES = BENCHMARK / "default.csv"
#: Pictures drawn anew; see `flows.running.stability`.
STABILITY = BENCHMARK / "stability"
TUNE = RESULTS / "tune"
TRIALS = TUNE / "trials.csv"
CHOSEN = TUNE / "chosen.json"
SECOND_BEST = TUNE / "second_best.json"
CANDIDATES = TUNE / "candidates.csv"
CHOICES = TUNE / "choices.csv"
GAINS = TUNE / "gains.csv"
SWEEP = RESULTS / "sweep"
#: Training, looked at on the way; see `flows.running.replay`.
REPLAY = SWEEP / "replay"
LOOPS = RESULTS / "loops"
THEORY = RESULTS / "theory"
QUESTIONS = RESULTS / "questions"
REPORT = RESULTS / "report"
#: The figures of which DVC shows two revisions side by side.
COMPARED = REPORT / "plots"
SCORE = RESULTS / "score"
PROVENANCE = RESULTS / "provenance"
DVC_YAML = Path("dvc.yaml")
DVC_IGNORE = Path(".dvcignore")
DVC_LOCK = Path("dvc.lock")
#: What DVC needs while it works.
DVC_TMP = Path(".dvc/tmp")
#: Set for the stages of an experiment: its folder is thrown away, what is finished is kept.
CACHE_VARIABLE = "TOPO_CACHE"
#: Set while a rehearsal runs; see `flows.rehearsal`.
REHEARSAL = "TOPO_REHEARSAL"
CACHE = Path(os.environ.get(CACHE_VARIABLE, ".cache"))
UNITS = CACHE / "units"
#: Which stage began last, and how far it came; see `flows.versioning.last_stage`.
LAST_STAGE = CACHE / "last-stage.json"
#: Bytes without which a folder counts as full: whatever runs writes more.
_LEAST_ROOM = 2**20


def require_checkout() -> None:
    """Refuse to go on where the current folder is no checkout.

    Raises
    ------
    FileNotFoundError
        Says where to run.
    """
    if not PARAMS.is_file():
        raise FileNotFoundError(f"{PARAMS} is not in {Path.cwd()}: run from the project's folder")


def require_writable(*folders: Path) -> None:
    """Make folders, and refuse to go on where one cannot be written.

    Raises
    ------
    OSError
        Names the folder and says what to do.
    """
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(folder, error) from error
        _try_to_write(folder)


def check_writable(*folders: Path) -> None:
    """Refuse to go on where a folder cannot be written, or could not be made; make none.

    Raises
    ------
    OSError
        Names the folder, or the nearest one above it that is there, and says what to do.
    """
    for folder in folders:
        _try_to_write(next(each for each in (folder, *folder.parents) if each.exists()))


def _try_to_write(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LEAST_ROOM))
            file.flush()
    except OSError as error:
        raise _not_writable(folder, error) from error


def _not_writable(folder: Path, error: OSError) -> OSError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "make room there" if full else "change its owner or move what stands there"
    return OSError(f"{folder} must be a folder that can be written, but {error.strerror}; {remedy}")


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OSError
        Names the file, which is as it was before.
    """
    try:
        replace_file(path, content)
    except OSError as error:
        raise OSError(
            f"{path} could not be written ({error.strerror or error}); make room for it and run "
            "again: finished units are kept"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def read_json(path: Path, *, stage: str) -> Any:
    """Read JSON that an earlier stage has written.

    Raises
    ------
    FileNotFoundError
        Names the file and the stage.
    """
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is missing: run `python -m flows {stage}` (or `reproduce`) first"
        )
    return json.loads(path.read_text())


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write arrays of numbers as npz; equal arrays give equal bytes."""
    from tasks.arrays import pack_arrays

    write_bytes(path, pack_arrays(arrays))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read an npz file; nothing in it is unpickled."""
    from tasks.arrays import unpack_arrays

    return unpack_arrays(path.read_bytes())


def write_dataset(name: str, data: LabelledPoints) -> None:
    """Keep a prepared dataset."""
    import numpy as np

    outer = -1 if data.outer is None else data.outer
    texts = {"classes": data.classes, "notes": data.notes}
    write_arrays(
        prepared_file(name),
        X=data.X,
        y=data.y,
        outer=np.array(outer),
        **{key: np.array(each) for key, each in texts.items() if each},
    )


def prepared_file(name: str) -> Path:
    """Return where a dataset is kept once it is prepared."""
    return PREPARED / f"{name}.npz"


def read_dataset(name: str) -> LabelledPoints:
    """Read a prepared dataset.

    Raises
    ------
    FileNotFoundError
        Names the file, and what makes it.
    """
    from topo.datasets.base import LabelledPoints

    path = prepared_file(name)
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is missing, since the dataset {name} has not been prepared yet: run "
            "`python -m flows prepare` (or `reproduce`) first"
        )
    stored = read_arrays(path)
    outer = int(stored["outer"])
    texts = {key: tuple(map(str, stored.get(key, ()))) for key in ("classes", "notes")}
    return LabelledPoints(stored["X"], stored["y"], None if outer < 0 else outer, **texts)


def read_unavailable() -> dict[str, str]:
    """Return why datasets could not be prepared, by name.

    Raises
    ------
    FileNotFoundError
        Where the stage `prepare` has not written them.
    """
    unavailable: dict[str, str] = read_json(PREPARED / "unavailable.json", stage="prepare")
    return unavailable
