"""What a notebook shows where nothing better is drawn: the words of a terminal, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Printed:
    """Something that a notebook shows as its text."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return preformatted(str(self))


def preformatted(text: str) -> str:
    """Return text for a notebook, its lines and columns kept.

    Examples
    --------
    >>> preformatted("T < 60")
    '<pre>T &lt; 60</pre>'
    """
    from html import escape  # with a table of all entities, which a terminal does not need

    return f"<pre>{escape(text, quote=False)}</pre>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for a notebook, every cell plain text.

    Examples
    --------
    >>> table(["k"], [["0.07"]])
    '<table><thead><tr><th>k</th></tr></thead><tbody><tr><td>0.07</td></tr></tbody></table>'
    """
    body = "".join(_row(cells, "td") for cells in rows)
    return f"<table><thead>{_row(header, 'th')}</thead><tbody>{body}</tbody></table>"


def _row(cells: Iterable[str], tag: str) -> str:
    from html import escape

    return f"<tr>{''.join(f'<{tag}>{escape(c)}</{tag}>' for c in cells)}</tr>"
