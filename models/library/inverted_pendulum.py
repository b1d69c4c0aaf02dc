"""A pole on a cart that is pushed in proportion to angle, speeds and place."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt     = v
        dv/dt     = a
        dtheta/dt = omega
        domega/dt = (g*sin(theta) - a*cos(theta))/L
        a         = (F + m*L*omega^2*sin(theta) - m*g*sin(theta)*cos(theta))/(M + m*sin(theta)^2)
        F         = k1*x + k2*v + k3*theta + k4*omega
        x(0)      = 0    [m]
        v(0)      = 0    [m/s]
        theta(0)  = 0.3              # from upright
        omega(0)  = 0    [1/s]
        M         = 1    [kg]
        m         = 0.1  [kg]
        L         = 0.5  [m]
        g         = 9.81 [m/s^2]
        k1        = 2    [N/m]
        k2        = 4    [N*s/m]
        k3        = 40   [N]
        k4        = 8    [N*s]
        """
    ),
    title="A pole balanced on a cart",
    field="engineering",
    source=(
        "K. J. Åström, R. M. Murray (2008), Feedback Systems, Princeton University Press, example "
        "2.1 and chapter 6; pole as a point mass on a light rod"
    ),
    reference=Reference(
        time=5,
        values={
            "x": 0.0205272789622330,
            "v": -0.0285005936060023,
            "theta": 0.00319708977480214,
            "omega": -0.00264565503640619,
        },
        how="Taylor series of order 40, 60 digits",
    ),
    look="To right the pole the cart first moves the way the pole leans, beyond it, and then back.",
)
