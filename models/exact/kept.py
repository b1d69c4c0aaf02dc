"""Certified closed forms kept on disk: known again in the next process, without an algebra system.

Numbers are kept by the canonical form of the system: any model with the same equations finds them,
whatever its names. Nothing that is read is run, and nothing is believed that does not fulfil the
equations.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from ..cache import DiskCache, user_cache
from ..once import once
from ..structure.canonical import Canonical, canonical
from ..system import FirstOrderSystem
from ..tape import Builder, Tape
from ..tape.plain import from_plain, to_plain

_FORMAT = 1  # of what is written
_LIMIT = 64 << 20  # bytes
_LARGEST = 1000  # operations of rates that are looked up: to know a larger system again takes long
_BESIDE = (1e-4, 1e-7, 1e-10)  # of time, for slopes by differences, whatever the rates
_CLOSE = 1e-4  # how well one of them has to agree
_AT = (0.02, 0.31, 1.7)  # elapsed times at which what is read is put back
_SEEDS = (1.0, 3.1, 5.3)  # of parameters, the next where a form is no number at some
_NO_FORM = (ValueError, TypeError, LookupError, OverflowError, RecursionError)  # of what is read
Found = TypeVar("Found")
_ADDED = [0]  # how many closed forms this process has found and kept


@dataclass(frozen=True)
class Known:
    """The numbers of a closed form.

    Parameters
    ----------
    states
        Names of those that are covered, in the order of the system.
    tape
        Their values, from time and the parameters.
    """

    states: tuple[str, ...]
    tape: Tape


def shelf() -> DiskCache | None:
    """Return where closed forms are kept; None if nowhere."""
    folder = user_cache()
    return None if folder is None else DiskCache(folder, ".form", _LIMIT)


def keep(form: Known, system: FirstOrderSystem) -> None:
    """Keep the numbers of a closed form for other processes."""
    disk = shelf()
    if disk is not None:
        disk.put(_key_of(canonical(system)), written(_record(form, system)))
        _ADDED[0] += 1


def edition() -> int:
    """Return a number that changes when a closed form becomes known in this process."""
    return _ADDED[0]


def known(system: FirstOrderSystem) -> Known | None:
    """Return what is known of a system's closed form, from this or another process.

    It takes milliseconds, and no algebra system; asked again, hardly any time: what is kept on disk
    is looked up anew once this process has found another form.
    """
    disk = shelf()
    if disk is None or len(system.vector_field.nodes) > _LARGEST:
        return None
    answers, when = _answers(system), (disk.folder, edition())
    if when not in answers:
        answers[when] = _looked_up(disk, system)
    return answers[when]


@once
def _answers(system: FirstOrderSystem) -> dict[tuple[Path, int], Known | None]:
    """Return what was found of a system so far, by folder and edition."""
    del system
    return {}


def _looked_up(disk: DiskCache, system: FirstOrderSystem) -> Known | None:
    form = canonical(system)
    body = disk.get(_key_of(form))
    found = None if body is None else read(body, lambda data: _known(data, form, system))
    return found if found and solves(found, system) else None


def read(body: bytes, decode: Callable[[Any], Found]) -> Found | None:
    """Return what is decoded, None if the content stands for nothing."""
    with suppress(*_NO_FORM):
        return decode(json.loads(body))
    return None


def written(record: object) -> bytes:
    """Return plain data as text to be kept."""
    return json.dumps(record, separators=(",", ":")).encode()


# ---- keys ------------------------------------------------------------------------------------


@once
def _key_of(form: Canonical) -> str:
    return key(["numbers", form.digest])


def key(parts: Sequence[object]) -> str:
    """Return the name under which something is kept that this version of the library made."""
    return sha256(written([_FORMAT, _maker(), *parts])).hexdigest()


@lru_cache(maxsize=1)
def _maker() -> str:
    """Return what tells this version of the library from all others: its files that do algebra."""
    root = Path(__file__).parents[1]
    files = [(f.relative_to(root).as_posix(), f.stat()) for f in sorted(root.rglob("*.py"))]
    told = [[name, status.st_size, status.st_mtime_ns] for name, status in files]
    return sha256(written(told)).hexdigest()


# ---- numbers ---------------------------------------------------------------------------------


def _record(form: Known, system: FirstOrderSystem) -> dict[str, Any]:
    order = canonical(system)
    names = (system.time, *order.parameters)
    builder = Builder(names)
    at = dict(zip(names, builder.inputs, strict=True))
    values = builder.inline(form.tape, [at[n] for n in form.tape.inputs])
    anonymous = {name: str(i) for i, name in enumerate(names)}
    tape = builder.finish(values).rename(anonymous)
    return {"states": [order.states.index(s) for s in form.states], "tape": to_plain(tape)}


def _known(data: Any, form: Canonical, system: FirstOrderSystem) -> Known:
    covered = [form.states[i] for i in data["states"] if type(i) is int and i >= 0]
    kept = from_plain(data["tape"])
    builder = Builder((system.time, *system.parameters))
    at = dict(zip(builder.names, builder.inputs, strict=True))
    own = [at[n] for n in (system.time, *form.parameters)]
    if len(own) != len(kept.inputs) or len({*covered}) != len(kept.outputs):
        raise ValueError("a tape of another system")
    values = dict(zip(covered, builder.inline(kept, own), strict=True))
    states = tuple(s for s in system.states if s in values)
    return Known(states, builder.finish(values[s] for s in states))


def solves(form: Known, system: FirstOrderSystem) -> bool:
    """Tell whether a form fulfils start and equation in a few places, as well as doubles tell.

    What is a number in none of them is not believed.
    """
    for seed in _SEEDS:
        parameters = [1.0 + seed * math.sqrt(i + 2) % 1.0 for i in range(system.n_parameters)]
        found = _fulfils(form, system, parameters)
        if found is not None:
            return found
    return False


def _fulfils(form: Known, system: FirstOrderSystem, parameters: Sequence[float]) -> bool | None:
    """Return the verdict at some parameters, None where some state is no number at any time."""
    own = [system.states.index(s) for s in form.states]
    start, begun = system.start(*parameters), form.tape(system.t0, *parameters)
    verdicts = [[_agree(start[i], b, b) for i, b in zip(own, begun, strict=True)]]
    for time in (system.t0 + elapsed for elapsed in _AT):
        y = dict(zip(form.states, form.tape(time, *parameters), strict=True))
        states = [y.get(s, 0.0) for s in system.states]
        rates = system.vector_field(time, *states, *parameters)
        sides = [_slopes(form.tape, time, parameters, side) for side in _BESIDE]
        rows = zip(own, zip(*sides, strict=True), strict=True)
        verdicts.append([_any_agrees(rates[i], row, states[i]) for i, row in rows])
    if any(found is False for row in verdicts for found in row):
        return False
    sure = all(verdicts[0]) and all(map(any, zip(*verdicts[1:], strict=True)))
    return True if sure else None


def _any_agrees(rate: float, slopes: Sequence[float], size: float) -> bool | None:
    found = [_agree(rate, slope, size) for slope in slopes]
    return True if True in found else None if None in found else False


def _slopes(tape: Tape, time: float, parameters: Sequence[float], side: float) -> list[float]:
    before, after = (tape(t, *parameters) for t in (time - side, time + side))
    return [(b - a) / (2 * side) for a, b in zip(before, after, strict=True)]


def _agree(left: float, right: float, size: float) -> bool | None:
    if not math.isfinite(left - right):
        return None  # it does not reach there
    return abs(left - right) <= _CLOSE * max(abs(left), abs(right), abs(size))
