"""What shape a derivative has: nine pairs of scalar, vector and matrix, six of them matrices.

The six and their layouts are those of Magnus and Neudecker 1999, chapter 9; the sizes m, n, p, q
are taken in this order, first for the numerator, then for the denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn, Protocol

from ..errors import InputError, listing
from .layout import Layout, layout_of

Kind = Literal["scalar", "vector", "matrix"]
KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")
_AXES = {"scalar": 0, "vector": 1, "matrix": 2}

KINDS_REFUSED = (
    "its entries have three or four indices, so they are no matrix and this is not supported; "
    "differentiate one entry or a scalar made of them (tr, norm), or stack the entries into a "
    "vector with vec, as Magnus and Neudecker 1999 do"
)


class Shaped(Protocol):
    """Anything with rows and columns, 1 where it has none."""

    @property
    def rows(self) -> int | str:
        """Number of rows, or the letter for it."""
        ...

    @property
    def columns(self) -> int | str:
        """Number of columns, or the letter for it."""
        ...


def kind_of(x: Shaped) -> Kind:
    """Return what a thing of this shape is called."""
    return (
        "scalar" if x.rows == x.columns == 1 else "vector" if 1 in (x.rows, x.columns) else "matrix"
    )


class Shape(tuple[int, ...]):
    """The shape of a derivative: a tuple of sizes that knows its layout and says it in words.

    Parameters
    ----------
    sizes
        Rows and columns; for the three that are no matrix, the sizes of all axes.
    numerator, denominator
        What is differentiated, and by what.
    layout
        Whose rows come first.
    """

    numerator: Kind
    denominator: Kind
    layout: Layout

    def __new__(
        cls, sizes: tuple[int, ...], numerator: Kind, denominator: Kind, layout: Layout
    ) -> Shape:
        """Make the tuple; it is immutable as tuples are."""
        new = super().__new__(cls, sizes)
        vars(new).update(numerator=numerator, denominator=denominator, layout=layout)
        return new

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a shape does not change; its {name} is what it is")

    @property
    def is_matrix(self) -> bool:
        """Whether the derivative can be written as a matrix, a vector or a scalar."""
        return _AXES[self.numerator] + _AXES[self.denominator] <= 2

    @property
    def words(self) -> str:
        """What the derivative is, how large, and in which layout."""
        return f"{self._name}, {' x '.join(map(str, self))}{self._reading}"

    @property
    def _name(self) -> str:
        pair = f"{self.numerator} by {self.denominator}"
        known = {
            "scalar by scalar": "derivative", "scalar by vector": "gradient",
            "vector by scalar": "tangent vector", "vector by vector": "Jacobian matrix",
            "matrix by scalar": "tangent matrix", "scalar by matrix": "gradient matrix",
        }  # fmt: skip
        return f"{pair}: {known.get(pair, 'not a matrix')}"

    @property
    def _reading(self) -> str:
        if not self.is_matrix:
            return f" numbers with {len(self)} indices; stack them with vec to write them down"
        if self.numerator == self.denominator == "scalar":
            return ", the same in either layout"
        return f", {self.layout} layout: {_ROWS[self.layout]}"

    def __str__(self) -> str:
        return f"{tuple(self)}: {self.words}"

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The derivative and the set it is in."""
        sign = {"scalar": "y", "vector": r"\mathbf{y}", "matrix": r"\mathbf{Y}"}[self.numerator]
        by = {"scalar": "x", "vector": r"\mathbf{x}", "matrix": r"\mathbf{X}"}[self.denominator]
        sizes = r" \times ".join(map(str, self))
        return rf"\frac{{\partial {sign}}}{{\partial {by}}} \in \mathbb{{R}}^{{{sizes}}}"

    def _repr_html_(self) -> str:
        return f"<div>$${self.latex}$$<p>{self}</p></div>"


_ROWS = {
    "numerator": "rows follow the numerator, columns the denominator",
    "denominator": "rows follow the denominator, columns the numerator",
}


def shape(numerator: str, denominator: str, *, layout: str = "numerator", **sizes: int) -> Shape:
    """Return the shape of the derivative of one kind of thing by another.

    Parameters
    ----------
    numerator, denominator
        Each ``scalar``, ``vector`` or ``matrix``: what is differentiated, and by what.
    layout
        ``numerator`` or ``denominator``, which is its transpose.
    sizes
        One for a vector, two for a matrix, called m, n, p, q; in this order they belong first to
        the numerator and then to the denominator.

    Raises
    ------
    InputError
        If a kind is unknown or sizes are missing or too many.

    Examples
    --------
    >>> shape("vector", "vector", m=3, n=2)
    (3, 2): vector by vector: Jacobian matrix, 3 x 2, numerator layout:
        rows follow the numerator, columns the denominator
    """
    above, below, chosen = _kind(numerator), _kind(denominator), layout_of(layout)
    given = _sizes(above, below, sizes)
    own, others = given[: _AXES[above]], given[_AXES[above] :]
    if len(given) > 2:
        return Shape(given, above, below, chosen)
    top, bottom = (*own, 1, 1)[:2], (*others, 1, 1)[:2]
    if above == "scalar":
        rows, columns = bottom[1], bottom[0]
    elif below == "scalar":
        rows, columns = top
    else:
        rows, columns = top[0], bottom[0]
    sizes_found = (rows, columns) if chosen == "numerator" else (columns, rows)
    return Shape(sizes_found, above, below, chosen)


def _kind(name: str) -> Kind:
    if not isinstance(name, str) or name not in KINDS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"got {name!r}; a kind is {listing(KINDS)}")
    return name


def _sizes(above: Kind, below: Kind, sizes: dict[str, int]) -> tuple[int, ...]:
    unknown = sizes.keys() - set("mnpq")
    wanted = _AXES[above] + _AXES[below]
    if unknown or len(sizes) != wanted:
        got = ", ".join(f"{k}={v}" for k, v in sizes.items()) or "none"
        raise InputError(
            f"sizes: got {got}; {above} by {below} needs {wanted} of m, n, p, q: none for a "
            "scalar, one for a vector, two for a matrix, the numerator's first"
        )
    if any(not isinstance(v, int) or v < 1 for v in sizes.values()):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError("sizes: each is a whole number of at least 1")
    return tuple(sizes[letter] for letter in "mnpq" if letter in sizes)


@dataclass(frozen=True, repr=False)
class ShapeTable:
    """The nine derivatives, one a line: six that are matrices and three that are not."""

    shapes: tuple[Shape, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.shapes))

    __repr__ = __str__

    @property
    def matrices(self) -> tuple[Shape, ...]:
        """The six that can be written as a matrix."""
        return tuple(s for s in self.shapes if s.is_matrix)

    @property
    def others(self) -> tuple[Shape, ...]:
        """The three that cannot."""
        return tuple(s for s in self.shapes if not s.is_matrix)

    @property
    def latex(self) -> str:
        """The table with one row for each kind of numerator."""
        rows = [" & ".join(s.latex for s in self.shapes if s.numerator == kind) for kind in KINDS]
        return "\\begin{array}{ccc}\n" + " \\\\\n".join(rows) + "\n\\end{array}"

    def _repr_html_(self) -> str:
        return f"<div>$${self.latex}$$</div>"


def shapes(
    *, layout: str = "numerator", m: int = 2, n: int = 3, p: int = 4, q: int = 5
) -> ShapeTable:
    """Return the table of all nine derivatives, for sizes m, n, p, q as in `shape`."""
    letters = {"m": m, "n": n, "p": p, "q": q}
    pairs = [(above, below) for above in KINDS for below in KINDS]
    return ShapeTable(
        tuple(
            shape(a, b, layout=layout, **dict(list(letters.items())[: _AXES[a] + _AXES[b]]))
            for a, b in pairs
        )
    )
