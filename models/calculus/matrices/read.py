"""Text to a matrix expression: a grammar, and which texts are about matrices at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from ...errors import SpecificationError
from ...language.misread import explain
from ...lazy import load
from .shapes import OF_MATRICES, SAME, Declared, Shapes
from .tree import Symbol, Tree, is_scalar
from .typed import Typed

GRAMMAR = r"""
?start: sum
?sum: product | sum PLUS product                         -> added
              | sum MINUS product                        -> subtracted
?product: unary | product TIMES unary                    -> multiplied
                | product DIVIDE unary                   -> divided
?unary: power | MINUS unary                              -> negative
?power: postfix | postfix POWER unary                    -> power
?postfix: atom | postfix PRIME                           -> transposed
               | postfix DOT_T                           -> transposed
?atom: NUMBER                                            -> number
     | NAME                                              -> name
     | NAME "(" sum ("," sum)* ")"                       -> call
     | "(" sum ")"
PLUS: "+"
MINUS: "-" | "\u2212"
TIMES: "*" | "@" | "\u00b7"
DIVIDE: "/"
POWER: "^" | "**"
PRIME: "'"
DOT_T: ".T"
NUMBER: /(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?/
NAME: /[^\W\d]\w*/
%ignore /\s+/
"""

_PLAIN_MATRIX = re.compile(r"[ABCXYZ](_\w+|\d+)?")
_LONGEST = 1000  # characters; nothing here need fear a deeper nesting


def about_matrices(text: str) -> bool:
    """Tell whether a text, with nothing declared, can only be meant for vectors and matrices.

    It is when it transposes or uses a function of matrices, or when it has one of the names A, B,
    C, X, Y, Z and nothing but sums, products and powers.
    """
    called = set(re.findall(r"([^\W\d]\w*)\s*\(", text))
    if re.search(r"'|\.T\b|\^\s*-?T\b|\*\*\s*-?T\b|@", text):
        return True
    if called & {*OF_MATRICES, *SAME} - {"ln"}:
        return True
    return not called and any(map(_PLAIN_MATRIX.fullmatch, re.findall(r"[^\W\d]\w*", text)))


def read(text: str, shapes: Declared | None = None, symmetric: Collection[str] = ()) -> Tree:
    """Return the expression a text describes.

    Parameters
    ----------
    text
        Sums, products, powers; transposes ``A'``, ``A^T`` or ``A.T``; inverses ``inv(A)`` or
        ``A^-1``; ``det``, ``tr``, ``norm``, ``dot`` and functions of scalars.
    shapes
        For a name its sizes, ``("m", "n")`` for a matrix, ``("n",)`` for a vector, ``()`` for a
        scalar. By convention, one capital letter is a matrix, one of a b c u v w x y z a vector,
        all else a scalar; a letter may have digits or an index after ``_``.
    symmetric
        Names of matrices that are their own transpose.

    Raises
    ------
    SpecificationError
        If it cannot be read, or shapes do not fit.
    """
    errors = load("lark.exceptions")
    if not text.strip():
        raise SpecificationError("the expression is empty; write one such as log(det(X))")
    if len(text) > _LONGEST:
        raise SpecificationError(f"the expression is longer than {_LONGEST} characters")
    try:
        tree = _parser().parse(text)
    except errors.UnexpectedInput as error:
        raise explain(error, text, "expression") from None
    return Typed(tree, Shapes(text, tree, shapes or {}, symmetric)).expression


@cache
def _parser() -> Any:
    return load("lark").Lark(GRAMMAR, parser="lalr", propagate_positions=True)


def described(names: Iterable[Symbol]) -> str:
    """Return what each name was taken for: ``A: m x n matrix, x: vector of n``."""
    return ", ".join(f"{s.name}: {_in_words(s)}" for s in names)


def _in_words(s: Symbol) -> str:
    if is_scalar(s):
        return "scalar"
    if s.columns == 1:
        return f"vector of {s.rows}"
    return f"{'symmetric ' if s.symmetric else ''}{s.rows} x {s.columns} matrix"
