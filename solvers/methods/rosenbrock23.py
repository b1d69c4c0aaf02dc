"""The Rosenbrock method of Shampine and Reichelt: order 2(3), three stages."""

from fractions import Fraction
from math import sqrt

from ..method import Method
from ..tableaux.rosenbrock import RosenbrockTableau

_D = 1 / (2 + sqrt(2))
_E32 = 6 + sqrt(2)
_ONE, _ZERO, _HALF = Fraction(1), Fraction(0), Fraction(1, 2)

# The paper's stages k are here u_1 = h d k_1, u_2 = h d (k_2 - k_1) and, with the slopes in its
# third stage expressed by the first two, u_3 = h d (k_3 - e_32 (k_2 - k_1) - 2 k_1).
METHOD = Method(
    name="rosenbrock23",
    tableau=RosenbrockTableau(
        gamma=_D,
        a=((), (0.5 / _D,), (1 / _D, 1 / _D)),
        g=((), (-1 / _D,), (-2 / _D, -_E32 / _D)),
        b=(1 / _D, 1 / _D, _ZERO),
        b_error=(-1 / (6 * _D), (2 - _E32) / (6 * _D), -1 / (6 * _D)),
        c=(_ZERO, _HALF, _ONE),
        d=(_D, _ZERO, -_D),
        dense=((_ZERO, -1 / (_D * (1 - 2 * _D)), _ZERO),),
    ),
    order=2,
    embedded_order=3,
    dense_order=2,
    source=(
        "L. F. Shampine, M. W. Reichelt (1997), The MATLAB ODE suite, SIAM Journal on Scientific "
        "Computing 18(1), 1-22, doi:10.1137/S1064827594276424"
    ),
)
