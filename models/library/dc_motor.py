"""A motor on a battery: current makes torque, turning makes a voltage against it."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        domega/dt = (K*i - b*omega)/J        # speed
        di/dt     = (U - R*i - K*omega)/L    # current
        omega(0)  = 0    [1/s]
        i(0)      = 0    [A]
        U         = 12   [V]
        K         = 0.05 [N*m/A]
        b         = 1e-4 [N*m*s]
        J         = 1e-4 [kg*m^2]
        R         = 1    [ohm]
        L         = 0.01 [H]
        """
    ),
    title="DC motor",
    field="engineering",
    source=(
        "G. F. Franklin, J. D. Powell, A. Emami-Naeini (2002), Feedback Control of Dynamic "
        "Systems, fourth edition, Prentice Hall, section 2.4; values of a small motor"
    ),
    reference=Reference(
        time=0.1,
        values={"omega": 222.777840958445, "i": 1.15247051632234},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The current is largest before the motor turns fast, because turning makes a voltage of "
        "its own."
    ),
)
