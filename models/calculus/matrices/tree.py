"""The typed tree of matrix expressions: everything has rows and columns, and a scalar is 1 by 1.

A tree is kept in one form by the functions of `arithmetic` that make it: sums are flat and like
terms collected; a term is a number, scalars with powers, and a chain of factors in the order in
which they multiply.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

# A size is a number or a letter; two letters are two sizes that need not be equal.
Size = int | str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name with its shape. A symmetric matrix is its own transpose."""

    name: str
    rows: Size = 1
    columns: Size = 1
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity matrix."""

    rows: Size

    @property
    def columns(self) -> Size:
        """As many as rows."""
        return self.rows


@dataclass(frozen=True, slots=True)
class Transpose:
    """The transpose of a name."""

    of: Symbol

    @property
    def rows(self) -> Size:
        """The columns of what it transposes."""
        return self.of.columns

    @property
    def columns(self) -> Size:
        """The rows of what it transposes."""
        return self.of.rows


@dataclass(frozen=True, slots=True)
class Inverse:
    """The inverse of a square matrix."""

    of: Tree

    @property
    def rows(self) -> Size:
        """As of what it inverts."""
        return self.of.rows

    columns = rows


@dataclass(frozen=True, slots=True)
class Call:
    """A scalar: a function of a matrix (det, tr, norm) or of a scalar (exp, log, sin, …)."""

    function: str
    of: Tree

    @property
    def rows(self) -> Size:
        """One: every function here gives a scalar."""
        return 1

    columns = rows


@dataclass(frozen=True, slots=True)
class Term:
    """A number times scalars with powers times a chain of factors, in this order.

    A chain that is 1 by 1 as a whole, such as x^T*A*x, stands alone; within a larger product it is
    one of the scalars.
    """

    number: Fraction
    scalars: tuple[tuple[Tree, Fraction], ...] = ()
    chain: tuple[Tree, ...] = ()

    @property
    def rows(self) -> Size:
        """Those of the first factor."""
        return self.chain[0].rows if self.chain else 1

    @property
    def columns(self) -> Size:
        """Those of the last factor."""
        return self.chain[-1].columns if self.chain else 1


@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more terms of one shape; none at all is zero."""

    terms: tuple[Term, ...]
    rows: Size
    columns: Size


@dataclass(frozen=True, slots=True)
class Change:
    """The differential of an expression, where a step of an explanation speaks of it: dX."""

    of: Tree

    @property
    def rows(self) -> Size:
        """As of what changes."""
        return self.of.rows

    @property
    def columns(self) -> Size:
        """As of what changes."""
        return self.of.columns


Tree = Symbol | Identity | Transpose | Inverse | Call | Term | Sum | Change


def is_scalar(x: Tree) -> bool:
    """Tell whether an expression is 1 by 1."""
    return x.rows == 1 and x.columns == 1


def is_zero(x: Tree) -> bool:
    """Tell whether an expression vanishes identically."""
    return isinstance(x, Sum) and not x.terms


def names_of(x: Tree) -> dict[str, Symbol]:
    """Return the names an expression uses, in the order in which they appear."""
    match x:
        case Symbol():
            return {x.name: x}
        case Identity():
            return {}
        case Transpose() | Inverse() | Call() | Change():
            return names_of(x.of)
        case Term():
            parts = [*(base for base, _ in x.scalars), *x.chain]
        case Sum():
            parts = list(x.terms)
    return {name: symbol for part in parts for name, symbol in names_of(part).items()}
