"""A report: one HTML file with words, tables, formulas and pictures inside, and no other need."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NewType

from .plot.formulas import formula_svg
from .plot.style import png

Html = NewType("Html", str)


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: tuple[Html, ...]


def words(text: str) -> Html:
    """Return a paragraph."""
    return Html(f"<p>{escape(text)}</p>")


def remark(text: str) -> Html:
    """Return a paragraph that must not be overlooked."""
    return Html(f'<p class="remark">{escape(text)}</p>')


def text_block(text: str) -> Html:
    """Return text whose line breaks and columns matter, such as a model in its own language."""
    return Html(f"<pre>{escape(text)}</pre>")


def formula(latex: str, description: str) -> Html:
    r"""Return a displayed formula, drawn; where it cannot be, its description.

    Parameters
    ----------
    latex
        What stands between dollar signs.
    description
        The same as plain text.
    """
    drawn = formula_svg(latex, description) or f"<code>{escape(description)}</code>"
    return Html(f'<div class="formula">{drawn}</div>')


def numbered(items: Sequence[Sequence[Html]]) -> Html:
    """Return a numbered list, each item of one part or more."""
    return Html("<ol>" + "".join(f"<li>{''.join(parts)}</li>" for parts in items) + "</ol>")


def table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> Html:
    """Return a table; its first column names the rows."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return Html(
        f'<div class="wide"><table>{above}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str]) -> str:
    first, *rest = map(escape, row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest)


def picture(figure: Any, description: str, caption: str) -> Html:
    """Return a matplotlib figure as part of the page.

    Parameters
    ----------
    figure
        The figure.
    description
        What it shows, for those who cannot see it.
    caption
        Written below.
    """
    data = b64encode(png(figure)).decode("ascii")
    width = int(figure.get_figwidth() * 110)  # CSS pixels: the drawing has more, for fine screens
    return Html(
        f'<figure><img alt="{escape(description)}" width="{width}" '
        f'src="data:image/png;base64,{data}"><figcaption>{escape(caption)}</figcaption></figure>'
    )


def page(title: str, lead: str, sections: Sequence[Section], foot: str = "") -> str:
    """Return a whole HTML page.

    Parameters
    ----------
    title
        Heading of the page.
    lead
        The answer in a few sentences, first.
    sections
        The way there.
    foot
        Small print.
    """
    bodies = "\n".join(_section(number, s) for number, s in enumerate(sections, 1))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<p class="lead">{escape(lead)}</p>\n{bodies}\n</main>\n'
        f"<footer>{escape(foot)}</footer>\n</body>\n</html>\n"
    )


def _section(number: int, section: Section) -> str:
    heading = f"<h2><span>{number}</span> {escape(section.title)}</h2>"
    return "\n".join(["<section>", heading, *section.parts, "</section>"])


STYLE = """
:root { --ink: #26282b; --paper: #ffffff; --soft: #6a6f76; --line: #dfe1e4; --tint: #f3f4f6;
  --accent: #0072b2; --alert: #b34700; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e2; --paper: #171717; --soft: #a0a5ac; --line: #383c42; --tint: #22252a;
    --accent: #6bb7e8; --alert: #f0955a; }
  figure img { filter: invert(0.91) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, footer { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1.1rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 1rem 0 .6rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.6rem 0 .6rem; }
h2 span { color: var(--accent); margin-right: .3rem; }
.lead { font-size: 1.12rem; }
.remark { border-left: 4px solid var(--alert); background: var(--tint); padding: .7rem .9rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: right; white-space: nowrap; padding: .3rem .9rem .3rem 0;
  border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; }
tbody th { font-weight: normal; }
thead th { color: var(--soft); font-weight: 600; }
pre { background: var(--tint); padding: .8rem 1rem; overflow-x: auto; font-size: .85rem; }
div.formula { margin: 1rem 0; overflow-x: auto; }
li p, li div.formula { margin: .4rem 0; }
svg.formula { font-size: 1.15rem; max-width: 100%; }
figure { margin: 1.4rem 0; }
figure img { max-width: 100%; height: auto; display: block; }
figcaption, footer { color: var(--soft); font-size: .88rem; }
figcaption { margin-top: .4rem; }
footer { border-top: 1px solid var(--line); }
@media print {
  body { font-size: 10.5pt; background: white; color: black; }
  main, footer { max-width: none; padding: 0; }
  figure, table, pre, .remark { break-inside: avoid; }
  h2 { break-after: avoid; }
  figure img { filter: none; max-height: 8.5cm; width: auto; }
}
"""
