"""Mathematics as a small drawing: TeX formulas to scalable outlines, no browser script needed."""

from __future__ import annotations

from typing import Any

from ...models.lazy import load
from ..arrays import Float
from .style import quiet

SIZE = 12.0  # points; the drawing is scaled with the text around it


@quiet()
def formula_svg(latex: str, description: str) -> str | None:
    r"""Return a formula as an inline SVG element in the colour of the text around it.

    Parameters
    ----------
    latex
        What stands between dollar signs, such as ``\frac{dT}{dt} = -k (T - T_s)``.
    description
        The formula in words or plain text, for those who cannot see it.

    Returns
    -------
    element
        Or None if matplotlib's reader of TeX does not know something in it.
    """
    try:
        path = load("matplotlib.textpath").TextPath((0, 0), f"${_displayed(latex)}$", size=SIZE)
    except ValueError:
        return None
    box = path.get_extents()
    width, height = box.width + 2, box.height + 2
    return (
        f'<svg class="formula" role="img" aria-label="{_quoted(description)}" '
        f'style="width:{width / SIZE:.2f}em;height:{height / SIZE:.2f}em" '
        f'viewBox="{box.x0 - 1:.2f} {-box.y1 - 1:.2f} {width:.2f} {height:.2f}">'
        f'<path fill="currentColor" transform="scale(1 -1)" d="{_outline(path)}"/></svg>'
    )


def _displayed(latex: str) -> str:
    """Return a formula with fractions as large as displayed ones, and bars that are not shrunk."""
    large = latex.replace(r"\frac", r"\dfrac")
    return large.replace(r"\left|", "|").replace(r"\right|", "|")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _outline(path: Any) -> str:
    """Return a matplotlib path in SVG's words."""
    letters = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}
    pieces = (
        (letters[code], points) for points, code in path.iter_segments(simplify=False, curves=True)
    )
    return "".join(letter + _numbers(points) * (letter != "Z") for letter, points in pieces)


def _numbers(points: Float) -> str:
    return " ".join(f"{v:.2f}".rstrip("0").rstrip(".") for v in points)
