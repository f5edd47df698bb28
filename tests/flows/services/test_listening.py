"""What takes connections while a run goes on: nothing beyond this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from tasks.cache import UnitCache
from tasks.fanout import FanOut
from tests.sockets import is_loopback, listening
from tests.tasks import units

#: All that listens in a local Ray beside the driver itself.
RAY = {"gcs_server", "raylet", "ray::DashboardAgent", "ray::RuntimeEnvAgent", "worker"}


@pytest.mark.usefixtures("ray_cluster")
def test_local_ray_listens_on_loopback_alone(tmp_path: Path) -> None:
    async def look() -> set[tuple[str, str]]:
        work = asyncio.create_task(
            FanOut(UnitCache(tmp_path)).run(units.unit(units.sleep, seconds=3.0))
        )
        await asyncio.sleep(1.5)
        found = await asyncio.to_thread(listening, psutil.Process())
        await work
        return found

    found = asyncio.run(look())
    assert [each for each in found if not is_loopback(each[1])] == []
    assert {program for program, _ in found} == {*RAY, psutil.Process().name()}
