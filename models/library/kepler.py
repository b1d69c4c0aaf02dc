"""A planet around a fixed sun, in units in which a year takes 2*pi."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = vx
        dy/dt = vy
        dvx/dt = -x/r^3
        dvy/dt = -y/r^3
        r = sqrt(x^2 + y^2)
        x(0) = 1 - e
        y(0) = 0
        vx(0) = 0
        vy(0) = sqrt((1 + e)/(1 - e))
        e = 0.6                       # eccentricity
        """
    ),
    title="Kepler's ellipse",
    field="physics",
    source=(
        "J. Kepler (1609), Astronomia nova; values: E. Hairer, C. Lubich, G. Wanner (2006), "
        "Geometric Numerical Integration, Springer, section I.2, doi:10.1007/3-540-30666-8"
    ),
    reference=Reference(
        time=3,
        values={
            "x": -1.59608300287016,
            "y": 0.0707385106686625,
            "vx": -0.0553457573997238,
            "vy": -0.498774137759848,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The planet comes back after 2*pi whatever its eccentricity, and is four times as fast "
        "near the sun as far from it."
    ),
)
