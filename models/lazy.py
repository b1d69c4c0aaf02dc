"""Import a heavy library at the moment it is needed, and say what to install when it is missing."""

from importlib import import_module
from typing import Any

from .errors import MissingExtraError

_EXTRA = {"torch": "gpu", "torchdiffeq": "gpu"}


def load(module: str) -> Any:
    """Return a third-party module, imported now.

    Raises
    ------
    MissingExtraError
        If the module belongs to an extra that is not installed; the message is the command to run.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        top = module.partition(".")[0]
        if top not in _EXTRA or (missing.name or "").partition(".")[0] != top:
            raise
        extra = _EXTRA[top]
        raise MissingExtraError(
            f"this needs {top}, which is not installed: it comes with the {extra} extra. "
            f"Run: pip install 'ratelaw[{extra}]'"
        ) from missing
