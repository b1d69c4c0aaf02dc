"""The pair of Tsitouras: order 5(4), seven stages of which one is free."""

from ..method import Method
from ..tableaux.coefficients import numbers, quartic_extension
from ..tableaux.tableau import ButcherTableau

# The doubles nearest to the solution of the order conditions that the paper's digits belong to.
_B = numbers(
    "0.09646076681806523 0.01 0.4798896504144996 "
    "1.379008574103742 -3.290069515436081 2.324710524099774 0.0"
)

METHOD = Method(
    name="tsit5",
    tableau=ButcherTableau(
        a=(
            (),
            numbers("0.161"),
            numbers("-0.008480655492356989 0.335480655492357"),
            numbers("2.8971530571054935 -6.359448489975075 4.3622954328695815"),
            numbers(
                "5.325864828439257 -11.748883564062828 7.4955393428898365 -0.09249506636175525"
            ),
            numbers(
                "5.86145544294642 -12.92096931784711 8.159367898576159 "
                "-0.071584973281401 -0.028269050394068383"
            ),
            _B[:-1],
        ),
        b=_B,
        b_error=numbers(
            "0.0017800110522257714 0.0008164344596567469 -0.007880878010261995 "
            "0.1447110071732629 -0.5823571654525552 0.45808210592918697 -0.015151515151515152"
        ),
        c=numbers("0.0 0.161 0.327 0.9 0.9800255409045097 1.0 1.0"),
        # The paper prints each b_i(theta) as a product; these are the leading factors.
        dense=quartic_extension(
            _B,
            numbers(
                "-1.0530884977290216 0.1017 2.490627285651252793 -16.54810288924490272 "
                "47.37952196281928122 -34.87065786149660974 2.5"
            ),
        ),
    ),
    order=5,
    embedded_order=4,
    dense_order=4,
    source=(
        "Ch. Tsitouras (2011), Runge-Kutta pairs of order 5(4) satisfying only the first column "
        "simplifying assumption, Computers & Mathematics with Applications 62(2), 770-775, "
        "doi:10.1016/j.camwa.2011.06.002"
    ),
    errata=(
        "The paper's table heads its last row as the embedded weights, but prints the error "
        "weights b - b_hat, the last of them with the wrong sign: it is -1/66, else they do not "
        "sum to 0. The program printed with it has b_hat_7 = 1/40 where 1/66 is meant, else b_hat "
        "does not sum to 1. Reported for OrdinaryDiffEq.jl (issue 1654) and SUNDIALS (pull "
        "request 850)."
    ),
)
