"""A problem as every contender gets it: one model text, from which each peer's own form is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

import ratelaw as rl
from ratelaw.models.lower import lower
from ratelaw.models.system import FirstOrderSystem

ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
}


FUNCTIONS = ("sin", "cos", "exp", "log", "sqrt", "tanh")


def functions_of(library: Any) -> dict[str, Callable[..., Any]]:
    """Return the functions of another library by their names on a tape."""
    return {"pow": lambda x, y: x**y, **{name: getattr(library, name) for name in FUNCTIONS}}


@dataclass(frozen=True, eq=False)
class Problem:
    """An initial value problem, and its end state known to more digits than anyone delivers.

    Parameters
    ----------
    name
        Shown in tables.
    text
        In the language of models.
    end
        Time at which the end state is judged.
    reference
        End state, (state,), or for an ensemble (state, member), nan for members nobody looks at.
    stiff
        Whether explicit methods are out of the question.
    atol_ratio
        Absolute tolerance as a fraction of the relative one, (state,) or one number.
    band
        Half width of the Jacobian, where there is one worth using.
    varies
        Values of parameters that differ between members, (member,) each.
    """

    name: str
    text: str
    end: float
    reference: np.ndarray
    stiff: bool = False
    atol_ratio: float = 1.0
    band: int | None = None
    varies: Mapping[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def model(self) -> Any:
        return rl.model(self.text)

    @cached_property
    def system(self) -> FirstOrderSystem:
        return lower(self.model)

    @cached_property
    def y0(self) -> np.ndarray:
        values = self.model.values
        return np.array(self.system.start(*(values[n] for n in self.system.parameters)))

    @cached_property
    def p(self) -> np.ndarray:
        """Parameters of every member, (parameter, member)."""
        values = self.model.values
        rows = [self.varies.get(n, values[n]) for n in self.system.parameters]
        return np.stack([np.broadcast_to(row, self.members) for row in rows]).astype(float)

    @property
    def members(self) -> int:
        """How many trajectories there are."""
        return max([len(v) for v in self.varies.values()], default=1)

    def error(self, found: np.ndarray) -> float:
        """Return the largest error, each relative to the size of its state and `atol_ratio`."""
        found = np.asarray(found, float).reshape(self.reference.shape)
        size = self.atol_ratio + abs(self.reference)
        gaps = np.abs(found - self.reference)[np.isfinite(self.reference)]
        return float(np.max(gaps / size[np.isfinite(self.reference)]))

    def replay(
        self, t: Any, y: Sequence[Any], p: Sequence[Any], functions: Mapping[str, Any]
    ) -> list:
        """Return the rates with the operators of another library's own objects.

        `functions` names what is not an operator; `pow` too, as libraries differ in it.
        """
        tape, inputs, values = self.system.vector_field, [t, *y, *p], []
        known = {**ARITHMETIC, **functions}
        for number, node in enumerate(tape.nodes):
            if node.op == "input":
                values.append(inputs[number])
            elif node.op == "const":
                values.append(node.value)
            elif node.op == "pow" and (whole := whole_power(tape.nodes[node.args[1]].value)):
                values.append(math.prod([values[node.args[0]]] * whole))
            else:
                values.append(known[node.op](*(values[a] for a in node.args)))
        return [values[o] for o in tape.outputs]

    def source(self, head: str, write: str, names: Callable[[str, int], str]) -> str:
        """Return the source of a function that computes the rates in plain Python.

        Parameters
        ----------
        head
            First line.
        write
            How a rate is stored: ``out[{i}] = {value}``.
        names
            From ``"y"`` or ``"p"`` and a position to how that is written.
        """
        system, lines = self.system, []
        n, m = system.n_states, system.n_parameters
        inputs = ["t", *(names("y", i) for i in range(n)), *(names("p", i) for i in range(m))]
        words: list[str] = []
        for number, node in enumerate(system.vector_field.nodes):
            if node.op == "input":
                words.append(inputs[number])
            elif node.op == "const":
                words.append(repr(node.value))
            else:
                lines.append(f"    v{number} = {written(node, words, system.vector_field.nodes)}")
                words.append(f"v{number}")
        stored = [
            write.format(i=i, value=words[o]) for i, o in enumerate(system.vector_field.outputs)
        ]
        return "\n".join([head, *lines, *(f"    {line}" for line in stored)])


def whole_power(exponent: float) -> int:
    """Return a small whole exponent, or 0."""
    return int(exponent) if exponent in (2.0, 3.0, 4.0) else 0


SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def written(node: Any, words: Sequence[str], nodes: Sequence[Any]) -> str:
    """Return one operation in Python."""
    args = [words[a] for a in node.args]
    if node.op in SIGNS:
        return f"{args[0]} {SIGNS[node.op]} {args[1]}"
    if node.op == "neg":
        return f"-{args[0]}"
    if node.op == "pow":
        whole = whole_power(nodes[node.args[1]].value)
        return "*".join([args[0]] * whole) if whole else f"{args[0]}**{args[1]}"
    return f"math.{node.op}({', '.join(args)})"
