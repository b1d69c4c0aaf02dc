"""A matrix expression as a person writes it, ``x^T*(A + A^T)``, which reads back, and in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...tape.writing.latex import latex_name
from .arithmetic import transpose
from .tree import Call, Change, Identity, Inverse, Sum, Symbol, Term, Transpose, Tree, is_scalar

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_LATEX_CALLS = {"det": r"\det", "tr": r"\operatorname{tr}"}


@dataclass(frozen=True)
class _Text:
    """Writes the language of matrix expressions."""

    times = "*"
    change = "d"

    def name(self, x: Symbol) -> str:
        return x.name

    def number(self, value: Fraction) -> str:
        return str(value)

    def superscript(self, base: str, power: str) -> str:
        return f"{base}^({power})" if "/" in power else f"{base}^{power}"

    def call(self, function: str, inside: str) -> str:
        return f"{function}({inside})"

    def quotient(self, above: str, below: str, several: bool) -> str:
        return f"{above}/({below})" if several else f"{above}/{below}"

    def identity(self, size: str) -> str:
        return f"I_{size}"


@dataclass(frozen=True)
class _Latex:
    """Writes LaTeX; matrices and vectors are bold."""

    times = r" \, "
    change = r"\mathrm{d}"

    def name(self, x: Symbol) -> str:
        return latex_name(x.name) if is_scalar(x) else rf"\mathbf{{{latex_name(x.name)}}}"

    def number(self, value: Fraction) -> str:
        if value.denominator == 1:
            return str(value)
        return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"

    def superscript(self, base: str, power: str) -> str:
        return rf"{base}^{{{power.replace('T', chr(92) + 'mathsf{T}')}}}"

    def call(self, function: str, inside: str) -> str:
        if function == "norm":
            return rf"\left\lVert {inside} \right\rVert"
        if function == "sqrt":
            return rf"\sqrt{{{inside}}}"
        name = _LATEX_CALLS.get(function, f"\\{function}")
        return rf"{name}\left({inside}\right)"

    def quotient(self, above: str, below: str, several: bool) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def identity(self, size: str) -> str:
        return rf"\mathbf{{I}}_{{{size}}}"


def text(x: Tree) -> str:
    """Return an expression in the language it is read in."""
    return _write(_Text(), x)[0]


def latex(x: Tree) -> str:
    """Return an expression in LaTeX."""
    return _write(_Latex(), x)[0]


def _write(style: _Text | _Latex, x: Tree) -> tuple[str, int]:
    match x:
        case Symbol():
            return style.name(x), _ATOM
        case Identity():
            return style.identity(str(x.rows)), _ATOM
        case Transpose():
            return style.superscript(style.name(x.of), "T"), _ATOM
        case Inverse() if _marks(transpose(x.of)) < _marks(x.of):
            return style.superscript(_bracketed(style, transpose(x.of), _ATOM), "-T"), _ATOM
        case Inverse():
            return style.superscript(_bracketed(style, x.of, _ATOM), "-1"), _ATOM
        case Call():
            return style.call(x.function, _write(style, x.of)[0]), _ATOM
        case Change(Symbol() as of):
            return style.change + style.name(of), _ATOM
        case Change():
            return style.change + _bracketed(style, x.of, _ATOM + 1), _ATOM
        case Term():
            return _term(style, x)
        case Sum():
            flipped = transpose(x)
            if isinstance(flipped, Sum) and _marks(flipped) < _marks(x):
                return style.superscript(_bracketed(style, flipped, _ATOM), "T"), _ATOM
            return _sum(style, x.terms), (_SUM if x.terms else _ATOM)


def _marks(x: Tree) -> int:
    """Count the transposes in an expression; of it and its transpose the barer one is written."""
    match x:
        case Transpose():
            return 1
        case Inverse() | Call() | Change():
            return _marks(x.of)
        case Term():
            return sum(_marks(part) for part in (*(base for base, _ in x.scalars), *x.chain))
        case Sum():
            return sum(map(_marks, x.terms))
        case _:
            return 0


def _bracketed(style: _Text | _Latex, x: Tree, rank: int) -> str:
    written, own = _write(style, x)
    if own >= rank and not written.startswith("-"):
        return written
    return f"({written})" if isinstance(style, _Text) else rf"\left({written}\right)"


def _sum(style: _Text | _Latex, terms: Sequence[Term]) -> str:
    if not terms:
        return "0"
    # What is subtracted comes last, and A before A^T.
    first, *others = sorted(terms, key=lambda t: (t.number < 0, _starts_transposed(t)))
    written = _write(style, first)[0]
    for term in others:
        size = Term(abs(term.number), term.scalars, term.chain)
        written += f" {'-' if term.number < 0 else '+'} {_write(style, size)[0]}"
    return written


def _starts_transposed(x: Term) -> bool:
    return bool(x.chain) and isinstance(x.chain[0], Transpose) and x.chain[0].rows != 1


def _term(style: _Text | _Latex, x: Term) -> tuple[str, int]:
    rank = _ATOM if x.chain else _PRODUCT  # (x^T*y)*A, where the brackets say what is the scalar
    above = [_power(style, b, p, rank) for b, p in x.scalars if p > 0]
    below = [_power(style, b, -p, _ATOM) for b, p in x.scalars if p < 0]
    sign, size = ("-" if x.number < 0 else ""), abs(x.number)
    if isinstance(style, _Text) or below:
        count, divisor = size.numerator, size.denominator
    else:
        count, divisor = size, 1
    top = [*above, *(_bracketed(style, f, _PRODUCT) for f in x.chain)]
    if count != 1 or not top:
        top.insert(0, style.number(Fraction(count)))
    if divisor != 1 and "^" in top[-1] and not below:
        top.insert(0, f"1/{divisor}")  # 1/2*X^-1, for X^-1/2 would look like a power
    elif divisor != 1:
        below.insert(0, str(divisor))
    written = style.times.join(top)
    if below:
        written = style.quotient(written, style.times.join(below), len(below) > 1)
    single = len(top) == 1 and not below and not sign
    raised = single and bool(x.scalars) and x.scalars[0][1] != 1
    return sign + written, _PRODUCT if not single or raised else _ATOM


def _power(style: _Text | _Latex, base: Tree, power: Fraction, rank: int) -> str:
    if power == Fraction(1, 2):
        return style.call("sqrt", _write(style, base)[0])
    if power == 1:
        return _bracketed(style, base, rank)
    return style.superscript(_bracketed(style, base, _ATOM), str(power))
