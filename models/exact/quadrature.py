"""Solutions with an integral that is no known function: written as one, and evaluated by a rule.

The formula is a function of time, parameters and integrals from the start to the present,

    J(t) = integral of k(s) over s from t0 to t,   dJ/dt = k(t),

With many digits they are found by a rule of up to 160 nodes, for doubles by one of 64 on the tape;
where its own tail tells that these do not suffice, no value is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from ..notation import Notation, Shown
from ..system import FirstOrderSystem
from ..tape import Builder, Tape, Value
from ..tape.composed.quadrature import integral, precisely
from ..tape.differentiate import derivative
from ..tape.precise import Precise
from .derivation import Claim
from .solvable import Point

_DIGITS = 20  # of an integral, compared with doubles
VARIABLE = "variable of integration"  # no name of a model has a space


@dataclass(frozen=True)
class Quadrature:
    """A solution with integrals from the start to the present.

    Parameters
    ----------
    system
        What is solved.
    outer
        The states, from time, the parameters and the integrals.
    kernels
        The integrand of each integral by its name, from the parameters and `VARIABLE`.
    equations
        The solution in writing.
    """

    system: FirstOrderSystem
    outer: Tape
    kernels: Mapping[str, Tape]
    equations: tuple[Shown, ...]
    _known: dict[tuple[Any, ...], Mapping[str, Any]] = field(
        default_factory=dict[tuple[Any, ...], Mapping[str, Any]], repr=False, compare=False
    )
    _fewer: Precise = field(default_factory=lambda: Precise(_DIGITS), repr=False, compare=False)

    def shown(self, notation: Notation) -> tuple[Shown, ...]:
        """Return the formulas, then what is abbreviated in them."""
        return self.equations

    def values(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return every state with many digits."""
        return precise(self.outer, {**point, **self._integrals(precise, point)})

    def slopes(self, precise: Precise, point: Point) -> Sequence[Any]:
        """Return the derivatives by time, those of the integrals being the integrands."""
        time = self.system.time
        at = {**point, **self._integrals(precise, point)}
        total = precise(derivative(self.outer, time), at)
        for name, kernel in self.kernels.items():
            pace = precise(kernel, {**point, VARIABLE: point[time]})[0]
            by = precise(derivative(self.outer, name), at)
            total = tuple(v + b * pace for v, b in zip(total, by, strict=True))
        return total

    def _integrals(self, precise: Precise, point: Point) -> Mapping[str, Any]:
        """Return the integrals at a point, each found once: it takes milliseconds.

        That the equation is fulfilled does not depend on their values, only on their slopes; the
        tape is compared with them in doubles.
        """
        key = (precise.digits, *point.values())
        if key not in self._known:
            fewer, t = self._fewer, point[self.system.time]
            begin, end = map(fewer.context.mpf, (self.system.t0, t))

            def found(kernel: Tape) -> Any:
                return precisely(
                    lambda s: fewer(kernel, {**point, VARIABLE: s})[0], begin, end, fewer.context
                )

            self._known[key] = {name: found(kernel) for name, kernel in self.kernels.items()}
        return self._known[key]

    def fulfils(self) -> tuple[Claim, ...]:
        """Claim that it fulfils equation and start, whatever the value of the integrals.

        They count as numbers that are zero at the start and change with the integrands.
        """
        system, time = self.system, self.system.time
        builder = Builder((time, *system.parameters, *self.kernels))
        known = dict(zip(builder.names, builder.inputs, strict=True))
        values = _inlined(builder, self.outer, known)
        slopes = _inlined(builder, derivative(self.outer, time), known)
        for name, kernel in self.kernels.items():
            (pace,) = _inlined(builder, kernel, {**known, VARIABLE: known[time]})
            by = _inlined(builder, derivative(self.outer, name), known)
            slopes = [v + b * pace for v, b in zip(slopes, by, strict=True)]
        rates = _inlined(
            builder, system.vector_field, known | dict(zip(system.states, values, strict=True))
        )
        zero = dict.fromkeys(self.kernels, builder.constant(0.0))
        begin = known | zero | {time: builder.constant(system.t0)}
        begun, start = (_inlined(builder, tape, begin) for tape in (self.outer, system.start))
        pairs = (*zip(slopes, rates, strict=True), *zip(begun, start, strict=True))
        return tuple(Claim(builder.formula(a), builder.formula(b)) for a, b in pairs)


def evaluated(
    system: FirstOrderSystem, outer: Tape, kernels: Mapping[str, Tape], holds: Tape | None
) -> tuple[Tape, Tape]:
    """Return states with integrals as a tape of plain operations, and where it can be relied on.

    Parameters
    ----------
    system
        What is solved.
    outer
        The states, from time, the parameters and the integrals.
    kernels
        The integrands, from time, the parameters and `VARIABLE`; they may depend on the present, so
        that a large factor before an integral and a small one in it need not meet.
    holds
        A condition with the inputs of `outer`, None for everywhere.
    """
    builder = Builder((system.time, *system.parameters))
    known = dict(zip(builder.names, builder.inputs, strict=True))
    time, begin = known[system.time], builder.constant(system.t0)
    conditions: list[Value] = []
    for name, kernel in kernels.items():

        def integrand(s: Value, kernel: Tape = kernel) -> Value:
            return _inlined(builder, kernel, {**known, VARIABLE: s})[0]

        found = integral(integrand, begin, time)
        known[name] = found.value
        conditions.append(found.resolved)
    if holds is not None:
        conditions += _inlined(builder, holds, known)
    values = _inlined(builder, outer, known)
    valid = time.apply("eq", begin).apply("max", reduce(Value.__and__, conditions))
    own = (system.time, *system.parameters)
    return builder.finish(values, own), builder.finish([valid], own)


def _inlined(builder: Builder, tape: Tape, known: Mapping[str, Value]) -> list[Value]:
    return builder.inline(tape, [known[n] for n in tape.inputs])


def in_writing(notation: Notation, integrand: Shown, variable: str, t0: float) -> Shown:
    """Return an integral from the start to the present.

    Parameters
    ----------
    notation
        How names are written.
    integrand
        In writing.
    variable
        Its letter there.
    t0
        The time at the start.
    """
    time, name = notation.name(notation.time), notation.name(variable)
    text = f"integral({integrand.text}, {variable} = {t0:g}..{time.text})"
    latex = rf"\int_{{{t0:g}}}^{{{time.latex}}} {integrand.latex} \,\mathrm{{d}}{name.latex}"
    return Shown(text, latex)


def with_integrals(
    notation: Notation, formula: Tape, given: Mapping[str, Shown], variable: str = ""
) -> Shown:
    """Return a formula in writing, some inputs of which are written in a way of their own.

    Parameters
    ----------
    notation
        How names are written.
    formula
        One output.
    given
        How those inputs are written.
    variable
        The letter of the variable of integration, if it occurs.
    """
    letters = {VARIABLE: variable} if variable else {}
    written = Notation(
        notation.time,
        {**notation.symbols, **letters, **{n: shown.text for n, shown in given.items()}},
        {**notation.latex_names, **{s.text: s.latex for s in given.values()}},
    )
    return written.answer(formula)
