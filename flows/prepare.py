"""Stage `prepare`: make or read every dataset, check it, and keep it for the later stages."""

from __future__ import annotations

import json

from prefect import flow, get_run_logger

from flows import store
from topo.datasets.checks import check_points
from topo.params import load_params


@flow(name="prepare")
def prepare() -> None:
    """Write every dataset of params.yaml as arrays.

    Raises
    ------
    ValueError
        Where a dataset has NaN or infinite values, or a raw file is damaged.
    """
    logger = get_run_logger()
    params = load_params(store.PARAMS)
    store.require_writable(store.PREPARED)
    unavailable = json.loads((store.RAW / "unavailable.json").read_text())
    for name, dataset in params.datasets.items():
        if name in unavailable:
            logger.warning("%s is unavailable: %s", name, unavailable[name])
            continue
        data = dataset.load(store.RAW)
        check_points(data.X)
        store.write_dataset(name, data)
        logger.info("%s: %d points in %d dimensions", name, *data.X.shape)
    store.write_json(store.PREPARED / "unavailable.json", unavailable)
