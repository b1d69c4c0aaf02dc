"""Water cooling in a mug that it warms: Newton's law for each of two bodies.

The water loses heat only to the mug, and the mug starts as warm as the room, so that the five
numbers a, b, h, T_s and T(0) can all be found from readings of T alone.
"""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dT/dt = -a*(T - M)                  # water
        dM/dt = b*(T - M) - h*(M - T_s)     # mug
        T(0)  = 96.9   [degC]
        M(0)  = T_s    [degC]
        a     = 0.037  [1/min]
        b     = 0.0284 [1/min]
        h     = 0.0298 [1/min]
        T_s   = 23.6   [degC]
        """
    ),
    title="Water and mug cooling",
    field="physics",
    source=(
        "Newton's law for two bodies: I. Newton (1701), doi:10.1098/rstl.1700.0082; mugs measured "
        "by R. Portmann, S. Wagon (2005), How quickly does hot water cool?, Mathematica in "
        "Education and Research 10(3), 1-9; values: least squares for the data set cooling_water, "
        "rounded"
    ),
    reference=Reference(
        time=60,
        values={"T": 45.1656472295439, "M": 36.9541361890244},
        how="closed form",
    ),
    look=(
        "Two rates: the water first warms the mug, in minutes, then both cool together, slowly; no "
        "single exponential follows both."
    ),
)
