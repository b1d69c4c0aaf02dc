"""Random draws of a model's settings: distributions by name, a seed always explicit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..models.errors import InputError
from ..models.given import is_number
from ..models.model import Model
from .arrays import Float


class Distribution(Protocol):
    """Something numbers can be drawn from."""

    def draw(self, generator: np.random.Generator, size: int) -> Float:
        """Return independent draws, (size,)."""
        ...


@dataclass(frozen=True)
class Normal:
    """The normal distribution with a mean and a standard deviation."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _number(self, "mean", self.mean)
        if not np.isfinite(self.mean):
            raise InputError(f"Normal: got mean {self.mean}; it must be finite")
        _positive(self, "sd", self.sd)

    def draw(self, generator: np.random.Generator, size: int) -> Float:
        """Return independent draws, (size,)."""
        return generator.normal(self.mean, self.sd, size)


@dataclass(frozen=True)
class LogNormal:
    """The log-normal distribution: log(x/median) is normal with standard deviation `sd`."""

    median: float
    sd: float

    def __post_init__(self) -> None:
        _positive(self, "median", self.median)
        _positive(self, "sd", self.sd)

    def draw(self, generator: np.random.Generator, size: int) -> Float:
        """Return independent draws, (size,)."""
        return self.median * np.exp(generator.normal(0.0, self.sd, size))


@dataclass(frozen=True)
class Uniform:
    """The uniform distribution between two numbers."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _number(self, "low", self.low)
        _number(self, "high", self.high)
        if not -np.inf < self.low < self.high < np.inf:
            raise InputError(
                f"Uniform: got low {self.low}, high {self.high}; both are finite, low the smaller"
            )

    def draw(self, generator: np.random.Generator, size: int) -> Float:
        """Return independent draws, (size,)."""
        return generator.uniform(self.low, self.high, size)


def _number(of: object, name: str, value: object) -> None:
    if not is_number(value) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise InputError(f"{type(of).__name__}: got {name} {value!r:.60}; expected one number")


def _positive(of: object, name: str, value: float) -> None:
    _number(of, name, value)
    if not 0 < value < np.inf:
        raise InputError(f"{type(of).__name__}: got {name} {value}; it must be positive")


def draw(model: Model, size: int, *, seed: int, **settings: Distribution) -> Model:
    """Return a model whose settings are drawn at random, along a dimension called ``draw``.

    Parameters
    ----------
    model
        The model.
    size
        Number of draws.
    seed
        Seed; each setting has its own stream, so adding one changes no other.
    settings
        For each parameter, or ``**{"T(0)": …}``, a distribution.

    Raises
    ------
    InputError
        If the size, or what a setting is given, cannot be used.
    """
    if not _is_whole(size) or size < 1:
        raise InputError(f"size: got {size!r}; expected a number of draws, 1 or more")
    if not _is_whole(seed) or seed < 0:
        raise InputError(f"seed: got {seed!r}; expected a whole number, 0 or more")
    if not settings:
        raise InputError("draw: nothing varies; give a distribution, as in k=Normal(0.07, 0.01)")
    names = {model.canonical(name): chosen for name, chosen in settings.items()}
    columns = {name: _column(name, chosen, seed, int(size)) for name, chosen in names.items()}
    return model.vary("draw", columns)


def _is_whole(value: object) -> bool:
    kinds = bool, np.timedelta64  # which numpy counts among the integers
    return isinstance(value, (int, np.integer)) and not isinstance(value, kinds)


def _column(name: str, distribution: Distribution, seed: int, size: int) -> bytes:
    if not hasattr(distribution, "draw"):
        raise InputError(
            f"{name}: got {distribution!r}; expected a distribution such as Normal(0.07, 0.01)"
        )
    # The stream depends on the name, not on the order of the arguments.
    stream = np.random.SeedSequence([int(seed), *name.encode()])
    with np.errstate(over="ignore"):  # told of below
        drawn = distribution.draw(np.random.default_rng(stream), size)
    if not np.isfinite(drawn).all():
        raise InputError(f"{name}: {distribution!r} gives values beyond all doubles")
    return drawn.tobytes()
