"""Text to values of the specification: a grammar, never an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from ..errors import SpecificationError
from ..lazy import load
from ..model import Model
from ..tape import Tape
from .formulas import Formulas, with_constants
from .misread import explain
from .statements import Statements

# A name leaves out superscript digits, which Unicode would otherwise turn from a power into part
# of it. The negative look-behind of UNIT keeps x[1] from reading as x with a unit.
_RAISED = r"\u00b2\u00b3\u00b9\u2070-\u2079"
_NAME = rf"[^\W\d{_RAISED}][^\W{_RAISED}]*"
GRAMMAR = rf"""
model: statement? (_NEWLINE statement?)*
statement: DERIVATIVE "=" sum UNIT?                      -> equation
         | NAME PRIME "=" sum UNIT?                      -> primed
         | NAME "(" signed ")" "=" sum UNIT?             -> start_value
         | NAME "=" sum UNIT?                            -> assignment
signed: SIGN? NUMBER
condition: _NEWLINE* sum COMPARE sum _NEWLINE*
expression: _NEWLINE* sum _NEWLINE*
?argument: sum | sum COMPARE sum                         -> infix
?sum: product | sum PLUS product                         -> infix
              | sum MINUS product                        -> infix
?product: unary | product TIMES unary                    -> infix
                | product DIVIDE unary                   -> infix
?unary: power | MINUS unary                              -> negative
              | PLUS unary                               -> positive
?power: atom | atom POWER unary                          -> infix
?atom: NUMBER                                            -> number
     | NAME                                              -> name
     | NAME "(" (argument ("," argument)*)? ")"          -> call
     | "(" argument ")"                                  -> group
SIGN: "-" | "+" | "\u2212"
PLUS: "+"
MINUS: "-" | "\u2212"
TIMES: "*" | "\u00b7" | "\u00d7" | "\u22c5"
DIVIDE: "/"
POWER: "^" | "**"
COMPARE: "<=" | ">=" | "==" | "<" | ">"
DERIVATIVE.2: /d{_NAME}[ \t]*\/[ \t]*d{_NAME}(?=[ \t]*=)/
PRIME: "'"
NUMBER: /([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?/
NAME: /{_NAME}/
UNIT: /(?<![^\W\d])\[[^\]\n]*\]/
_NEWLINE: /(\n|;|\r)+/
%ignore /[ \t\f\u00a0\ufeff]+/
%ignore /#[^\n]*/
"""

_LIFT = 1e-300


def read_model(text: str) -> Model:
    """Return the model a text describes.

    Raises
    ------
    SpecificationError
        If the text is malformed or contradicts itself; line, column and a caret show where.
    """
    formulas = Formulas(text)
    return Statements(formulas, _parse(text, "model")).model()


def read_condition(text: str) -> Tape:
    """Return a condition such as ``T < 60`` as a tape that is positive where it holds.

    One output that passes through zero where the condition turns, so that the moment of turning
    can be located.
    """
    formulas, left, sign, right = _compared(text)
    a, b = formulas.value(left), formulas.value(right)
    gap = b - a if str(sign).startswith("<") else a - b
    if str(sign).endswith("="):  # lifted off zero, so that it holds where both sides are equal
        gap = (gap.apply("lt", 0.0)).apply("select", gap, gap.apply("max", _LIFT))
    return formulas.builder.formula(gap)


def read_sides(text: str) -> tuple[Tape, Tape]:
    """Return both sides of a condition, each a tape of one output over the names it uses."""
    formulas, left, _, right = _compared(text)
    a, b = (formulas.builder.formula(formulas.value(side)) for side in (left, right))
    return with_constants(a), with_constants(b)


def _compared(text: str) -> tuple[Formulas, Any, Any, Any]:
    formulas = Formulas(text)
    left, sign, right = _parse(text, "condition").children
    if str(sign) == "==":
        raise formulas.fail("a condition compares with <, <=, > or >=", sign)
    return formulas, left, sign, right


def read_expression(text: str) -> Tape:
    """Return an expression such as ``sin(x^2)`` as a tape of one output over the names it uses."""
    formulas = Formulas(text)
    (tree,) = _parse(text, "expression").children
    return with_constants(formulas.builder.formula(formulas.value(tree)))


@cache
def _parser() -> Any:
    return load("lark").Lark(
        GRAMMAR, parser="lalr", start=["model", "condition", "expression"], postlex=_JoinLines(),
        propagate_positions=True, maybe_placeholders=False,
    )  # fmt: skip


class _JoinLines:
    """Drops line ends inside brackets, so that a long formula may go over several lines."""

    always_accept: ClassVar[tuple[str, ...]] = ("_NEWLINE",)

    def process(self, stream: Iterator[Any]) -> Iterator[Any]:
        depth = 0
        for token in stream:
            depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
            if token.type != "_NEWLINE" or depth <= 0:
                yield token


def _parse(text: str, start: str) -> Any:
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise SpecificationError(f"got {type(text).__name__}; the {start} is given as text")
    try:
        return _parser().parse(text, start=start)
    except load("lark.exceptions").UnexpectedInput as error:
        raise explain(error, text, start) from None
