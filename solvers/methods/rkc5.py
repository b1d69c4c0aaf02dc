"""A stabilised pair of order 5(4): nine stages, one of them free, for modes that only decay.

Constructed here, after the idea of Chebyshev methods (Abdulle 2002), in four steps.

1. The stability polynomial of degree 8 is the exponential up to z^5 and, where the exponential is
   smaller, below 0.7 in size on the longest interval of the negative real axis: a linear program on
   a grid, the length found by bisection (Ketcheson and Ahmadia 2012, Communications in Applied
   Mathematics and Computational Science 7:247-271, doi:10.2140/camcos.2012.7.247). The interval is
   13.2 long, 1.65 per evaluation; that of tsit5 is 0.55. Damping to 0.95 alone, as is usual, would
   lengthen it by a twentieth and leave much of each fast mode for many steps.
2. The conditions of order 5 and the three last coefficients of the polynomial are equations of a
   and b. Of their solutions, one with small residuals of order 6, small coefficients, and stages
   that amplify no mode of the interval by more than 2.8 was sought by sequential quadratic
   programming from random starts; then eight coefficients were set to zero one by one.
3. sum_j b_j a_ji - b_i (1 - c_i) is orthogonal to all trees up to order 4, as the conditions of
   order 5 imply: these are, but for their size, the weights of the error estimate. The search kept
   what they give of the nine trees of order 5 within a fifth of each other, so that no kind of
   error is overlooked.
4. Dense output is of order 4, its bumps those with the least sum of squares.

The seven coefficients of the first rows were rounded, all others solved for in 50 digits.
"""

from ..method import Method
from ..tableaux.coefficients import numbers, quartic_extension
from ..tableaux.tableau import ButcherTableau

_B = numbers(
    "0.080706204357852925252 0.15781226883624992566 -0.086662195569157352233 "
    "0.2272674070294738594 0.30367521035193083337 0.068415503683196653536 "
    "-0.12905668650327584362 0.37784228781372899865 0"
)

METHOD = Method(
    name="rkc5",
    tableau=ButcherTableau(
        a=(
            (),
            numbers("0.1167"),
            numbers("0 0.1424"),
            numbers("-0.2354 0.3542 0.299"),
            numbers("0.1649 0 0 0.214"),
            numbers("0.12102279936414989567 0 0 0.36873722916741328436 0.23704242938526125218"),
            numbers("0 0.26758195588713371581 0 0 0.18481965397418308879 0.20380348874810880712"),
            numbers(
                "-0.04908042774616680055 0.39464318773787728137 -0.034823761292469937382 "
                "-0.089190657506548173724 0.24727796074355306487 0.28232935249586478002 "
                "0.092773822911938231118"
            ),
            _B[:-1],
        ),
        b=_B,
        b_error=numbers(
            "0.019620533921739296115 -0.011192632176090693804 -0.033343439176494207648 "
            "0.019575136064786599843 0.026551359382750524483 -0.015929151371444830182 "
            "-0.020510403137272618269 0.015228596492025929462 0"
        ),
        c=numbers(
            "0 0.1167 0.1424 0.4178 0.3789 0.72680245791682443221 0.65620509860942561172 "
            "0.84392947734404844572 1.0"
        ),
        dense=quartic_extension(
            _B,
            numbers(
                "-1.0794222699076884042 1.6948964721053882641 -1.2865632249746848772 "
                "0.76994022938072770244 1.3874124152822045896 -0.63598254611747147878 "
                "0.3852710691716637126 -3.7355521449401395086 2.5"
            ),
        ),
    ),
    order=5,
    embedded_order=4,
    dense_order=4,
    source=(
        "ratelaw's own; after A. Abdulle (2002), Fourth order Chebyshev methods with recurrence "
        "relation, SIAM Journal on Scientific Computing 23(6), 2041-2054, "
        "doi:10.1137/S1064827500379549"
    ),
)
