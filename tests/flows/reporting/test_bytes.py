"""What DVC keeps has the same bytes on two machines whose numbers are the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import matplotlib
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[3]
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
#: What zlib or Pillow compresses has other bytes on another machine: here they compress nothing.
WITHOUT_ZLIB = (
    "import runpy, zlib, PIL.Image\n"
    "zlib.compress = zlib.compressobj = PIL.Image.Image.save = None\n"
    "runpy.run_module('tests.flows.reporting.small_report', run_name='__main__')"
)


def write(folder: Path, environment: Mapping[str, str], *command: str) -> dict[str, str]:
    """Write the files in a process of its own; their digests by name."""
    folder.mkdir()
    shutil.copyfile(ROOT / "params.yaml", folder / "params.yaml")
    subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True,
    )
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def install_other_font(folder: Path, name: str) -> None:
    """Have a serif font under the name of the one that figures are written in."""
    font = TTFont(FONTS / "DejaVuSerif.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = name
    folder.mkdir(parents=True)
    font.save(folder / "other.ttf")


def test_written_files_are_those_of_another_user_on_another_machine(tmp_path: Path) -> None:
    here = write(
        tmp_path / "here",
        {"TZ": "UTC", "PYTHONHASHSEED": "0"},
        *("-m", "tests.flows.reporting.small_report"),
    )
    home = tmp_path / "home"
    install_other_font(home / ".local/share/fonts", "DejaVu Sans")
    (home / "matplotlibrc").write_text("font.size: 17\nfigure.facecolor: yellow\n")
    there = write(
        tmp_path / "there",
        {
            "TZ": "Pacific/Kiritimati",
            "PYTHONHASHSEED": "1",
            "HOME": str(home),
            "MPLCONFIGDIR": str(home),
            **{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        },
        *("-c", WITHOUT_ZLIB),
    )
    kinds = {".csv", ".html", ".json", ".md", ".npz", ".png", ".txt"}
    assert {Path(name).suffix for name in here} >= kinds
    assert there == here
