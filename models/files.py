"""Files written whole: beside first, then renamed, so that nobody ever reads half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import get_ident


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file, replacing one of this name only when all of it is there; return its path.

    Raises
    ------
    OSError
        Naming the file asked for.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}.part")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode())
        beside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):  # where nothing can be written, nothing is there to remove
            beside.unlink(missing_ok=True)
    return path
