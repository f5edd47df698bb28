"""Every test of files writes into a folder of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def in_own_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
