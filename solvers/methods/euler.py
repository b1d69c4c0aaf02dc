"""Euler's method: order 1, one stage."""

from ..method import Method
from ..tableaux.tableau import ButcherTableau

METHOD = Method(
    name="euler",
    tableau=ButcherTableau.read(
        """
        0 |
        --+--
          | 1
        """
    ),
    order=1,
    embedded_order=None,
    source=(
        "L. Euler (1768), Institutionum calculi integralis, volume 1, section 2, chapter 7; "
        "E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, "
        "section I.7, doi:10.1007/978-3-540-78862-1"
    ),
)
