"""Stage `prepare`: make or read every dataset, check it, and keep it for the later stages."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows import store
from flows.running.assets import materialize_results
from flows.running.parameters import params_of_run
from topo.checks import check_points
from topo.datasets.base import Dataset, LabelledPoints
from topo.splits import Fractions, stratified_split


@flow(name="prepare")
def prepare() -> None:
    """Write every dataset of params.yaml as arrays.

    Raises
    ------
    ValueError
        Where a dataset cannot be used; names it.
    """
    logger = get_run_logger()
    params = params_of_run()
    store.require_writable(store.PREPARED)
    unavailable = store.read_json(store.RAW / "unavailable.json", stage="fetch")
    prepared_from = {}
    for name, dataset in params.datasets.items():
        if name in unavailable:
            logger.warning("%s is unavailable: %s", name, unavailable[name])
            continue
        data = load_checked(name, dataset, params.split.fractions)
        store.write_dataset(name, data)
        prepared_from[name] = dataset.made_from
        logger.info("%s: %d points in %d dimensions", name, *data.X.shape)
    store.write_json(store.PREPARED / "unavailable.json", unavailable)
    store.write_json(store.PREPARED_FROM, prepared_from)
    materialize_results("prepare")


def load_checked(name: str, dataset: Dataset, fractions: Fractions) -> LabelledPoints:
    """Make or read a dataset, and make sure that later stages can use it.

    Raises
    ------
    FileNotFoundError
        Where a raw file is missing.
    ValueError
        Where a raw file is damaged, a value is NaN or infinite, or a class is too small to be
        split; names the dataset.
    """
    try:
        data = dataset.load(store.RAW)
        check_points(data.X)
        # Whether it can be split depends on the classes alone, not on the seed.
        stratified_split(data.y, fractions, seed=0)
    except FileNotFoundError as error:
        remedy = "; `python -m flows fetch` (or `reproduce`) gets what it can"
        raise FileNotFoundError(
            f"dataset {name}: {error}{remedy if dataset.downloads else ''}"
        ) from error
    except ValueError as error:
        raise ValueError(f"dataset {name}: {error}") from error
    return data
