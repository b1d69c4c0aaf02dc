"""The exceptions of ratelaw: one tree, every leaf also the builtin a caller would guess.

::

    RatelawError
    ├── SpecificationError   (ValueError)    model text, or a traced function, that cannot be read
    │   └── UnitError                        two units that should agree and do not
    ├── UnknownNameError     (KeyError)      a name that the model, data or shelf does not have
    ├── InputError           (ValueError)    a number, array or option that cannot be used
    │   └── MissingValueError                a parameter or start value that was never given
    ├── RefusalError         (ValueError)    a backend or method that says it cannot do this problem
    ├── NoClosedFormError    (ValueError)    no certified closed form was found
    ├── SolveError           (RuntimeError)  one trajectory, asked for alone, did not reach its end
    ├── DeviceError          (RuntimeError)  the compute device asked for is not there
    └── MissingExtraError    (ImportError)   an optional package is needed
"""

from collections.abc import Iterable
from difflib import get_close_matches

_SHOWN = 160  # characters of an offending line


class RatelawError(Exception):
    """Anything ratelaw raises on purpose."""


class SpecificationError(RatelawError, ValueError):
    """A model text that cannot be read, with the place.

    Parameters
    ----------
    problem
        What is wrong and what to write instead.
    source
        The whole model text; the offending line is shown under the message.
    line, column
        Place of the offence, both counted from one.
    """

    def __init__(
        self, problem: str, source: str = "", line: int | None = None, column: int | None = None
    ) -> None:
        self.problem, self.source, self.line, self.column = problem, source, line, column
        super().__init__(problem, source, line, column)

    def __str__(self) -> str:
        if self.line is None or self.column is None:
            return self.problem
        lines = self.source.split("\n")
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        start = max(0, self.column - 1 - _SHOWN // 2)  # of a long line, what is around the place
        shown = "".join(c if c.isprintable() else " " for c in line[start : start + _SHOWN])
        caret = " " * (self.column - 1 - start) + "^"
        return f"line {self.line}, column {self.column}: {self.problem}\n    {shown}\n    {caret}"


class UnitError(SpecificationError):
    """Two units that should agree and do not, or a unit nobody knows."""


class UnknownNameError(RatelawError, KeyError):
    """A name that is not among those there are."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class InputError(RatelawError, ValueError):
    """A number, array or option that cannot be used."""


class MissingValueError(InputError):
    """A parameter or start value that was never given."""


class RefusalError(RatelawError, ValueError):
    """A backend or method that says itself what it cannot do."""


class NoClosedFormError(RatelawError, ValueError):
    """No certified closed form was found."""


class SolveError(RatelawError, RuntimeError):
    """One trajectory, asked for alone, did not reach its end."""


class DeviceError(RatelawError, RuntimeError):
    """The compute device asked for is not there."""


class MissingExtraError(RatelawError, ImportError):
    """An optional package is needed, with the command that installs it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean k?`` when one of the known names is close, else nothing."""
    candidates = list(known)
    close = get_close_matches(name, candidates, n=1, cutoff=0.6)
    same = [c for c in candidates if c.casefold() == name.casefold()]
    guess = (same or close)[:1]
    return f" Did you mean {guess[0]}?" if guess else ""


def counted(number: int, thing: str) -> str:
    """Return how many there are: ``1 reading``, ``1,200 readings``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listing(names: Iterable[str]) -> str:
    """Return the names as a person would list them: ``a, b and c``."""
    items = list(names)
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def grouped(count: int) -> str:
    """Return a number with its digits in groups of three: ``10 000``."""
    return f"{count:,}".replace(",", " ")
