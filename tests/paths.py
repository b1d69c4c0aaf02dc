"""Every way to a number: the backends on the shelf, and each of their methods."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pytest

import ratelaw as rl
from ratelaw.models.errors import MissingExtraError, RefusalError
from ratelaw.models.library import LIBRARY
from ratelaw.models.lower import lower
from ratelaw.solvers.backends import SHELF
from ratelaw.solvers.status import Status

FEW = ("cooling", "lotka_volterra", "van_der_pol")
STIFF = ("hires", "oregonator", "robertson")
OURS = ("exact", "reference", "lanes")  # held to the contract without exception


def methods() -> list[str]:
    """Return every method, qualified by its backend; without torch its backend has none."""
    found: list[str] = []
    for name in SHELF:
        with suppress(MissingExtraError):
            found += [f"{name}:{method}" for method in SHELF[name].methods]
    return found


def first_of_each(paths: list[str]) -> list[str]:
    """Return the first method of every backend."""
    return [*{path.partition(":")[0]: path for path in reversed(paths)}.values()][::-1]


def cells(paths: list[str], everywhere: list[str], models: Iterable[str] = LIBRARY) -> list:
    """Return paths with the names of models, for tests of one path on one model.

    Quick are the paths of `everywhere` on every model, and the others on a few models. What
    repeats these, what waits long, and explicit methods that give up on a stiff model are slow.
    """
    quick = re.compile(r"(exact|lanes|reference|scipy):.*|\w+:dopri[58]")

    def marks(path: str, name: str) -> tuple:
        if name in STIFF and not path.startswith("scipy"):
            return (pytest.mark.slow,)
        is_quick = path in everywhere or (name in FEW and quick.fullmatch(path))
        return () if is_quick else (pytest.mark.slow,)

    return [pytest.param(p, n, marks=marks(p, n)) for p in paths for n in models]


def smooth() -> list[str]:
    """Return the library's models to which nothing happens on the way."""
    return [name for name in LIBRARY if not lower(LIBRARY[name]).events]


def ours(path: str) -> bool:
    return path.partition(":")[0] in OURS


def ratio(found: np.ndarray, truth: np.ndarray, scale: np.ndarray, atol: np.ndarray, rtol: float):
    """Return the largest error in units of what the tolerance asks for."""
    return float(np.max(np.abs(found - truth) / (atol + rtol * scale)))


@dataclass
class Table:
    """Ratios of error to tolerance, path by model; printed when the tests are done."""

    title: str
    cells: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, path: str, model: str, value: float | str) -> None:
        self.cells[path, model] = value if isinstance(value, str) else f"{value:.2g}"

    def __str__(self) -> str:
        paths, models = (list(dict.fromkeys(key[i] for key in self.cells)) for i in (0, 1))
        rows = [["", *models], *([p, *(self.cells.get((p, m), "") for m in models)] for p in paths)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(c.rjust(w) for c, w in zip(r, widths, strict=True)) for r in rows]
        return "\n".join(["", self.title, *lines, "(r: refused, n: gave up and said so)"])


def solved(table: Table, path: str, name: str, times: np.ndarray, **options: object) -> rl.Solution:
    """Solve a library model, or skip with the reason of the refusal or of the giving up."""
    try:
        sol = rl.solve(rl.library[name], times, method=path, check=False, **options)
    except RefusalError as refusal:
        reason, mark = str(refusal).partition(": ")[2], "r"
    else:
        if sol.success:
            return sol
        assert {*sol.outcome.counts} <= {Status.MAX_STEPS, Status.STIFF}, sol.message
        reason, mark = sol.message, "n"
    assert reason.strip()
    table.note(path, name, mark)
    pytest.skip(reason)
