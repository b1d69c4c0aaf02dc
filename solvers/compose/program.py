"""What a loop over steps calls, and the vectors that its programs are composed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ...models.system import FirstOrderSystem
from ...models.tape import Builder, Tape, Value

Arguments = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, eq=False)
class Program:
    """A tape with its arguments, ready for any emitter."""

    name: str
    tape: Tape
    arguments: Arguments

    @property
    def size(self) -> int:
        """Number of operations."""
        return len(self.tape.nodes)


@dataclass(frozen=True, eq=False)
class Iterated:
    """A step in parts, one of them repeated, between which numbers are handed on by name.

    All take (t, h, limit, y, f, p), and what was handed on.

    Parameters
    ----------
    prepare, repeat, close
        What is done once; so many times more; and to what an attempt returns.
    times
        How often the middle part is done.
    hands_on
        Arguments that are handed on: what `prepare` returns, and `repeat` the last of them anew.
    """

    prepare: Program
    repeat: Program
    close: Program
    times: int
    hands_on: Arguments

    @property
    def size(self) -> int:
        """Number of operations of a step."""
        return self.prepare.size + self.times * self.repeat.size + self.close.size

    def whole(self) -> Program:
        """Return the step as one program, all that is repeated written out."""
        arguments = self.prepare.arguments
        builder = inputs(arguments)
        common = builder.inputs
        given = builder.inline(self.prepare.tape, common)
        kept = len(given) - len(self.repeat.tape.outputs)
        for _ in range(self.times):
            given[kept:] = builder.inline(self.repeat.tape, [*common, *given])
        outputs = builder.inline(self.close.tape, [*common, *given])
        return Program("attempt", builder.finish(outputs), arguments)


@dataclass(frozen=True, eq=False)
class Integrator:
    """What a loop over steps calls; the loop itself holds no formula.

    Parameters
    ----------
    begin
        (t, span, limit, y, p, atol, rtol) to the first step, then the slope: 1 + n outputs.
    step
        An attempted step, in one piece or in parts.
    control
        (y, z, e, atol, rtol, h, before) with z the new state, e its error, h the step, and what
        was remembered of the last good one, to the error norm, whether to accept (1 or 0), the
        factor to the next step, and what to remember of this one if it is good: 4 outputs.
    interpolate
        (theta, h, y, z, k) with k the kept vectors, to the state at t + theta*h: n outputs.
    n_kept
        Number of kept vectors.
    n_stages
        Evaluations of the vector field per attempted step.
    """

    begin: Program
    step: Program | Iterated
    control: Program
    interpolate: Program
    n_kept: int
    n_stages: int

    @cached_property
    def attempt(self) -> Program:
        """One attempted step in one piece.

        (t, h, limit, y, f, p) to the new state, its error, its slope, and the `n_kept` vectors that
        dense output needs: (3 + n_kept) * n outputs. Where the system has events, no rate is
        evaluated at a time past the limit.
        """
        return self.step if isinstance(self.step, Program) else self.step.whole()


def inputs(arguments: Arguments) -> Builder:
    """Return a builder whose inputs are the elements of the arguments."""
    names = [
        name
        for argument, length in arguments
        for name in ([argument] if length is None else [f"{argument}[{i}]" for i in range(length)])
    ]
    return Builder(names)


def vector(builder: Builder, argument: str, length: int) -> list[Value]:
    """Return the elements of an argument."""
    return [builder.input(f"{argument}[{i}]") for i in range(length)]


def slope(
    builder: Builder, system: FirstOrderSystem, t: Value, y: Sequence[Value], p: Sequence[Value]
) -> list[Value]:
    """Return the rates of change at a time and state."""
    return builder.inline(system.vector_field, [t, *y, *p])


def within(system: FirstOrderSystem, time: Value, limit: Value, forward: Value) -> Value:
    """Return a time, or the limit if it is past that; a rate may jump there."""
    if not system.events:
        return time
    return forward.apply("select", time.apply("min", limit), time.apply("max", limit))


def combine(
    y: Sequence[Value], h: Value, weights: Sequence[float], k: Sequence[Sequence[Value]]
) -> list[Value]:
    """Return y + h * sum of weighted slopes."""
    return [yi + change for yi, change in zip(y, increment(h, weights, k), strict=True)]


def increment(h: Value, weights: Sequence[float], k: Sequence[Sequence[Value]]) -> list[Value]:
    """Return h * sum of weighted slopes; the first weight goes to h, for all states at once.

    What is left are sums of a number and a product, which are one operation each.
    """
    used = [(w, slopes) for w, slopes in zip(weights, k, strict=True) if w != 0]
    if not used:
        return [h * 0.0 for _ in k[0]]
    (first, slopes), *rest = used
    scale, sums = h * first, list(slopes)
    for w, others in rest:
        sums = [s + (w / first) * x for s, x in zip(sums, others, strict=True)]
    return [scale * s for s in sums]


def weighted(weights: Sequence[float], k: Sequence[Sequence[Value]]) -> list[Value]:
    """Return the weighted sum of vectors; zero weights leave no trace."""
    used = [(w, slopes) for w, slopes in zip(weights, k, strict=True) if w != 0]
    sums = [w * x for w, x in ((used[0][0], x) for x in used[0][1])] if used else []
    if not used:
        return [x * 0.0 for x in k[0]]
    for w, slopes in used[1:]:
        sums = [s + w * x for s, x in zip(sums, slopes, strict=True)]
    return sums


def floats(row: Sequence[object]) -> list[float]:
    """Return coefficients as the nearest floating-point numbers."""
    return [float(x) for x in row]  # pyright: ignore[reportArgumentType]
