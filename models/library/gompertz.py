"""Growth whose rate itself dies away."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dV/dt = a*V*log(K/V)
        V(0)  = 1    [mm^3]
        a     = 0.08 [1/day]
        K     = 5000 [mm^3]
        """
    ),
    title="Growth of a tumour (Gompertz)",
    field="biology",
    source=(
        "B. Gompertz (1825), On the nature of the function expressive of the law of human "
        "mortality, Philosophical Transactions of the Royal Society 115, 513-583, "
        "doi:10.1098/rstl.1825.0026; A. K. Laird (1964), Dynamics of tumour growth, British "
        "Journal of Cancer 18(3), 490-502, doi:10.1038/bjc.1964.55"
    ),
    reference=Reference(
        time=30, values={"V": 2308.91006150501}, how="Taylor series of order 40, 60 digits"
    ),
    look=(
        "Growth is fastest when V is K/e, and the logarithm of V approaches its end like a "
        "cooling cup."
    ),
)
