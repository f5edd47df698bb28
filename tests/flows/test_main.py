from __future__ import annotations

import numpy as np
import pytest

from flows import __main__


@pytest.mark.parametrize(
    ("size", "words"), [(2**57, "Unable to allocate 1.00 EiB"), (0, "no more is known): lower")]
)
def test_too_little_memory_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], size: int, words: str
) -> None:
    def run(options: object) -> int:
        if size:
            np.empty(size)
        raise MemoryError

    monkeypatch.setattr(__main__, "_run", run)
    assert __main__.main(["prepare"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: there is not enough memory here ({words}")
    assert "lower the datasets' sizes in params.yaml, take fewer --workers or a machine" in line
