"""A ball thrown into air that resists with the square of its speed."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt  = vx
        dy/dt  = vy
        dvx/dt = -c/m*v*vx
        dvy/dt = -g - c/m*v*vy
        v      = sqrt(vx^2 + vy^2)
        x(0)   = 0 [m]
        y(0)   = 0 [m]
        vx(0)  = v0*cos(angle) [m/s]
        vy(0)  = v0*sin(angle) [m/s]
        v0     = 30     [m/s]
        angle  = 0.8727               # 50 degrees
        m      = 0.15   [kg]
        c      = 0.0012 [kg/m]
        g      = 9.81   [m/s^2]
        """
    ),
    title="Projectile with quadratic drag",
    field="physics",
    source="J. R. Taylor (2005), Classical Mechanics, University Science Books, section 2.4",
    reference=Reference(
        time=4,
        values={
            "x": 57.2835619544555,
            "y": 1.98182605950165,
            "vx": 10.8164664432646,
            "vy": -17.4503254635109,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The path falls more steeply than it rises, and the longest throw starts below 45 degrees."
    ),
)
