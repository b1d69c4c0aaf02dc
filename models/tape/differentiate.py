"""Derivatives of tapes, as tapes: sparse Jacobians and directional derivatives.

Forward accumulation over the tape (Griewank and Walther 2008, *Evaluating Derivatives*, chapter
3): each node carries its nonzero partial derivatives, so a Jacobian is sparse by construction and
shares every subexpression with the function itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..uncollected import uncollected
from .composed.special import slope
from .operations import OPERATIONS
from .program import Builder, Tape, Value

Partials = dict[int, Value]
Unary = Callable[[Value, Value], Value | float]
Binary = Callable[[Value, Value, Value], Value | float]


def _power_by_base(x: Value, y: Value, _: Value) -> Value:
    return y * x ** (y - 1.0)


def _power_by_exponent(x: Value, _: Value, z: Value) -> Value:
    # 0**y stays 0 when y > 0 changes: without this the logarithm would make it nan.
    return z * x.builder.apply("select", x.apply("eq", 0.0), 0.0, x.apply("log"))


def _beside_circle(x: Value) -> Value:
    return ((1.0 - x) * (1.0 + x)).apply("sqrt")  # 1 - x*x loses digits near the ends


_LEVEL = frozenset("sign floor lt le eq sum_error product_error".split())
# For each operation, the partial derivatives by its arguments, given (arguments…, result). What is
# not here only chooses, or rounds, and has no derivative.
_UNARY: Mapping[str, Unary] = {
    "neg": lambda x, z: -1.0,
    "abs": lambda x, z: x.apply("sign"),
    "sqrt": lambda x, z: 0.5 / z,
    "exp": lambda x, z: z,
    "expm1": lambda x, z: x.apply("exp"),  # z + 1 keeps no digit of it far below zero
    "log": lambda x, z: 1.0 / x,
    "log1p": lambda x, z: 1.0 / (1.0 + x),
    "sin": lambda x, z: x.apply("cos"),
    "cos": lambda x, z: -x.apply("sin"),
    "tan": lambda x, z: 1.0 + z * z,
    "asin": lambda x, z: 1.0 / _beside_circle(x),
    "acos": lambda x, z: -1.0 / _beside_circle(x),
    "atan": lambda x, z: 1.0 / (1.0 + x * x),
    "sinh": lambda x, z: x.apply("cosh"),
    "cosh": lambda x, z: x.apply("sinh"),
    "tanh": lambda x, z: 1.0 - z * z,
}
_BINARY: Mapping[str, tuple[Binary, Binary]] = {
    "add": (lambda x, y, z: 1.0, lambda x, y, z: 1.0),
    "sub": (lambda x, y, z: 1.0, lambda x, y, z: -1.0),
    "mul": (lambda x, y, z: y, lambda x, y, z: x),
    "div": (lambda x, y, z: 1.0 / y, lambda x, y, z: -z / y),
    "pow": (_power_by_base, _power_by_exponent),
    "min": (
        lambda x, y, z: x.apply("le", y).apply("select", 1.0, 0.0),
        lambda x, y, z: x.apply("le", y).apply("select", 0.0, 1.0),
    ),
    "max": (
        lambda x, y, z: x.apply("lt", y).apply("select", 0.0, 1.0),
        lambda x, y, z: x.apply("lt", y).apply("select", 1.0, 0.0),
    ),
}


@dataclass(frozen=True, slots=True)
class SparseJacobian:
    """The entries of a Jacobian that are not identically zero.

    Parameters
    ----------
    shape
        Numbers of outputs and of the inputs differentiated by.
    rows, columns
        Place of each entry; numerator layout, rows are outputs.
    tape
        Program of the entries, from the same inputs as the function.
    """

    shape: tuple[int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    tape: Tape


@uncollected()
def jacobian(tape: Tape, by: Sequence[str]) -> SparseJacobian:
    """Return the Jacobian of all outputs with respect to the inputs named in `by`."""
    builder = Builder(tape.inputs)
    column = {tape.inputs.index(name): j for j, name in enumerate(by)}
    seeds = {i: {j: builder.constant(1.0)} for i, j in column.items()}
    _, partials = accumulate(builder, tape, builder.inputs, seeds)
    entries = [(i, j, v) for i, p in enumerate(partials) for j, v in sorted(p.items())]
    return SparseJacobian(
        (len(tape.outputs), len(by)),
        tuple(i for i, _, _ in entries),
        tuple(j for _, j, _ in entries),
        builder.finish(v for _, _, v in entries),
    )


def derivative(tape: Tape, by: str) -> Tape:
    """Return the tape of the partial derivatives of all outputs by one input."""
    builder = Builder(tape.inputs)
    seeds = {tape.inputs.index(by): {0: builder.constant(1.0)}}
    _, partials = accumulate(builder, tape, builder.inputs, seeds)
    return builder.finish(p.get(0, 0.0) for p in partials)


def accumulate(
    builder: Builder, tape: Tape, bindings: Sequence[Value], seeds: Mapping[int, Partials]
) -> tuple[list[Value], list[Partials]]:
    """Replay a tape with its nonzero partial derivatives carried along.

    Parameters
    ----------
    builder
        Where values and derivatives are recorded.
    tape, bindings
        The program and the values of its inputs.
    seeds
        For an input's position, its derivatives by each direction.

    Returns
    -------
    values, partials
        Of every output: its value, and its derivatives by direction, absent where zero.
    """
    values: list[Value] = []
    partials: list[Partials] = []
    single, felt = _needed_once(tape), _felt(tape)
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            values.append(bindings[number])
            given = seeds.get(number, {})
            partials.append({d: v for d, v in given.items() if v.constant != 0})
        elif node.op == "const":
            values.append(builder.constant(node.value))
            partials.append({})
        else:
            args = [values[a] for a in node.args]
            values.append(builder.apply(node.op, *args))
            if not felt[number]:
                partials.append({})
                continue
            inner = [partials[a] for a in node.args]
            free = [single[a] for a in node.args]
            partials.append(_chain(builder, node.op, args, values[-1], inner, free))
    return [values[o] for o in tape.outputs], [partials[o] for o in tape.outputs]


def _needed_once(tape: Tape) -> list[bool]:
    """Tell which values one operation needs, once, and nothing else."""
    uses = Counter(a for node in tape.nodes for a in node.args)
    uses.update(tape.outputs)
    return [uses[number] == 1 for number in range(len(tape.nodes))]


def _felt(tape: Tape) -> list[bool]:
    """Tell which values an output changes with smoothly."""
    felt = [False] * len(tape.nodes)
    for output in tape.outputs:
        felt[output] = True
    for number in range(len(tape.nodes) - 1, -1, -1):
        op, args, _ = tape.nodes[number]
        if felt[number] and op not in _LEVEL:
            for a in args[1:] if op == "select" else args[:1] if op == "refined" else args:
                felt[a] = True
    return felt


def _chain(
    builder: Builder, op: str, args: Sequence[Value], result: Value, inner: Sequence[Partials],
    free: Sequence[bool],
) -> Partials:  # fmt: skip
    """Return the chain rule at one node: sum over arguments of outer times inner derivative.

    Where nothing else needs an argument, what it has of derivatives is free to be taken over: a sum
    over all states has as many, and as many sums within it.
    """
    if op == "select":
        return _chain_select(builder, args[0], inner[1], inner[2])
    total: Partials = {}
    for position, partials in enumerate(inner):
        factor = outer(op, position, args, result) if partials else None
        if factor is None:
            continue
        as_it_is = factor.constant == 1  # as of a sum, which may have as many terms as states
        if as_it_is and not total:
            total = partials if free[position] else dict(partials)
            continue
        for direction, partial in partials.items():
            term = partial if as_it_is else times(factor, partial)
            _add(total, direction, term)
    return total


def _add(total: Partials, direction: int, term: Value) -> None:
    """Add to a derivative, which is absent where it is zero."""
    whole = total[direction] + term if direction in total else term
    if whole.constant == 0:
        total.pop(direction, None)
    else:
        total[direction] = whole


def outer(op: str, position: int, args: Sequence[Value], result: Value) -> Value | None:
    """Return the partial derivative of one operation by one argument, None where it is zero."""
    if op not in OPERATIONS:
        return slope(op, position, args, result)
    if op == "refined":
        return result.builder.constant(1.0) if position == 0 else None
    if op in _UNARY:
        return result.builder.value(_UNARY[op](args[0], result))
    if op in _BINARY:
        return result.builder.value(_BINARY[op][position](args[0], args[1], result))
    return None


def times(outer: Value, partial: Value) -> Value:
    """Return a product as a person would: x/K for x*(1/K), and 0 where a choice makes a factor 0.

    The slope of sqrt(max(x, 0)) is 0 for negative x, although that of the root is infinite there.
    """
    builder = outer.builder
    for factor, other in ((partial, outer), (outer, partial)):
        node = builder.nodes[factor.number]
        if node.op not in {"neg", "div", "select"}:
            continue
        parts = [Value(builder, a) for a in node.args]
        if node.op == "neg":
            return -times(parts[0], other)
        if node.op == "div" and parts[0].constant == 1:
            return other / parts[1]
        if node.op == "select":
            condition, yes, no = parts
            if yes.constant == 0:
                return builder.apply("select", condition, 0.0, times(no, other))
            if no.constant == 0:
                return builder.apply("select", condition, times(yes, other), 0.0)
    return outer * partial


def _chain_select(builder: Builder, condition: Value, yes: Partials, no: Partials) -> Partials:
    zero = builder.constant(0.0)
    return {
        d: builder.apply("select", condition, yes.get(d, zero), no.get(d, zero))
        for d in sorted(yes.keys() | no.keys())
    }
