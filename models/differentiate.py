"""Derivatives of tapes, as tapes: sparse Jacobians and directional derivatives.

Forward accumulation over the tape (Griewank and Walther 2008, *Evaluating Derivatives*, chapter 3):
each node carries its nonzero partial derivatives, so a Jacobian is sparse by construction and shares
every subexpression with the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .tape import Builder, Tape, Value

Partials = dict[int, Value]


def _power_by_base(x: Value, y: Value, _: Value) -> Value:
    return y * x ** (y - 1.0)


def _power_by_exponent(x: Value, _: Value, z: Value) -> Value:
    # 0**y stays 0 when y > 0 changes: without this the logarithm would make it nan.
    return z * x.builder.apply("select", x.apply("eq", 0.0), 0.0, x.apply("log"))


# For each operation, the partial derivatives by its arguments, given (arguments…, result).
# None marks an argument that only chooses, and has no derivative.
PARTIALS: Mapping[str, tuple[Callable[..., Value | float] | None, ...]] = {
    "add": (lambda x, y, z: 1.0, lambda x, y, z: 1.0),
    "sub": (lambda x, y, z: 1.0, lambda x, y, z: -1.0),
    "mul": (lambda x, y, z: y, lambda x, y, z: x),
    "div": (lambda x, y, z: 1.0 / y, lambda x, y, z: -z / y),
    "pow": (_power_by_base, _power_by_exponent),
    "neg": (lambda x, z: -1.0,),
    "min": (
        lambda x, y, z: x.apply("le", y).apply("select", 1.0, 0.0),
        lambda x, y, z: x.apply("le", y).apply("select", 0.0, 1.0),
    ),
    "max": (
        lambda x, y, z: x.apply("lt", y).apply("select", 0.0, 1.0),
        lambda x, y, z: x.apply("lt", y).apply("select", 1.0, 0.0),
    ),
    "abs": (lambda x, z: x.apply("sign"),),
    "sign": (None,),
    "floor": (None,),
    "sqrt": (lambda x, z: 0.5 / z,),
    "exp": (lambda x, z: z,),
    "expm1": (lambda x, z: z + 1.0,),
    "log": (lambda x, z: 1.0 / x,),
    "log1p": (lambda x, z: 1.0 / (1.0 + x),),
    "sin": (lambda x, z: x.apply("cos"),),
    "cos": (lambda x, z: -x.apply("sin"),),
    "tan": (lambda x, z: 1.0 + z * z,),
    "asin": (lambda x, z: 1.0 / (1.0 - x * x).apply("sqrt"),),
    "acos": (lambda x, z: -1.0 / (1.0 - x * x).apply("sqrt"),),
    "atan": (lambda x, z: 1.0 / (1.0 + x * x),),
    "sinh": (lambda x, z: x.apply("cosh"),),
    "cosh": (lambda x, z: x.apply("sinh"),),
    "tanh": (lambda x, z: 1.0 - z * z,),
    "lt": (None, None),
    "le": (None, None),
    "eq": (None, None),
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
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            values.append(bindings[number])
            partials.append(dict(seeds.get(number, {})))
        elif node.op == "const":
            values.append(builder.constant(node.value))
            partials.append({})
        else:
            args = [values[a] for a in node.args]
            values.append(builder.apply(node.op, *args))
            inner = [partials[a] for a in node.args]
            partials.append(_chain(builder, node.op, args, values[-1], inner))
    return [values[o] for o in tape.outputs], [partials[o] for o in tape.outputs]


def _chain(
    builder: Builder, op: str, args: Sequence[Value], result: Value, inner: Sequence[Partials]
) -> Partials:
    """Return the chain rule at one node: sum over arguments of outer times inner derivative."""
    if op == "select":
        return _chain_select(builder, args[0], inner[1], inner[2])
    total: Partials = {}
    for rule, partials in zip(PARTIALS[op], inner, strict=True):
        if rule is None or not partials:
            continue
        outer = builder.value(rule(*args, result))
        for direction, partial in partials.items():
            term = outer * partial
            total[direction] = total[direction] + term if direction in total else term
    return {d: v for d, v in total.items() if v.constant != 0}


def _chain_select(builder: Builder, condition: Value, yes: Partials, no: Partials) -> Partials:
    zero = builder.constant(0.0)
    return {
        d: builder.apply("select", condition, yes.get(d, zero), no.get(d, zero))
        for d in sorted(yes.keys() | no.keys())
    }
