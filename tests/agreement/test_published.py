"""Initial value problems of the literature, written in the language, against their end values.

DETEST: T. E. Hull, W. H. Enright, B. M. Fellen, A. E. Sedgwick (1972), Comparing numerical methods
for ordinary differential equations, SIAM Journal on Numerical Analysis 9(4), 603-637,
doi:10.1137/0709052. Stiff DETEST: W. H. Enright, T. E. Hull, B. Lindberg (1975), Comparing
numerical methods for stiff systems of ODEs, BIT 15, 10-48, doi:10.1007/BF01932994. A. Prothero, A.
Robinson (1974), Mathematics of Computation 28, 145-162, doi:10.1090/S0025-5718-1974-0331793-2. P.
Kaps (1981), Rosenbrock-type methods. End values were computed again with more digits.
"""

from typing import NamedTuple

import numpy as np
import pytest

import ratelaw as rl

RTOL = 1e-6
ALLOWED = 10.0  # error of the worst state, in units of the tolerance and its size


class Published(NamedTuple):
    """A problem: its model, where it ends, and the states there."""

    text: str
    end: float
    values: tuple[float, ...]


PROBLEMS = {
    "detest a3, a growth that swings": Published(
        "dy/dt = y*cos(t); y(0) = 1", 20, (2.4916502718504145,)
    ),
    "detest b2, a linear reaction": Published(
        """
        dy1/dt = -y1 + y2; dy2/dt = y1 - 2*y2 + y3; dy3/dt = y2 - y3
        y1(0) = 2; y2(0) = 0; y3(0) = 1
        """,
        20,
        (1.0000000010305768, 1.0, 0.99999999896942319),
    ),
    "detest d4, an ellipse": Published(
        """
        dx/dt = vx; dy/dt = vy
        dvx/dt = -x/r3; dvy/dt = -y/r3
        r3 = (x^2 + y^2)^1.5
        x(0) = 1 - ecc; y(0) = 0; vx(0) = 0; vy(0) = sqrt((1 + ecc)/(1 - ecc)); ecc = 0.7
        """,
        20,
        (-0.95389902934163940, 0.69074090242194316, -0.82126742708774334, -0.15395742591258245),
    ),
    "detest e1, a Bessel function": Published(
        """
        dy1/dt = y2
        dy2/dt = -(y2/(t + 1) + (1 - 0.25/(t + 1)^2)*y1)
        y1(0) = 0.79788456080286536*0.84147098480789651
        y2(0) = 0.79788456080286536*0.11956681346419146
        """,
        20,
        (0.14567236007282468, -0.098835001955745791),
    ),
    "detest e5, a pursuit": Published(
        "dy1/dt = y2; dy2/dt = sqrt(1 + y2^2)/(25 - t); y1(0) = 0; y2(0) = 0",
        20,
        (14.117973905426255, 2.4),
    ),
    "stiff detest c5, a cascade": Published(
        """
        dy1/dt = -y1 + 2
        dy2/dt = -10*y2 + beta*y1^2
        dy3/dt = -40*y3 + 4*beta*(y1^2 + y2^2)
        dy4/dt = -100*y4 + 10*beta*(y1^2 + y2^2 + y3^2)
        y1(0) = 1; y2(0) = 1; y3(0) = 1; y4(0) = 1; beta = 20
        """,
        20,
        (1.9999999979388464, 7.9999999816786345, 135.99999938177136, 37127.999659677624),
    ),
    "stiff detest d6, three species": Published(
        """
        dy1/dt = -y1 + 1e8*y3*(1 - y1)
        dy2/dt = -10*y2 + 3e7*y3*(1 - y2)
        dy3/dt = y1 - 1e8*y3*(1 - y1) + 10*y2 - 3e7*y3*(1 - y2)
        y1(0) = 1; y2(0) = 0; y3(0) = 0
        """,
        1,
        (0.85239954407499913, 0.14760039819412753, 5.7730873339499877e-8),
    ),
    "Prothero and Robinson, pulled to a cosine": Published(
        "dy/dt = -lambda*(y - cos(t)) - sin(t); y(0) = 1; lambda = 1e6", 10, (-0.83907152907645245,)
    ),
    "Kaps, nearly algebraic": Published(
        """
        dy1/dt = -(1/eps + 2)*y1 + y2^2/eps
        dy2/dt = y1 - y2 - y2^2
        y1(0) = 1; y2(0) = 1; eps = 1e-8
        """,
        1,
        (0.13533528323661269, 0.36787944117144232),
    ),
}


@pytest.mark.parametrize("method", ["auto", "scipy:Radau"])
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_published_end_value_is_met(name: str, method: str) -> None:
    problem = PROBLEMS[name]
    sol = rl.solve(rl.model(problem.text), problem.end, method=method, rtol=RTOL)
    error = np.abs(sol.y[:, -1] - problem.values) / np.abs(sol.y).max(axis=1)
    assert error.max() <= ALLOWED * RTOL
