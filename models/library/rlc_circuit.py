"""A circuit that swings with the voltage it is given."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        q''   = (U - R*q' - q/C)/L              # charge
        input: U = U0*sin(omega*t) [V]
        q(0)  = 0    [C]
        q'(0) = 0    [A]
        R     = 10   [ohm]
        L     = 0.1  [H]
        C     = 1e-5 [F]
        U0    = 5    [V]
        omega = 1000 [1/s]
        observe: u_C = q/C [V]
        """
    ),
    title="Coil, resistor and capacitor in a row",
    field="engineering",
    source=(
        "W. Thomson, Lord Kelvin (1853), On transient electric currents, Philosophical Magazine "
        "5, 393-405; C. A. Desoer, E. S. Kuh (1969), Basic Circuit Theory, McGraw-Hill, chapter 5"
    ),
    reference=Reference(
        time=0.02,
        values={"q": -0.000116491419315767, "q'": 0.290267926258906},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "At omega = 1/sqrt(L*C), as here, the voltage of the capacitor grows to ten times that of "
        "the source."
    ),
)
