"""The pair of Dormand and Prince: order 5(4), seven stages of which one is free."""

from ..method import Method
from ..tableaux.tableau import ButcherTableau

METHOD = Method(
    name="dopri5",
    tableau=ButcherTableau.read(
        """
        0    |
        1/5  | 1/5
        3/10 | 3/40        9/40
        4/5  | 44/45      -56/15      32/9
        8/9  | 19372/6561 -25360/2187 64448/6561 -212/729
        1    | 9017/3168  -355/33     46732/5247  49/176   -5103/18656
        1    | 35/384      0          500/1113    125/192  -2187/6784    11/84
        -----+-------------------------------------------------------------------------
             | 35/384      0          500/1113    125/192  -2187/6784    11/84    0
             | 5179/57600  0          7571/16695  393/640  -92097/339200 187/2100 1/40
        """,
        bump="""
            -12715105075/11282082432 0 87487479700/32700410799 -10690763975/1880347072
            701980252875/199316789632 -1453857185/822651844 69997945/29380423
        """,
    ),
    order=5,
    embedded_order=4,
    dense_order=4,
    source=(
        "J. R. Dormand, P. J. Prince (1980), A family of embedded Runge-Kutta formulae, Journal "
        "of Computational and Applied Mathematics 6(1), 19-26, doi:10.1016/0771-050X(80)90013-3; "
        "dense output: L. F. Shampine (1986), Some practical Runge-Kutta formulas, Mathematics "
        "of Computation 46, 135-150, doi:10.1090/S0025-5718-1986-0815836-3, as programmed in "
        "E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, "
        "section II.6, doi:10.1007/978-3-540-78862-1"
    ),
    errata=(
        "scipy's RK45 has these weights with the error's sign reversed. torchdiffeq's error "
        "weights are two thirds of these, so at one tolerance its steps are longer."
    ),
)
