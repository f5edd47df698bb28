from __future__ import annotations

import pytest

from tests.flows.checkout import Checkout, copy_project


@pytest.fixture(scope="session")
def reproduced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, str]:
    """A checkout in which the whole small study has run once, and what that printed."""
    checkout = copy_project(tmp_path_factory.mktemp("checkout"))
    done = checkout.run("flows", "reproduce")
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout, done.stdout
