from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.compare import compare

ROOT = Path(__file__).parents[1]
SCORE_COLUMNS = (
    "stage,dataset,split,method,model_seed,seed,hyperparameters,metric,dimension,scaling,value,"
    "status,reason\n"
)
SCORES = f"""{SCORE_COLUMNS}\
benchmark,spheres,0,tsne,0,1,"{{""perplexity"":30}}",kl_0.1,,raw,0.1,ok,
benchmark,spheres,0,topoae,0,2,"{{""lam"":1.0}}",kl_0.1,,raw,,failed,it diverged
"""
OLD_THEORY = f"""{SCORE_COLUMNS}\
theory,figure_4,0,theory,0,1,{{}},loss,0,raw,0.1,ok,
theory,theorem_1/circle/m=20,1,theory,0,1,{{}},p_bottleneck,,raw,0.2,ok,
"""
THEORY = """experiment,case,quantity,dimension,repetition,seed,value,status,reason
theorem_1,circle/m=20,p_bottleneck,,1,1,0.2,ok,
figure_4,,loss,0,0,1,0.1,ok,
"""


def write(folder: Path, **changed: str) -> Path:
    texts = {
        "benchmark/scores.csv": changed.get("scores", SCORES),
        "theory/scores.csv": changed.get("theory", THEORY),
        "report/statements.json": json.dumps(
            {
                "conclusions": [
                    {
                        "readings": [
                            {
                                "name": "a",
                                "outcome": changed.get("outcome", "holds"),
                                "explanation": folder.name,
                                "numbers": {"place": float(changed.get("place", 1))},
                            }
                        ]
                    }
                ]
            }
        ),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    points = np.array([0.0, float(changed.get("x", 1)), np.nan])
    np.savez(folder / "benchmark/spheres.npz", points=points)
    return folder


def test_other_layout_order_and_words_are_no_difference(tmp_path: Path, capsys) -> None:
    lines = SCORES.replace(":30}", ":30.0}").splitlines(keepends=True)
    before = write(tmp_path / "before", theory=OLD_THEORY)
    after = write(tmp_path / "after", scores="".join([lines[0], lines[2], lines[1]]))
    assert compare(before, after) == 0
    told = capsys.readouterr().out
    assert "theory/scores.csv: 8 values equal, 0 not" in told
    assert "layout: theory/scores.csv had the columns stage, dataset" in told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"scores": SCORES.replace(",0.1,", ",0.10000000000000002,")},
            "value was 0.1, is 0.10000000000000002",
        ),
        ({"scores": SCORES.replace("failed", "unavailable")}, "was 'failed', is 'unavailable'"),
        ({"theory": THEORY.replace("0.2", "0.3")}, "case=circle/m=20"),
        ({"outcome": "does not hold"}, "a: outcome was 'holds', is 'does not hold'"),
        ({"place": "2"}, "a: place was 1.0, is 2.0"),
        ({"x": "2"}, "points was array (3,), is array (3,)"),
    ],
)
def test_difference_is_named(tmp_path: Path, capsys, changed: dict[str, str], told: str) -> None:
    assert compare(write(tmp_path / "before"), write(tmp_path / "after", **changed)) == 1
    assert told in capsys.readouterr().out


def test_row_that_is_gone_ends_with_1(tmp_path: Path) -> None:
    after = write(tmp_path / "after", scores="".join(SCORES.splitlines(keepends=True)[:2]))
    command = [sys.executable, "-m", "tests.compare", write(tmp_path / "before"), after]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "method=topoae" in done.stdout
    assert done.stdout.endswith("5 values differ\n")
