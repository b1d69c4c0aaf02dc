"""Derivatives of a tape by complex steps: exact to rounding, and independent of every rule here.

f(x + ih) = f(x) + ih f'(x) - …, so Im f(x + ih)/h is the derivative without a difference that could
cancel (Squire and Trapp 1998, SIAM Review 40, 110-112, doi:10.1137/S003614459631241X).
"""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..lazy import load
from ..special_functions import SHELF
from ..tape import Tape
from .result import Check

STEP = 1e-30
_DIGITS = 60  # of special functions
METHOD = "complex-step differentiation"
Point = Mapping[str, float]


def _power(x: complex, y: complex) -> complex:
    if y.imag == 0 and y.real.is_integer() and abs(y.real) <= 100:
        return x ** int(y.real)  # by multiplication: no logarithm, hence no branch
    return x**y


# What an operation is on complex numbers; what compares looks at real parts.
_UNARY: Mapping[str, Callable[[complex], complex]] = {
    "neg": lambda x: -x,
    "abs": lambda x: x if x.real >= 0 else -x,
    "sign": lambda x: complex(math.copysign(1.0, x.real)),
    "floor": lambda x: complex(math.floor(x.real)),
    "sqrt": cmath.sqrt,
    "exp": cmath.exp,
    "expm1": lambda x: cmath.exp(x) - 1,
    "log": cmath.log,
    "log1p": lambda x: cmath.log(1 + x),
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
}
_BINARY: Mapping[str, Callable[[complex, complex], complex]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": _power,
    "min": lambda x, y: x if x.real <= y.real else y,
    "max": lambda x, y: x if x.real >= y.real else y,
    "lt": lambda x, y: complex(x.real < y.real),
    "le": lambda x, y: complex(x.real <= y.real),
    "eq": lambda x, y: complex(x.real == y.real),
    "sum_error": lambda x, y: 0j,
    "product_error": lambda x, y: 0j,
    "refined": lambda x, y: x,
}
_TERNARY: Mapping[str, Callable[[complex, complex, complex], complex]] = {
    "select": lambda condition, yes, no: yes if condition.real else no,
}
COMPLEX: Mapping[str, Callable[..., complex]] = {**_UNARY, **_BINARY, **_TERNARY}


def _applied(op: str, args: Sequence[complex]) -> complex:
    """Return an operation; a special one has so many digits that those of the step are there."""
    if op in COMPLEX:
        return COMPLEX[op](*args)
    context = load("mpmath").MPContext()
    context.dps = _DIGITS
    return complex(SHELF[op].precise(context, *(a if a.imag else a.real for a in args)))


def evaluate(tape: Tape, values: Sequence[complex]) -> list[complex]:
    """Return the outputs of a tape on complex numbers."""
    results: list[complex] = []
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            results.append(values[number])
        elif node.op == "const":
            results.append(complex(node.value))
        else:
            results.append(_applied(node.op, [results[a] for a in node.args]))
    return [results[o] for o in tape.outputs]


def directional(tape: Tape, point: Point, direction: Point) -> list[float]:
    """Return the derivative of every output along a direction; names left out stand still."""
    values = [complex(point[n], STEP * direction.get(n, 0.0)) for n in tape.inputs]
    return [z.imag / STEP for z in evaluate(tape, values)]


def partial(tape: Tape, point: Point, by: str) -> list[float]:
    """Return the derivative of every output by one input."""
    return directional(tape, point, {by: 1.0})


def points(tapes: Sequence[Tape], count: int = 5, seed: int = 0) -> Iterator[dict[str, float]]:
    """Yield random points where all of the tapes are defined, at most so many."""
    draw = random.Random(seed)
    names = sorted({name for tape in tapes for name in tape.inputs})
    found = 0
    for attempt in range(300):
        low, high = ((0.2, 2.0), (-2.0, 2.0), (-0.9, 0.9), (2.0, 9.0))[attempt % 4]
        point = {name: draw.uniform(low, high) for name in names}
        values = [v for tape in tapes for v in tape(*(point[n] for n in tape.inputs))]
        if all(map(math.isfinite, values)):
            yield point
            found += 1
        if found == count:
            return


def difference(found: Sequence[float], reference: Sequence[float]) -> float:
    """Return the largest difference, relative to the larger of the reference and one."""
    pairs = zip(found, reference, strict=True)
    return max((abs(a - b) / max(1.0, abs(b)) for a, b in pairs), default=0.0)


def compare(
    tapes: Sequence[Tape],
    found: Callable[[Point], Sequence[float]],
    reference: Callable[[Point], Sequence[float]],
    against: str = METHOD,
) -> Check:
    """Return the check that two computations agree wherever the tapes are defined."""
    errors = [difference(found(p), reference(p)) for p in points(tapes)]
    return Check(against, len(errors), max(errors, default=math.inf))
