"""Closed forms kept as wholes, with formulas, certificates and derivation, as they are written.

A solution with a name of its own, as exp(A*t)*y_0, is kept for its numbers only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from ..notation import Shown
from ..system import FirstOrderSystem
from ..tape import Tape
from ..tape.plain import from_plain, to_plain
from .derivation import Claim, Derivation, Step
from .form import ClosedForm
from .kept import Known, keep, key, read, shelf, solves, written
from .part import Part
from .proof.certificate import Certificate
from .solvable import Solved


def keep_whole(exact: ClosedForm, seed: int, enough: float = math.inf) -> None:
    """Keep a closed form for other processes, and its numbers for all models that are alike.

    Parameters
    ----------
    exact
        The closed form.
    seed
        Of its certificate.
    enough
        Seconds for a search up to which it would find no more.
    """
    disk = shelf()
    record = None if disk is None else to_record(exact)
    if disk is not None and record is not None:
        disk.put(_key(exact.system, seed), written({**record, "enough": enough}))
    keep(Known(exact.states, exact.tape), exact.system)


def recall(system: FirstOrderSystem, seed: int, budget: float = 0.0) -> ClosedForm | None:
    """Return the closed form of a system if it was kept as a whole.

    Not if a search within the budget might find more.
    """
    disk = shelf()
    body = None if disk is None else disk.get(_key(system, seed))
    exact = None if body is None else read(body, lambda data: _suffices(data, system, budget))
    if exact is None or not exact.certificate.valid:
        return None
    return exact if solves(Known(exact.states, exact.tape), system) else None


def _suffices(data: Any, system: FirstOrderSystem, budget: float) -> ClosedForm | None:
    return from_record(data, system) if float(data["enough"]) >= budget else None


def _key(system: FirstOrderSystem, seed: int) -> str:
    events = [
        [e.label, e.stops, *(t and to_plain(t) for t in (e.trigger, e.occasion, e.reset))]
        for e in system.events
    ]
    tapes = [to_plain(system.vector_field), to_plain(system.start)]
    names = [system.states, system.parameters, system.time, system.t0, sorted(system.positive)]
    return key(["whole", seed, names, tapes, events])


def to_record(exact: ClosedForm) -> dict[str, Any] | None:
    """Return a closed form as data; None where a part of it is no formula but has a name."""
    parts = [_of_part(part) for part in exact.parts]
    return None if None in parts else {"parts": parts, "reason": exact.reason}


def from_record(data: Any, system: FirstOrderSystem) -> ClosedForm:
    """Return the closed form of a system that data stands for.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it stands for none.
    """
    parts = tuple(_part(part, system) for part in data["parts"])
    if not parts:
        raise ValueError("a solution of nothing")
    steps = tuple(step for part in parts for step in part.solved.steps)
    return ClosedForm(system, parts, Derivation(steps), _text(data["reason"]))


def _of_part(part: Part) -> dict[str, Any] | None:
    solved = part.solved
    if not isinstance(solved.formula, Tape):
        return None
    return {
        "states": part.states,
        "formula": to_plain(solved.formula),
        "tape": to_plain(solved.tape),
        "holds": solved.holds and to_plain(solved.holds),
        "domain": solved.domain,
        "steps": [_of_step(step) for step in solved.steps],
        "certificate": asdict(part.certificate),
    }


def _of_step(step: Step) -> list[Any]:
    claims = [[to_plain(c.left), to_plain(c.right)] for c in step.claims]
    return [step.words, step.text, step.latex, claims, step.checked]


def _part(data: Any, system: FirstOrderSystem) -> Part:
    states = tuple(map(_text, data["states"]))
    own = (system.time, *system.parameters)
    formula, tape = (from_plain(data[name]) for name in ("formula", "tape"))
    outputs = {len(t.outputs) for t in (formula, tape)}
    if not {*states} <= {*system.states} or outputs != {len(states)} or tape.inputs != own:
        raise ValueError("a solution of another system")
    holds = data["holds"] and from_plain(data["holds"])
    steps = tuple(_step(step) for step in data["steps"])
    solved = Solved(formula, tape, tuple(map(_text, data["domain"])), steps, holds)
    return Part(states, solved, _certificate(data["certificate"]))


def _step(data: Any) -> Step:
    words, text, latex, claims, checked = data
    pairs = tuple(Claim(from_plain(left), from_plain(right)) for left, right in claims)
    return Step(_text(words), Shown(_text(text), _text(latex)), pairs, checked=checked is True)


def _certificate(data: Any) -> Certificate:
    names = {"points": int, "digits": int, "seed": int, "domain": _text}
    read: dict[str, Callable[[Any], Any]] = {f.name: float for f in fields(Certificate)} | names
    values: dict[str, Any] = {name: of(data[name]) for name, of in read.items()}
    return Certificate(**values)


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise ValueError(f"no text: {data!r:.60}")
    return data
