"""The pair of Bogacki and Shampine: order 3(2), four stages of which one is free."""

from ..method import Method
from ..tableaux.tableau import ButcherTableau

METHOD = Method(
    name="bosh3",
    tableau=ButcherTableau.read(
        """
        0   |
        1/2 | 1/2
        3/4 | 0    3/4
        1   | 2/9  1/3 4/9
        ----+-----------------
            | 2/9  1/3 4/9 0
            | 7/24 1/4 1/3 1/8
        """
    ),
    order=3,
    embedded_order=2,
    source=(
        "P. Bogacki, L. F. Shampine (1989), A 3(2) pair of Runge-Kutta formulas, Applied "
        "Mathematics Letters 2(4), 321-325, doi:10.1016/0893-9659(89)90079-7"
    ),
    errata=(
        "The cubic Hermite polynomial is this pair's own dense output, of order 3. torchdiffeq "
        "takes y + h k_2 / 2 for the middle of the step instead, which is of order 1: its steps "
        "agree with these, its values between steps do not."
    ),
)
