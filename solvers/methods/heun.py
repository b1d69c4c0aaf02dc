"""Heun's method: order 2, two stages, with Euler's method embedded."""

from ..method import Method
from ..tableaux.tableau import ButcherTableau

METHOD = Method(
    name="heun",
    tableau=ButcherTableau.read(
        """
        0 |
        1 | 1
        --+--------
          | 1/2 1/2
          | 1   0
        """
    ),
    order=2,
    embedded_order=1,
    source=(
        "K. Heun (1900), Neue Methoden zur approximativen Integration der Differentialgleichungen "
        "einer unabhängigen Veränderlichen, Zeitschrift für Mathematik und Physik 45, 23-38; "
        "E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, "
        "section II.1, doi:10.1007/978-3-540-78862-1"
    ),
    errata=(
        "The name is also given to other methods, above all to Heun's own of order 3. This is "
        "the explicit trapezoidal rule, called improved Euler as well."
    ),
)
