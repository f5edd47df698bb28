"""The same bits on other processors, emulated, and over another C library."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tasks.arithmetic import what_portable_lacks

pytestmark = pytest.mark.proof

CHECKOUT = Path(__file__).parents[2]
CHECK = (sys.executable, "-u", "-m", "tests.golden", "--check")
#: Of processor time, which other work on the machine does not lengthen.
MINUTES = 30

#: A Debian whose C library is neither that of Debian 12 nor older than this Python needs.
RELEASE, GLIBC = "trixie", "2.41"
#: What Python's own modules are linked with, beyond a minimal Debian.
LIBRARIES = "libffi8,libssl3t64,libsqlite3-0"
#: Of its own process alone: what is mounted is gone when that ends.
SCRIPT = """
root=$1 python=$2 packages=$3 checkout=$4; shift 4
debootstrap --variant=minbase --include={libraries} {release} "$root"
mount -t proc proc "$root/proc"
for folder in "$python" "$packages" "$checkout"; do
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
done
exec chroot "$root" env -C "$checkout" "$@"
"""


@pytest.fixture(autouse=True)
def portable() -> None:
    if what_portable_lacks():
        pytest.skip(f"no portable arithmetic here: {what_portable_lacks()}")


def require(command: str, package: str) -> None:
    if shutil.which(command) is None:
        pytest.fail(f"this proof needs {command}: apt-get install {package}")


def run(*command: str, folder: Path) -> None:
    """Run a check whose compilers start anew; `folder` is where they write."""
    variables = {"NUMBA_CACHE_DIR": str(folder / "numba"), "MPLCONFIGDIR": str(folder / "mpl")}
    done = subprocess.run(
        ("prlimit", f"--cpu={60 * MINUTES}", *command),
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "portable arithmetic" in done.stdout


@pytest.mark.parametrize("processor", ["Haswell", "EPYC"])
def test_an_emulated_processor_has_the_same_bits(processor: str, tmp_path: Path) -> None:
    require("qemu-x86_64", "qemu-user")
    run("qemu-x86_64", "-cpu", processor, *CHECK, folder=tmp_path)


def test_another_c_library_has_the_same_bits() -> None:
    require("debootstrap", "debootstrap")
    if os.geteuid() != 0:
        pytest.fail("this proof needs root, for a file system with another C library")
    if platform.libc_ver() == ("glibc", GLIBC):
        pytest.fail(f"this proof needs a C library other than {RELEASE}'s {GLIBC}, change RELEASE")
    if sys.base_prefix == "/usr":
        pytest.fail("this proof needs a Python outside /usr, such as pyenv's")
    script = SCRIPT.format(libraries=LIBRARIES, release=RELEASE)
    with TemporaryDirectory() as root:
        places = (root, sys.base_prefix, sys.prefix, str(CHECKOUT))
        # The new root's own folder, in which nothing is yet.
        folder = Path("/tmp")
        run("unshare", "--mount", "sh", "-ec", script, "sh", *places, *CHECK, folder=folder)
