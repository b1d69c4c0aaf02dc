"""A drug whose removal saturates, given once a day."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dC/dt = -V_max*C/(V*(K_m + C))
        C(0)  = 0   [mg/L]
        V_max = 450 [mg/day]
        K_m   = 4   [mg/L]
        V     = 45  [L]
        dose  = 300 [mg]
        every 1 from 0 to 20: C += dose/V
        """
    ),
    title="Repeated doses of phenytoin",
    field="pharmacology",
    source=(
        "T. M. Ludden, S. R. B. Allen, W. A. Valutsky, A. V. Vicuna, J. M. Nappi, S. F. Hoffman, "
        "J. E. Wallace, D. Lalka, J. L. McNay (1977), Individualization of phenytoin dosage "
        "regimens, Clinical Pharmacology and Therapeutics 21(3), 287-293; values of an adult"
    ),
    reference=Reference(
        time=9.5, values={"C": 7.99611809307511}, how="Taylor series of order 40, 60 digits"
    ),
    look="Raise the dose by half, to V_max: the drug no longer settles but piles up day after day.",
)
