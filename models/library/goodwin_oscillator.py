"""A messenger makes an enzyme, the enzyme a product, and the product stops the messenger."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dX/dt = a/(1 + Z^n) - k*X      # messenger
        dY/dt = X - k*Y                # enzyme
        dZ/dt = Y - k*Z                # product
        X(0) = 0.1
        Y(0) = 0.2
        Z(0) = 2.5
        a = 1
        k = 0.2
        n = 12
        """
    ),
    title="Goodwin's gene that represses itself",
    field="biology",
    source=(
        "B. C. Goodwin (1965), Oscillatory behavior in enzymatic control processes, Advances in "
        "Enzyme Regulation 3, 425-438, doi:10.1016/0065-2571(65)90067-1; J. S. Griffith (1968), "
        "Mathematics of cellular control processes I, Journal of Theoretical Biology 20(2), "
        "202-208, doi:10.1016/0022-5193(68)90189-6"
    ),
    reference=Reference(
        time=40,
        values={"X": 0.0356644635460141, "Y": 0.360770818286482, "Z": 2.03741761186165},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The swinging lasts only while n exceeds 8, which is more than any enzyme is likely to "
        "have."
    ),
)
