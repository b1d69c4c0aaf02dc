"""The Rosenbrock method of Hairer and Wanner: order 4(3), six stages, stiffly accurate."""

from ..method import Method
from ..tableaux.coefficients import numbers
from ..tableaux.rosenbrock import RosenbrockTableau

_FIFTH = numbers("1.221224509226641 6.019134481288629 12.53708332932087 -0.6878860361058950")

METHOD = Method(
    name="rodas4",
    tableau=RosenbrockTableau(
        gamma=0.25,
        a=(
            (),
            numbers("1.544"),
            numbers("0.9466785280815826 0.2557011698983284"),
            numbers("3.314825187068521 2.896124015972201 0.9986419139977817"),
            _FIFTH,
            (*_FIFTH, *numbers("1")),
        ),
        g=(
            (),
            numbers("-5.6688"),
            numbers("-2.430093356833875 -0.2063599157091915"),
            numbers("-0.1073529058151375 -9.594562251023355 -20.47028614809616"),
            numbers("7.496443313967647 -10.24680431464352 -33.99990352819905 11.70890893206160"),
            numbers(
                "8.083246795921522 -7.981132988064893 -31.52159432874371 16.31930543123136 "
                "-6.058818238834054"
            ),
        ),
        b=(*_FIFTH, *numbers("1 1")),
        b_error=numbers("0 0 0 0 0 1"),
        c=numbers("0.0 0.386 0.21 0.63 1 1"),
        d=numbers("0.25 -0.1043 0.1035 -0.03620000000000023 0 0"),
        dense=(
            numbers(
                "10.12623508344586 -7.487995877610167 -34.80091861555747 -7.992771707568823 "
                "1.025137723295662 0"
            ),
            numbers(
                "-0.6762803392801253 6.087714651680015 16.43084320892478 24.76722511418386 "
                "-6.594389125716872 0"
            ),
        ),
    ),
    order=4,
    embedded_order=3,
    dense_order=3,
    source=(
        "E. Hairer, G. Wanner (1996), Solving Ordinary Differential Equations II, 2nd edition, "
        "section IV.7, program RODAS (first coefficients), doi:10.1007/978-3-642-05221-7"
    ),
)
