"""Tapes printed as Python source over an array library: numpy here, torch from the gpu wing."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from ...models.lazy import load
from ...models.tape import Node, Tape, evaluate

_ARITHMETIC = {
    "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}",
    "neg": "-{0}", "pow": "{0} ** {1}", "lt": "{0} < {1}", "le": "{0} <= {1}", "eq": "{0} == {1}",
}  # fmt: skip
_NUMPY_NAMES = {
    "min": "minimum", "max": "maximum", "abs": "absolute", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "select": "where",
}  # fmt: skip
_SHARED = "sign floor sqrt exp expm1 log log1p sin cos tan sinh cosh tanh".split()
# Powers that are a few products: numpy's power costs some fifty of them.
_PRODUCTS = {2.0: "{0} * {0}", 3.0: "{0} * {0} * {0}", -1.0: "1.0 / {0}", -2.0: "1.0 / ({0} * {0})"}


@dataclass(frozen=True)
class Target:
    """How one array library writes the operations of a tape.

    Parameters
    ----------
    name
        Shown in the source's file name.
    templates
        For each operation a format of its arguments.
    scope
        Names the source needs, made when it is compiled.
    """

    name: str
    templates: Mapping[str, str]
    scope: Callable[[], dict[str, Any]]

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Target) and self.name == other.name


def call_templates(prefix: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return templates that call functions of a library; `names` where they differ from ours."""
    arguments = {"min": "{0}, {1}", "max": "{0}, {1}", "select": "{0}, {1}, {2}"}
    ops = [*_SHARED, *_NUMPY_NAMES]
    return {op: f"{prefix}{names.get(op, op)}({arguments.get(op, '{0}')})" for op in ops}


NUMPY = Target(
    "numpy",
    {**_ARITHMETIC, **call_templates("np.", _NUMPY_NAMES)},
    lambda: {"np": load("numpy")},
)
# Plain floats, several times faster than numpy's scalars for one trajectory.
SCALAR = Target(
    "scalar",
    {
        **_ARITHMETIC,
        **call_templates("math.", {}),
        "min": "min({0}, {1})",
        "max": "max({0}, {1})",
        "abs": "abs({0})",
        "sign": "float(({0} > 0) - ({0} < 0))",
        "select": "({1} if {0} else {2})",
    },
    lambda: {"math": load("math")},
)


def emit(tape: Tape, name: str, arguments: Sequence[tuple[str, int | None]], target: Target) -> str:
    """Return the source of a function that evaluates a tape.

    Parameters
    ----------
    tape
        The program. Its inputs are the elements of the arguments, in order.
    name
        Name of the function.
    arguments
        Name and length of each argument; None for one that is a single value.
    target
        The array library.

    Returns
    -------
    source
        The function returns a tuple with one item per output.
    """
    lines = [f"def {name}({', '.join(a for a, _ in arguments)}):"]
    names = _unpack(arguments, tape, lines)
    for number, node in enumerate(tape.nodes):
        if node.op == "input":
            continue
        constant = _constant(node, [names[a] for a in node.args])
        if constant is not None:
            names.append(repr(constant) if constant >= 0 else f"({constant!r})")
        else:
            lines.append(f"    v{number} = {_line(node, names, target)}")
            names.append(f"v{number}")
    outputs = "".join(f"{names[o]}, " for o in tape.outputs)
    return "\n".join([*lines, f"    return ({outputs})", ""])


def _unpack(
    arguments: Sequence[tuple[str, int | None]], tape: Tape, lines: list[str]
) -> list[str]:
    """Name the inputs, and write the lines that take the used ones out of their arrays."""
    reached = {a for node in tape.nodes for a in node.args} | set(tape.outputs)
    names: list[str] = []
    for argument, length in arguments:
        if length is None:
            names.append(argument)
            continue
        for i in range(length):
            if len(names) in reached:
                lines.append(f"    {argument}{i} = {argument}[{i}]")
            names.append(f"{argument}{i}")
    return names


def _constant(node: Node, args: Sequence[str]) -> float | None:
    """Return a node's number, folded here once instead of at every call."""
    if node.op == "const":
        value = node.value
    elif all(a.lstrip("(-")[:1].isdigit() for a in args):
        value = evaluate(node.op, *(float(a.strip("()")) for a in args))
    else:
        return None
    return value if value - value == 0 else None


def _line(node: Node, names: Sequence[str], target: Target) -> str:
    args = [names[a] for a in node.args]
    if node.op == "pow":
        exponent = args[1].strip("()")
        if exponent[:1].isdigit() or exponent[:1] == "-":
            if float(exponent) in _PRODUCTS:
                return _PRODUCTS[float(exponent)].format(*args)
            if float(exponent) == 0.5:
                return target.templates["sqrt"].format(args[0])
    return target.templates[node.op].format(*args)


@lru_cache(maxsize=256)
def compiled(
    tape: Tape, name: str, arguments: tuple[tuple[str, int | None], ...], target: Target
) -> Callable[..., tuple[Any, ...]]:
    """Return the function of a tape; its source shows in tracebacks and debuggers."""
    source = emit(tape, name, arguments, target)
    filename = f"<ratelaw {target.name} {name} {abs(hash(source)):x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    scope = target.scope()
    exec(compile(source, filename, "exec"), scope)  # noqa: S102 - our own text, printed from a tape
    return cast("Callable[..., tuple[Any, ...]]", scope[name])
