"""How far a condition is from turning: what is positive where it holds and zero where it turns."""

from __future__ import annotations

from collections.abc import Mapping

from .tape import Builder, Tape, Value

Names = Mapping[str, Value]

_LIFT = 1e-30  # of a gap that is zero where <= holds already; no other gap becomes another number


def gap(builder: Builder, condition: Tape, names: Names) -> Value:
    """Return a value that is positive where a condition holds and passes through zero in between.

    Of a comparison it is the gap between the sides, of several that are joined the smallest or the
    largest gap. A condition that compares nothing is such a value itself.
    """
    values: list[Value] = []
    gaps: dict[int, tuple[Value, Value]] = {}  # of a condition, and of its opposite
    for number, node in enumerate(condition.nodes):
        if node.op == "input":
            values.append(names[condition.inputs[number]])
            continue
        if node.op == "const":
            values.append(builder.constant(node.value))
            continue
        args = [values[a] for a in node.args]
        values.append(builder.apply(node.op, *args))
        inner = [gaps[a] for a in node.args if a in gaps]
        if node.op == "lt":
            gaps[number] = _strictly(*args), _loosely(args[1], args[0])
        elif node.op == "le":
            gaps[number] = _loosely(*args), _strictly(args[1], args[0])
        elif node.op == "sub" and args[0].constant == 1 and inner:
            gaps[number] = inner[0][1], inner[0][0]
        elif node.op in _OPPOSITE and len(inner) == len(args):
            (yes, no), (other_yes, other_no) = inner
            gaps[number] = yes.apply(node.op, other_yes), no.apply(_OPPOSITE[node.op], other_no)
    end = condition.outputs[0]
    return gaps[end][0] if end in gaps else values[end]


_OPPOSITE: Mapping[str, str] = {"min": "max", "max": "min"}  # and, or


def _strictly(smaller: Value, larger: Value) -> Value:
    return larger - smaller


def _loosely(smaller: Value, larger: Value) -> Value:
    return larger - smaller + _LIFT * smaller.apply("eq", larger)
