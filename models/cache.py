"""Results kept on disk between processes: whole or not at all, checked, bounded."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .files import write_whole

VARIABLE = "RATELAW_CACHE"  # the folder to use instead; empty for none
LIMIT = 256 << 20  # bytes kept
FORMAT = b"ratelaw 2"  # of the files; what another wrote is not taken up
TIDY = "0"  # looked through when a key begins so, which is one time in sixteen


def user_cache() -> Path | None:
    """Return the folder for what is kept, or None where there is none."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "ratelaw" if base and os.path.isabs(base) else None


@dataclass(frozen=True)
class DiskCache:
    """Files named by what they were made from, each beginning with a digest.

    It is that of the format, the name and the content: a file under another's name is not sound.
    Several processes may share the folder: a file is written beside and renamed. What cannot be
    read, or is not what was written, counts as absent; where nothing can be written, nothing is
    kept.

    Parameters
    ----------
    folder
        Where they are.
    suffix
        How the names of files end, ``.o``; others in the folder are left alone.
    limit
        Bytes, beyond which what was not used for longest goes.
    """

    folder: Path
    suffix: str
    limit: int = LIMIT

    def get(self, key: str) -> bytes | None:
        """Return the content kept under a key, if it is there and sound."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        digest, body = content[:32], content[32:]
        if _digest(key, body) != digest:
            return None
        with suppress(OSError):  # what was used lately is kept longest
            os.utime(path)
        return body

    def put(self, key: str, body: bytes) -> None:
        """Keep a content under a key."""
        with suppress(OSError):  # a full or read-only disk costs time at the next start, no more
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path(key), _digest(key, body) + body)
            if key.startswith(TIDY):
                self.tidy()

    def tidy(self) -> None:
        """Remove what was not used for longest, until the rest is within the limit."""
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.glob(f"*{self.suffix}"):
            with suppress(OSError):  # another process may have removed it
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit:
                return
            with suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{self.suffix}"


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(b"\n".join([FORMAT, key.encode(), body])).digest()
