"""Tapes printed as Python source over an array library: numpy here, torch from the gpu wing.

Nothing a user named reaches the source: inputs are the elements of a few arguments, values are
numbered.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import copysign, isfinite
from typing import Any, cast

from ...models.lazy import load
from ...models.tape import Node, Tape, evaluate
from ...models.tape.composed.special import without_special
from ...models.tape.operations import product_error, sum_error
from .special import ScipySpecial, of_scipy

_ARITHMETIC = {
    "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}",
    "neg": "-{0}", "pow": "{0} ** {1}", "lt": "{0} < {1}", "le": "{0} <= {1}", "eq": "{0} == {1}",
    "sum_error": "sum_error({0}, {1})", "product_error": "product_error({0}, {1})",
    "refined": "{1}",
}  # fmt: skip
ERRORS: Mapping[str, Callable[..., Any]] = {f.__name__: f for f in (sum_error, product_error)}
_COMPARISONS = frozenset({"lt", "le", "eq"})
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
        For each operation a format of its arguments. A comparison gives truth values, and the
        condition of `select` is one; everywhere else they are printed as numbers.
    scope
        Names the source needs, made when it is compiled.
    special
        Returns the format of a special function that is not composed, or refuses it.
    """

    name: str
    templates: Mapping[str, str]
    scope: Callable[[], dict[str, Any]]
    special: Callable[[str], str] = of_scipy

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
    lambda: {"np": load("numpy"), "special": ScipySpecial(), **ERRORS},
)
# Plain floats, several times faster than numpy's scalars for one trajectory. Outside its domain an
# operation raises an ArithmeticError or a ValueError, where the others give nan or infinity.
SCALAR = Target(
    "scalar",
    {
        **_ARITHMETIC,
        **call_templates("math.", {}),
        "pow": "math.pow({0}, {1})",  # Python's own makes a root of a negative number complex
        "min": "({0} if {0} <= {1} or {0} != {0} else {1})",
        "max": "({0} if {0} >= {1} or {0} != {0} else {1})",
        "abs": "abs({0})",
        "sign": "({0} if {0} == 0 or {0} != {0} else math.copysign(1.0, {0}))",
        "floor": "float(math.floor({0}))",
        "select": "({1} if {0} else {2})",
    },
    lambda: {"math": load("math"), "special": ScipySpecial(), **ERRORS},
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
    tape = without_special(tape)
    page = _Page(tape, target)
    page.take(arguments)
    for number, node in enumerate(tape.nodes):
        if node.op != "input":
            page.write(number, node)
    outputs = "".join(f"{page.words[o]}, " for o in tape.outputs)
    head = f"def {name}({', '.join(a for a, _ in arguments)}):"
    return "\n".join([head, *page.lines, f"    return ({outputs})", ""])


class _Page:
    """The lines of a function, and how each value is written where it is used."""

    def __init__(self, tape: Tape, target: Target) -> None:
        self.tape, self.target = tape, target
        self.lines: list[str] = []
        self.words: list[str] = []
        self.numbers: dict[int, float] = {}  # values known here, folded once and not at every call
        self.truths: dict[int, str] = {}  # comparisons, as truth values

    def take(self, arguments: Sequence[tuple[str, int | None]]) -> None:
        """Take the inputs that are used out of their arrays."""
        reached = {a for node in self.tape.nodes for a in node.args} | set(self.tape.outputs)
        for argument, length in arguments:
            if length is None:
                self.words.append(argument)
                continue
            for i in range(length):
                if len(self.words) in reached:
                    self.lines.append(f"    {argument}{i} = {argument}[{i}]")
                self.words.append(f"{argument}{i}")

    def write(self, number: int, node: Node) -> None:
        """Write one value: a literal, or a line."""
        value = self._known(node)
        if value is not None:
            self.numbers[number] = value
            self.words.append(_literal(value))
            return
        word = f"v{number}"
        self.lines.append(f"    {word} = {self._operation(node)}")
        if node.op in _COMPARISONS:
            self.truths[number] = word
            word = f"(1.0 * {word})"
        self.words.append(word)

    def _known(self, node: Node) -> float | None:
        if node.op == "const":
            return node.value
        if not all(a in self.numbers for a in node.args):
            return None
        return evaluate(node.op, *(self.numbers[a] for a in node.args))

    def _operation(self, node: Node) -> str:
        words = [self.words[a] for a in node.args]
        if node.op == "select":
            return self._choice(node.args[0], words)
        if node.op == "pow" and (exponent := self.numbers.get(node.args[1])) is not None:
            if exponent in _PRODUCTS:
                return _PRODUCTS[exponent].format(*words)
            if exponent == 0.5:
                return self.target.templates["sqrt"].format(words[0])
        template = self.target.templates.get(node.op) or self.target.special(node.op)
        return template.format(*words)

    def _choice(self, condition: int, words: Sequence[str]) -> str:
        if condition in self.numbers:
            return words[1] if self.numbers[condition] else words[2]
        truth = self.truths.get(condition, f"({words[0]} != 0)")
        return self.target.templates["select"].format(truth, *words[1:])


def _literal(value: float) -> str:
    if not isfinite(value):
        return f"float('{value}')"
    return repr(value) if copysign(1.0, value) > 0 else f"({value!r})"


@lru_cache(maxsize=256)
def compiled(
    tape: Tape, name: str, arguments: tuple[tuple[str, int | None], ...], target: Target
) -> Callable[..., tuple[Any, ...]]:
    """Return the function of a tape; its source shows in tracebacks and debuggers."""
    source = emit(tape, name, arguments, target)
    filename = f"<ratelaw {target.name} {name} {abs(hash(source)):x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    scope = target.scope()
    exec(compile(source, filename, "exec"), scope)  # our own text, printed from a tape
    return cast("Callable[..., tuple[Any, ...]]", scope[name])
