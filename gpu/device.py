"""The compute device: found by name, in double precision, and what to do if it is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..models.errors import DeviceError, InputError, did_you_mean, listing
from ..models.lazy import load

KINDS = ("cpu", "cuda", "xpu", "mps")
OTHER_WORDS = ("gpu", "nvidia", "rocm", "hip")  # for cuda; torch calls AMD's devices so too
_NAME = re.compile(rf"({'|'.join(KINDS)})(?::(\d+))?")


@dataclass(frozen=True)
class Device:
    """A device that is there, and tensors on it.

    Tensors are double precision everywhere: the tolerances that ratelaw promises are out of reach
    of single precision.

    Parameters
    ----------
    name
        As torch writes it: ``cpu``, ``cuda``, ``cuda:1``.
    """

    name: str

    def tensor(self, values: Any) -> Any:
        """Return a copy of numbers as a tensor of doubles here."""
        torch = load("torch")
        return torch.tensor(values, dtype=torch.float64, device=self.name)

    @property
    def hardware(self) -> str:
        """What its maker calls it."""
        torch = load("torch")
        kind = self.name.partition(":")[0]
        return self.name if kind == "cpu" else getattr(torch, kind).get_device_name(self.name)


def find_device(name: str) -> Device:
    """Return the device of a name.

    Raises
    ------
    InputError
        If no device could have that name.
    MissingExtraError
        If torch is not installed; the message is the command to run.
    DeviceError
        If it is not there, or has no double precision.
    """
    match = _NAME.fullmatch(name) if isinstance(name, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
    if match is None:
        raise InputError(
            f'device: got {name!r}; expected a name such as "cpu", "cuda" or "cuda:1"{_guess(name)}'
        )
    missing = _missing(match[1], int(match[2] or 0))
    if missing:
        raise DeviceError(f'device "{name}" {missing}')
    return Device(name)


def _guess(name: object) -> str:
    if not isinstance(name, str):
        return ""
    kind = name.strip().lower().partition(":")[0]
    kind = "cuda" if kind in OTHER_WORDS else kind
    return did_you_mean(kind, KINDS).replace(" Did", "; did")


def _missing(kind: str, number: int) -> str:
    """Return what is wrong with a device, or nothing."""
    if kind == "mps":
        return 'has no double precision, in which ratelaw computes; use "cpu"'
    torch = load("torch")
    if kind == "cpu":
        return "" if number == 0 else 'is not available; there is one "cpu"'
    count: int = getattr(torch, kind).device_count()
    if number < count:
        return ""
    if count:
        there = listing(f'"{kind}:{i}"' for i in range(count))
        return f"is not available; there {'is' if count == 1 else 'are'} {there}"
    return f'is not available; "cpu" gives the same numbers. {_why(kind)}'


def _why(kind: str) -> str:
    """Return why torch sees no device of a kind, and how to get one."""
    torch = load("torch")
    built = kind == "xpu" or torch.version.cuda or torch.version.hip
    if not built:
        return (
            f"The installed torch {torch.__version__} is built for the CPU alone: install a build "
            "for your device"
        )
    return f"torch {torch.__version__} finds no such device or no driver for it"
