"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

#: What the name of a file begins with while it is written.
WRITING = ".writing-"


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it into it: a reader never sees half of one.

    Its folder is made; the content is on the disk when this returns.

    Raises
    ------
    OSError
        Where it cannot be written; what stood there is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Unlike mkstemp's, it is for whoever the user's umask lets read it.
    temporary = path.parent / f"{WRITING}{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
