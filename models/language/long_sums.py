"""Long sums of plain products, ``… + 0.25*x1 - 0.5*tanh(x[2])``, read without the grammar.

The matrix of a large system stands in its text as ten thousands of numbers, of each of which the
grammar makes a tree. Here a long run of such terms is found by one pattern, a name of the same
length stands for it in the text that is parsed, and its terms are recorded one after another. What
does not fit is read as usual, and mistakes are told as usual, from the text as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ..tape import Value
from .formulas import Formulas
from .grammar import NAME, NUMBER

LEAST = 16  # terms that are worth a pattern of their own

_ELEMENT = rf"{NAME}\[[0-9]+(?:,[0-9]+)*\]"
_FACTOR = rf"(?:{NUMBER}|{NAME}\((?:{_ELEMENT}|{NAME})\)|{_ELEMENT}|{NAME})"
_PRODUCT = rf"{_FACTOR}(?:[ \t]*[*\u00b7\u00d7\u22c5][ \t]*{_FACTOR})*"
_SIGN = r"[-+\u2212]"
# After something that ends a value, and no power of ten; up to where a sum or all of it ends.
_RUN = (
    r"[\w)\]'](?<![0-9.][eE])[ \t]*"
    rf"(?P<run>{_SIGN}[ \t]*{_PRODUCT}(?:[ \t]*{_SIGN}[ \t]*{_PRODUCT}){{{LEAST - 1},}})"
    rf"(?=[ \t]*(?:{_SIGN}|[;\n\r#)]|\Z))"
)
_COMMENT, _UNIT = r"#[^\n]*", r"(?<!\w)\[[^\]\n]*\]"
_COMPACT = str.maketrans("\u00b7\u00d7\u22c5\u2212", "***-", " \t")
Parse = Callable[[str], Any]


class Masked(NamedTuple):
    """A text in which names stand for long sums.

    Parameters
    ----------
    text
        Of the same length, line by line.
    sums
        For each of the names, the terms as written, with their signs.
    """

    text: str
    sums: Mapping[str, str]


def mask(text: str) -> Masked:
    """Return a text with names in place of long sums, those in comments and units left alone."""
    sums: dict[str, str] = {}
    if not isinstance(text, str) or sum(map(text.count, "+-\u2212")) < LEAST:  # pyright: ignore[reportUnnecessaryIsInstance]
        return Masked(text, sums)
    stem = "sum_"
    while stem in text:
        stem += "_"

    def name(found: re.Match[str]) -> str:
        run = found["run"]
        if run is None:
            return found[0]
        name = f"{stem}{len(sums)}".ljust(len(run) - 2, "_")
        if len(name) + 2 > len(run):
            return found[0]
        sums[name] = run
        return f"{found[0][: -len(run)]}+ {name}"

    return Masked(_pattern().sub(name, text), sums)


def _pattern() -> re.Pattern[str]:
    return re.compile(f"{_COMMENT}|{_UNIT}|{_RUN}")  # which Python keeps


class SummingFormulas(Formulas):
    """Formulas in which names stand for long sums.

    Parameters
    ----------
    text
        As written.
    sums
        As `mask` found them.
    parse
        From the text of a factor to its tree.
    """

    def __init__(self, text: str, sums: Mapping[str, str], parse: Parse) -> None:
        super().__init__(text)
        self.sums, self._parse = sums, parse
        self.met: set[str] = set()  # the names that stood where their sums do
        self._trees: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}  # of factors, as long as names mean the same
        self._meaning: tuple[object, object] = ((), ())

    def _reader(self, node: Any) -> tuple[Callable[..., Value], Sequence[Any]]:
        adds = node.data == "infix" and self._adds(*node.children[1:])
        return (self._infix, node.children) if adds else super()._reader(node)

    def _parts(self, node: Any) -> list[Any]:
        adds = node.data == "infix" and self._adds(*node.children[1:])
        return node.children[:1] if adds else super()._parts(node)

    def _adds(self, sign: Any, right: Any) -> bool:
        """Tell whether what follows a sign is a name that stands for a long sum."""
        return right.data == "name" and right.children[0] in self.sums and sign == "+"

    def _name(self, part: Any, primes: Any = "") -> Value:
        if part in self.sums:
            raise self.fail("a long sum follows nothing", part)  # to be read as usual
        return super()._name(part, primes)

    def _infix(self, left: Any, sign: Any, right: Any) -> Value:
        if self._adds(sign, right):
            return self._extended(self._values[id(left)], right.children[0])
        return super()._infix(left, sign, right)

    def _extended(self, before: Value, token: Any) -> Value:
        """Return a value with the terms added to it that a name stands for."""
        run = self.sums[str(token)].translate(_COMPACT)
        self.met.add(str(token))
        self._forget()
        terms = re.findall(rf"([-+])({_FACTOR}(?:\*{_FACTOR})*)", run)
        numbers, both, total = self._numbers, self.builder.both, before.number
        for sign, product in terms:
            first, *more = product.split("*")
            number = numbers[first] if first in numbers else self._factor(first, token)
            for factor in more:
                other = numbers[factor] if factor in numbers else self._factor(factor, token)
                number = both("mul", number, other)
            total = both("add" if sign == "+" else "sub", total, number)
        self.count(2 * (len(terms) + run.count("*")) + run.count("(") - 1)
        return Value(self.builder, total)

    def _forget(self) -> None:
        """Forget what factors are where indices, or names of the text's own, have changed."""
        indices, own = self._meaning
        if indices is not self._indices or own is not self.own:
            self._meaning, self._numbers = (self._indices, self.own), {}

    def _factor(self, text: str, token: Any) -> int:
        """Return the number of the value of a factor."""
        if text not in self._trees:
            self._trees[text] = self._placed(text, token)
        counted = self.count(0)
        number = self._numbers[text] = self.value(self._trees[text]).number
        self.count(counted - self.count(0))
        return number

    def _placed(self, text: str, token: Any) -> Any:
        """Return the tree of a factor, its tokens placed where it stands first in a long sum."""
        tree = self._parse(text)
        run = self.sums[str(token)]
        begin = next(m.start() for m in re.finditer(_FACTOR, run) if m[0] == text)
        for part in tree.iter_subtrees():
            for child in part.children:
                if not hasattr(child, "data"):
                    child.line, child.column = token.line, child.column + token.column - 3 + begin
        return tree
