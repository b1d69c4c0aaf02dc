"""Arithmetic of matrix expressions: what it returns is always in the one form of a tree."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

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
    is_zero,
)


def number(value: Fraction | int) -> Tree:
    """Return a number."""
    return add([Term(Fraction(value))], 1, 1)


def zero(rows: Size, columns: Size) -> Sum:
    """Return the zero matrix."""
    return Sum((), rows, columns)


def identity(size: Size) -> Tree:
    """Return the identity, which is the number one when it is 1 by 1."""
    return number(1) if size == 1 else Identity(size)


def terms_of(x: Tree) -> tuple[Term, ...]:
    """Return an expression as a sum of terms."""
    if isinstance(x, Sum):
        return x.terms
    if isinstance(x, Term):
        return (x,)
    if isinstance(x, Symbol | Call | Change) and is_scalar(x):
        return (Term(Fraction(1), ((x, Fraction(1)),)),)
    return (Term(Fraction(1), (), (x,)),)


def add(parts: Iterable[Tree], rows: Size, columns: Size) -> Tree:
    """Return a sum with its like terms collected."""
    numbers: dict[Term, Fraction] = {}
    for part in parts:
        for term in terms_of(part):
            key = Term(Fraction(1), term.scalars, term.chain)
            numbers[key] = numbers.get(key, Fraction(0)) + term.number
    kept = [Term(n, key.scalars, key.chain) for key, n in numbers.items() if n]
    return _plain(kept[0]) if len(kept) == 1 else Sum(tuple(kept), rows, columns)


def _plain(term: Term) -> Tree:
    """Return a term as the one thing it is, if it is one."""
    if term.number == 1 and not term.scalars and len(term.chain) == 1:
        return term.chain[0]
    if term.number == 1 and not term.chain and len(term.scalars) == 1:
        (base, power) = term.scalars[0]
        return base if power == 1 else term
    return term


def multiply(*factors: Tree) -> Tree:
    """Return a product; scalars come to the front, and what is inverse to its neighbour cancels."""
    rows, columns = _shape(factors)
    if any(is_zero(f) for f in factors):
        return zero(rows, columns)
    count, scalars = Fraction(1), dict[Tree, Fraction]()
    chain: list[Tree] = []
    for factor in factors:
        term = _single(factor)
        inner = is_scalar(term) and bool(term.chain)
        _gather(scalars, term.scalars + (((_inner(term.chain), Fraction(1)),) if inner else ()))
        count *= term.number
        for link in () if inner else term.chain:
            _append(chain, link)
    _gather(scalars, _take_inner_products(chain))
    kept = tuple((base, power) for base, power in scalars.items() if power)
    if not chain and rows != 1:
        chain = [Identity(rows)]
    return add([_unwrapped(Term(count, kept, tuple(chain)))], rows, columns)


def _shape(factors: Iterable[Tree]) -> tuple[Size, Size]:
    rows: Size = 1
    columns: Size = 1
    for f in factors:
        if not is_scalar(f):
            rows, columns = (f.rows if (rows, columns) == (1, 1) else rows), f.columns
    return rows, columns


def _single(x: Tree) -> Term:
    """Return an expression as one term; a sum becomes one factor of it."""
    terms = terms_of(x)
    if len(terms) == 1:
        return terms[0]
    return Term(Fraction(1), ((x, Fraction(1)),)) if is_scalar(x) else Term(Fraction(1), (), (x,))


def _gather(scalars: dict[Tree, Fraction], more: Iterable[tuple[Tree, Fraction]]) -> None:
    for base, power in more:
        scalars[base] = scalars.get(base, Fraction(0)) + power


def _inner(chain: tuple[Tree, ...]) -> Tree:
    """Return a chain that is a scalar: of it and its transpose the one that comes first."""
    flipped = tuple(transpose(link) for link in reversed(chain))
    return Term(
        Fraction(1), (), min(chain, flipped, key=lambda c: (isinstance(c[0], Change), repr(c)))
    )


def _take_inner_products(chain: list[Tree]) -> list[tuple[Tree, Fraction]]:
    """Remove from a chain the stretches that are scalars, unless the whole of it is one."""
    taken: list[tuple[Tree, Fraction]] = []
    place = 0
    while place < len(chain):
        starts = (
            [i for i in range(place) if chain[i].rows == 1] if chain[place].columns == 1 else []
        )
        if starts and len(chain) > place - starts[-1] + 1:
            taken.append((_inner(tuple(chain[starts[-1] : place + 1])), Fraction(1)))
            del chain[starts[-1] : place + 1]
            place = starts[-1]
        else:
            place += 1
    return taken


def _unwrapped(term: Term) -> Tree:
    """Return a lone inner product, or a lone sum, that became a factor as just itself."""
    if not term.chain and len(term.scalars) == 1:
        base, power = term.scalars[0]
        if power == 1 and isinstance(base, Term | Sum):
            return scale(term.number, base) if term.number != 1 else base
    return term


def _append(chain: list[Tree], link: Tree) -> None:
    if isinstance(link, Identity) and chain:
        return
    if chain and isinstance(chain[-1], Identity):
        chain.pop()
    if chain and chain[-1] == invert(link):
        chain.pop()
        if not chain:
            chain.append(Identity(link.rows))
    else:
        chain.append(link)


def scale(factor: Fraction | int, x: Tree) -> Tree:
    """Return a number times an expression, term by term."""
    parts = [Term(t.number * factor, t.scalars, t.chain) for t in terms_of(x)]
    return add(parts, x.rows, x.columns)


def raise_to(x: Tree, power: Fraction) -> Tree:
    """Return a power of a scalar."""
    term = _single(x)
    if power == 1:
        return x
    if term.number != 1 and power.denominator != 1:
        return Term(Fraction(1), ((x, power),))
    inner = ((_inner(term.chain), power),) if term.chain else ()
    raised = tuple((base, p * power) for base, p in term.scalars)
    return add(
        [Term(term.number ** int(power) if term.number != 1 else term.number, raised + inner)], 1, 1
    )


def transpose(x: Tree) -> Tree:
    """Return the transpose, carried down to the names."""
    match x:
        case Symbol():
            return x if x.symmetric or is_scalar(x) else Transpose(x)
        case Transpose():
            return x.of
        case Identity() | Call():
            return x
        case Inverse():
            return invert(transpose(x.of))
        case Change():
            return Change(transpose(x.of))
        case Term():
            return Term(x.number, x.scalars, tuple(transpose(f) for f in reversed(x.chain)))
        case Sum():
            return add((transpose(t) for t in x.terms), x.columns, x.rows)


def invert(x: Tree) -> Tree:
    """Return the inverse of a square matrix."""
    if isinstance(x, Identity):
        return x
    if isinstance(x, Inverse):
        return x.of
    if isinstance(x, Term):
        bare = Term(Fraction(1), (), x.chain)
        inverse = Inverse(_plain(bare))
        scalars = tuple((base, -power) for base, power in x.scalars)
        return add([Term(1 / x.number, scalars, (inverse,))], x.rows, x.columns)
    return Inverse(x)


def trace(x: Tree) -> Tree:
    """Return the trace; what is a scalar inside comes out."""
    if is_scalar(x):
        return x
    terms = terms_of(x)
    if len(terms) != 1:
        return Call("tr", x)
    bare = _plain(Term(Fraction(1), (), terms[0].chain))
    return multiply(Term(terms[0].number, terms[0].scalars), Call("tr", bare))
