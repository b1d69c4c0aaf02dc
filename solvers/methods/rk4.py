"""The classical Runge-Kutta method: order 4, four stages."""

from ..method import Method
from ..tableaux.tableau import ButcherTableau

METHOD = Method(
    name="rk4",
    tableau=ButcherTableau.read(
        """
        0   |
        1/2 | 1/2
        1/2 | 0   1/2
        1   | 0   0   1
        ----+----------------
            | 1/6 1/3 1/3 1/6
        """
    ),
    order=4,
    embedded_order=None,
    source=(
        "W. Kutta (1901), Beitrag zur näherungsweisen Integration totaler "
        "Differentialgleichungen, Zeitschrift für Mathematik und Physik 46, 435-453; "
        "E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, "
        "section II.1, table 1.2, doi:10.1007/978-3-540-78862-1"
    ),
    errata=(
        "torchdiffeq's method of this name is Kutta's 3/8 rule, from the same paper: also of "
        "order 4, but with other coefficients, so single steps differ."
    ),
)
