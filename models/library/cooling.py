"""Newton's law of cooling: the rate is proportional to the gap to the surroundings."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dT/dt = -k*(T - T_s)
        T(0)  = 90   [degC]
        k     = 0.07 [1/min]
        T_s   = 21   [degC]
        """
    ),
    title="Newton's law of cooling",
    field="physics",
    source=(
        "I. Newton (1701), Scala graduum caloris, Philosophical Transactions of the Royal Society "
        "22(270), 824-829, doi:10.1098/rstl.1700.0082"
    ),
    reference=Reference(time=60, values={"T": 22.0346948006130}, how="closed form"),
    look=(
        "The gap to the surroundings halves every ln(2)/k, ten minutes here, however hot the start."
    ),
)
