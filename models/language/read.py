"""Text to values of the specification: a grammar, never an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar

from ..cache import user_cache
from ..errors import SpecificationError
from ..gaps import gap
from ..lazy import load
from ..model import Model
from ..symbols import Table
from ..tape import Builder, Tape
from ..uncollected import uncollected
from .assemble import assemble
from .comparisons import comparisons
from .draft import Draft, Find
from .formulas import Formulas, with_constants
from .grammar import grammar
from .long_sums import SummingFormulas, mask
from .misread import explain
from .statement import STATEMENTS, Reader


class NoParts:
    """No models to be found."""

    def __call__(self, name: str) -> Model | None:
        """Return None."""
        return None

    def names(self) -> tuple[str, ...]:
        """Return no name."""
        return ()


@uncollected()
def read_model(text: str, find: Find | None = None, tables: Iterable[Table] = ()) -> Model:
    """Return the model a text describes.

    Parameters
    ----------
    text
        In the language of models.
    find
        Where models are found that may become parts.
    tables
        Measured inputs that the text may read beside its own.

    Raises
    ------
    SpecificationError
        If the text is malformed or contradicts itself; line, column and a caret show where.
    """
    masked, tables = mask(text), tuple(tables)
    if masked.sums:
        formulas = SummingFormulas(text, masked.sums, _tree)
        with suppress(SpecificationError):  # then it is read, and told what is wrong, as usual
            found = _read(masked.text, Draft(text, find or NoParts(), formulas), tables)
            if formulas.met == set(masked.sums):
                return found
    return _read(text, Draft(text, find or NoParts()), tables)


def _read(text: str, draft: Draft, tables: Iterable[Table]) -> Model:
    """Return the model of a text whose statements a draft takes."""
    draft.formulas.tables.update({table.name: table for table in tables})
    parts = _parse(text, "model").children
    # Constants first: they may end the ranges that other lines run over.
    for part in sorted(parts, key=lambda part: part.data != "constant"):
        _kinds()[part.data](draft, *part.children)
    return assemble(draft)


def read_condition(text: str) -> Tape:
    """Return a condition such as ``T < 60 and v > 0`` as a tape that is positive where it holds.

    One output that passes through zero where the condition turns, so that the moment of turning
    can be located.
    """
    formulas, tree, _ = _compared(text)
    tape = formulas.builder.formula(formulas.value(tree))
    builder = Builder(tape.inputs)
    names = {name: builder.input(name) for name in tape.inputs}
    return builder.finish([gap(builder, tape, names)])


def read_sides(text: str) -> list[tuple[Tape, Tape]]:
    """Return both sides of each comparison in a condition, as tapes over the names they use."""
    formulas, _, compared = _compared(text)

    def side(tree: Any) -> Tape:
        return with_constants(formulas.builder.formula(formulas.value(tree)))

    return [(side(tree.children[0]), side(tree.children[2])) for tree in compared]


def _tree(text: str) -> Any:
    """Return an expression as parsed."""
    (tree,) = _parse(text, "expression").children
    return tree


def _compared(text: str) -> tuple[Formulas, Any, list[Any]]:
    """Return a condition as a tree, and the comparisons in it."""
    formulas = Formulas(text)
    (tree,) = _parse(text, "condition").children
    return formulas, tree, comparisons(tree, formulas.fail, "T < 60")


def read_expression(text: str) -> Tape:
    """Return an expression such as ``sin(x^2)`` as a tape of one output over the names it uses."""
    formulas = Formulas(text)
    return with_constants(formulas.builder.formula(formulas.value(_tree(text))))


@cache
def _kinds() -> dict[str, Reader]:
    return {rule: read for kind in STATEMENTS.values() for rule, read in kind.readers.items()}


@cache
def _parser() -> Any:
    rules = [kind.rules for kind in STATEMENTS.values()]
    return load("lark").Lark(
        grammar(rules, _kinds()),
        parser="lalr",
        start=["model", "condition", "expression"],
        postlex=_JoinLines(),
        maybe_placeholders=False,
        cache=_tables(),
    )


def _tables() -> str | bool:
    """Return the file in which lark keeps the tables of the parser, or False for nowhere.

    To make them takes a tenth of a second. The file says of which grammar and versions they are;
    one that cannot be read or written is no matter.
    """
    folder = user_cache()
    if folder is None:
        return False
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(folder / "grammar.lark")


_BRACKETS = {"LPAR": 1, "RPAR": -1, "_OPEN": 1, "ELEMENT": 1, "_CLOSE": -1}


class _JoinLines:
    """Drops line ends inside brackets, so that a long formula may go over several lines."""

    always_accept: ClassVar[tuple[str, ...]] = ("_NEWLINE",)

    def process(self, stream: Iterator[Any]) -> Iterator[Any]:
        depth = 0
        for token in stream:
            depth += _BRACKETS.get(token.type, 0)
            if token.type != "_NEWLINE" or depth <= 0:
                yield token


def _parse(text: str, start: str) -> Any:
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise SpecificationError(f"got {type(text).__name__}; the {start} is given as text")
    try:
        return _parser().parse(text, start=start)
    except load("lark.exceptions").UnexpectedInput as error:
        raise explain(error, text, start) from None
