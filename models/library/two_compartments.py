"""A dose into a vein that spreads into the tissue and comes back."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dC/dt = -(CL + Q)/V1*C + Q/V1*P      # in the blood
        dP/dt = Q/V2*(C - P)                 # in the tissue
        C(0)  = dose/V1 [mg/L]
        P(0)  = 0    [mg/L]
        dose  = 100  [mg]
        CL    = 5    [L/h]
        Q     = 10   [L/h]
        V1    = 10   [L]
        V2    = 40   [L]
        """
    ),
    title="A drug in blood and tissue",
    field="pharmacology",
    source=(
        "M. Gibaldi, D. Perrier (1982), Pharmacokinetics, second edition, Marcel Dekker, chapter 2"
    ),
    reference=Reference(
        time=24,
        values={"C": 0.182816189450712, "P": 0.260584465115066},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "On a logarithmic axis the blood shows two straight lines: first the drug spreads, then "
        "it leaves."
    ),
)
