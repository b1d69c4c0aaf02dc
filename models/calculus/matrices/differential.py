"""The differential of a matrix expression, rule by rule, and the derivative read off from it.

Differentials turn matrix calculus into a handful of rules (Magnus and Neudecker 1999, *Matrix
Differential Calculus with Applications in Statistics and Econometrics*, chapters 8 and 9; Petersen
and Pedersen 2012, *The Matrix Cookbook*, equations 33-46). A scalar ends as dφ = tr(G dX), anything
else as a sum of L dX R, and the derivative in numerator layout is what multiplies dX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..result import Step
from .arithmetic import (
    add,
    identity,
    invert,
    multiply,
    number,
    raise_to,
    scale,
    terms_of,
    trace,
    transpose,
)
from .tree import (
    Call,
    Change,
    Identity,
    Inverse,
    Size,
    Sum,
    Symbol,
    Term,
    Transpose,
    Tree,
    is_scalar,
    names_of,
)
from .write import latex, text


@dataclass(frozen=True, slots=True)
class Sandwich:
    """One piece of a differential: L dX R, or L dX^T R when it is flipped."""

    left: Tree
    right: Tree
    flipped: bool = False


@dataclass(frozen=True, slots=True)
class Traced:
    """One piece of a differential: M tr(G dX), where a scalar factor changes."""

    outer: Tree
    gradient: Tree


Piece = Sandwich | Traced


class Differential:
    """The differential of expressions by one name; the rules it used are kept as steps."""

    def __init__(self, by: Symbol) -> None:
        self.by = by
        self.steps: list[Step] = []

    def moves(self, x: Tree) -> bool:
        """Tell whether an expression depends on the name."""
        return self.by.name in names_of(x)

    def gradient(self, x: Tree) -> Tree:
        """Return G of a scalar, where dx = tr(G dX)."""
        if not self.moves(x):
            return self._total([])
        match x:
            case Symbol():
                return number(1)
            case Call():
                return self._of_call(x)
            case Sum():
                self._say("sum rule", x, _sum(map(Change, x.terms), x), "35")
                return self._total([self.gradient(term) for term in x.terms])
            case Term() if x.chain:
                return self._total([_turned(number(1), p) for p in self._of_chain(x)])
            case Term():
                return self._of_scalars(x)
            case _:
                raise TypeError(f"{text(x)} is not a scalar")

    def _total(self, parts: Sequence[Tree]) -> Tree:
        return add(parts, self.by.columns, self.by.rows)

    def _of_scalars(self, x: Term) -> Tree:
        """Product rule over scalar factors: each in turn changes, the others stay."""
        moving = [(base, power) for base, power in x.scalars if self.moves(base)]
        rests = [scale(power, multiply(x, raise_to(base, Fraction(-1)))) for base, power in moving]
        rule = "product rule" if len(moving) > 1 else "power rule"
        if len(moving) > 1 or moving[0][1] != 1:
            changes = [
                multiply(r, Change(base)) for r, (base, _) in zip(rests, moving, strict=True)
            ]
            self._say(rule, x, _sum(changes, x), "37" if len(moving) > 1 else "")
        pairs = zip(rests, moving, strict=True)
        return self._total([multiply(rest, self.gradient(base)) for rest, (base, _) in pairs])

    def _of_call(self, x: Call) -> Tree:
        inside = x.of
        if x.function not in _MATRIX_RULES:
            outer = _OUTER[x.function](inside)
            self._say("chain rule", x, multiply(outer, Change(inside)))
            return multiply(outer, self.gradient(inside))
        rule, source, scalar, matrix = _MATRIX_RULES[x.function]
        factor, weight = scalar(x), matrix(inside)
        change = trace(multiply(weight, Change(inside)))
        self._say(rule, x, multiply(factor, change), source)
        full = multiply(factor, weight)
        return self._total([_turned(full, piece) for piece in self.pieces(inside)])

    def pieces(self, x: Tree) -> list[Piece]:
        """Return the differential of a vector or matrix, or of a scalar, piece by piece."""
        if not self.moves(x):
            return []
        if is_scalar(x):
            return [Traced(number(1), self.gradient(x))]
        left, right = identity(x.rows), identity(x.columns)
        match x:
            case Transpose():
                return [Sandwich(left, right, flipped=True)]
            case Inverse():
                self._say("inverse", x, scale(-1, multiply(x, Change(x.of), x)), "40")
                return [_within(scale(-1, x), piece, x) for piece in self.pieces(x.of)]
            case Sum():
                moving = [term for term in x.terms if self.moves(term)]
                self._say("sum rule", x, _sum(map(Change, moving), x), "33, 35")
                return [piece for term in moving for piece in self.pieces(term)]
            case Term():
                return self._of_chain(x)
            case _:
                return [Sandwich(left, right)]

    def _of_chain(self, x: Term) -> list[Piece]:
        """Product rule along a chain: each factor in turn changes, where it stands."""
        scalar = add([Term(x.number, x.scalars)], 1, 1)
        pieces: list[Piece] = []
        changes: list[Tree] = []
        if self.moves(scalar):
            bare = _chained(x.chain, x.rows)
            changes.append(multiply(Change(scalar), bare))
            pieces.append(Traced(bare, self.gradient(scalar)))
        for i, link in enumerate(x.chain):
            if self.moves(link):
                before = multiply(scalar, _chained(x.chain[:i], x.rows))
                after = _chained(x.chain[i + 1 :], x.columns)
                changes.append(multiply(before, Change(link), after))
                pieces += [_within(before, piece, after) for piece in self.pieces(link)]
        if len(x.chain) > 1 or len(changes) > 1:
            several = len(changes) > 1
            rule = "product rule" if several else "constant factors"
            self._say(rule, x, _sum(changes, x), "37" if several else "33, 37")
        return pieces

    def _say(self, rule: str, x: Tree, change: Tree, source: str = "") -> None:
        cited = f"   [Petersen and Pedersen 2012, eq. {source}]" if source else ""
        left = Change(x)
        step = Step(
            rule, f"{text(left)} = {text(change)}{cited}", f"{latex(left)} = {latex(change)}"
        )
        if step not in self.steps:
            self.steps.append(step)


def _sum(parts: Iterable[Tree], like: Tree) -> Tree:
    return add(parts, like.rows, like.columns)


def _turned(weight: Tree, piece: Piece) -> Tree:
    """Return G with tr(W piece) = tr(G dX), by turning the product under the trace."""
    if isinstance(piece, Traced):
        return multiply(trace(multiply(weight, piece.outer)), piece.gradient)
    left, right = multiply(weight, piece.left), piece.right
    if piece.flipped:  # tr(L dX^T R) = tr(R^T dX L^T)
        left, right = transpose(right), transpose(left)
    return multiply(right, left)


def _one_minus_square(u: Tree) -> Tree:
    return add([number(1), scale(-1, raise_to(Call("tanh", u), Fraction(2)))], 1, 1)


# Each function of a matrix with d f(U) = s tr(W dU): its rule's name and equation, s and W.
_MATRIX_RULES: Mapping[
    str, tuple[str, str, Callable[[Call], Tree], Callable[[Tree], Tree]]
] = {
    "tr": ("trace", "36", lambda f: number(1), lambda u: identity(u.rows)),
    "det": ("determinant", "42", lambda f: f, invert),
    "norm": ("norm", "129, 132", lambda f: raise_to(f, Fraction(-1)), transpose),
}  # fmt: skip
# The derivative of each function of a scalar, by its argument.
_OUTER: Mapping[str, Callable[[Tree], Tree]] = {
    "log": lambda u: raise_to(u, Fraction(-1)),
    "exp": lambda u: Call("exp", u),
    "sin": lambda u: Call("cos", u),
    "cos": lambda u: scale(-1, Call("sin", u)),
    "tanh": _one_minus_square,
}


def _chained(links: Sequence[Tree], size: Size) -> Tree:
    product = identity(size)
    for link in links:
        product = multiply(product, link)
    return product


def _within(left: Tree, piece: Piece, right: Tree) -> Piece:
    if isinstance(piece, Traced):
        return Traced(multiply(left, piece.outer, right), piece.gradient)
    return Sandwich(multiply(left, piece.left), multiply(piece.right, right), piece.flipped)


def factored(x: Tree) -> Tree:
    """Return a sum with what all its terms begin or end with written once: x^T*(A + A^T)."""
    terms = terms_of(x)
    if len(terms) < 2:
        return x
    first = terms[0]
    n_left = _common([t.chain for t in terms])
    shortest = min(len(t.chain) for t in terms)
    n_right = min(_common([t.chain[::-1] for t in terms]), shortest - n_left)
    scalars = tuple(s for s in first.scalars if all(s in t.scalars for t in terms))
    count = first.number if all(abs(t.number) == abs(first.number) for t in terms) else Fraction(1)
    if not (n_left or n_right or scalars or count != 1):
        return x
    links = [t.chain[n_left : len(t.chain) - n_right] for t in terms]
    rows: Size = first.chain[n_left - 1].columns if n_left else x.rows
    columns: Size = first.chain[len(first.chain) - n_right].rows if n_right else x.columns
    inner = [
        Term(
            t.number / count,
            tuple(s for s in t.scalars if s not in scalars),
            chain or ((Identity(rows),) if rows != 1 else ()),
        )
        for t, chain in zip(terms, links, strict=True)
    ]
    left = _chained(first.chain[:n_left], x.rows)
    right = _chained(first.chain[len(first.chain) - n_right :], x.columns)
    return multiply(Term(count, scalars), left, add(inner, rows, columns), right)


def _common(chains: Sequence[tuple[Tree, ...]]) -> int:
    same = 0
    for links in zip(*chains, strict=False):
        if len(set(links)) > 1:
            break
        same += 1
    return same
