"""Files of the command: the model it is given, and those it reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...models.errors import InputError, UnknownNameError, did_you_mean, listing
from ...models.library import LIBRARY
from ...models.model import Model
from ...models.specify import model


def named_model(name: str) -> Model:
    """Return the model in a file, or the library's model of this name.

    Raises
    ------
    InputError, UnknownNameError
        If the file holds no text, or there is neither.
    """
    path = Path(name)
    if path.is_file():
        try:
            return model(path.read_text(encoding="utf-8-sig"), title=path.stem)
        except UnicodeDecodeError:
            raise InputError(f"{name} is not a text file; a model file holds text") from None
    if name in LIBRARY:
        return LIBRARY[name]
    if path.suffix:
        raise UnknownNameError(f"there is no file {name!r}")
    raise UnknownNameError(
        f"there is no file {name!r}, and no library model of this name; the library has "
        f"{listing(LIBRARY)}.{did_you_mean(name, LIBRARY)}"
    )


def look(name: str) -> str:
    """Return what to look at in a library model."""
    return "" if Path(name).is_file() else LIBRARY.entry(name).look


def check_target(path: Path | None, endings: Sequence[str] = ()) -> None:
    """Check that a file can be written, before any work is done.

    Raises
    ------
    InputError
        If its folder is not there, or its name does not end as it must.
    """
    if path is None:
        return
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {str(path.parent)!r} to write into")
    if endings and path.suffix.lower() not in endings:
        raise InputError(f"{path}: a picture's name ends in {', '.join(endings)}")


def check_commas(data: Path) -> None:
    """Check that the columns of a table are separated by commas.

    Raises
    ------
    InputError
        If something else separates them.
    """
    if not data.is_file():
        return
    with data.open(encoding="utf-8-sig", errors="replace") as lines:
        header = next((line for line in lines if line.strip() and line[0] != "#"), "")
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if sign in header.strip() and "," not in header:
            raise InputError(
                f"{data}: its columns are separated by {name}; save it with commas between the "
                "columns and points in the numbers"
            )
