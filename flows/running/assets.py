"""What a stage makes of what, as Prefect's assets: datasets, tables and the page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE

from flows import store
from flows.running.parameters import params_of_run
from flows.stage_list import STAGES


def materialize_results(stage: str) -> None:
    """Tell Prefect that a stage has made its files, and what of; within the stage's flow."""
    made = [path for path in made_by(stage) if path.exists()]
    if not made:
        return
    read = [path for each in STAGES[stage].reads for path in made_by(each) if path.exists()]

    @materialize(
        *map(_asset, made),
        by="DVC",
        name=f"results of {stage}",
        task_run_name=f"results of {stage}",
        asset_deps=[_asset(path) for path in read],
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def keep_results() -> None:
        for path in made:
            add_asset_metadata(_asset(path), {"bytes": path.stat().st_size})

    keep_results()


def made_by(stage: str) -> Iterable[Path]:
    """Return the files that a stage makes and others read."""
    if stage == "prepare":
        return [store.prepared_file(name) for name in params_of_run().datasets]
    return STAGES[stage].made


def _asset(path: Path) -> Asset:
    # The same for every checkout: what a path is called in dvc.yaml.
    properties = AssetProperties(name=path.as_posix())
    return Asset(key=f"dvc://{path.as_posix()}", properties=properties)
