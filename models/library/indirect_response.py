"""A response that is made and lost, and a drug that slows its making."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dC/dt = -k*C                                # drug
        dR/dt = k_in*(1 - C/(IC50 + C)) - k_out*R   # response
        C(0)  = 10  [mg/L]
        R(0)  = k_in/k_out
        k     = 0.2 [1/h]
        IC50  = 0.5 [mg/L]
        k_in  = 30  [1/h]
        k_out = 0.3 [1/h]
        """
    ),
    title="A drug that inhibits a production",
    field="pharmacology",
    source=(
        "N. L. Dayneka, V. Garg, W. J. Jusko (1993), Comparison of four basic models of indirect "
        "pharmacodynamic responses, Journal of Pharmacokinetics and Biopharmaceutics 21(4), "
        "457-478, doi:10.1007/BF01061691"
    ),
    reference=Reference(
        time=48,
        values={"C": 0.000677287364908538, "R": 99.6166248764075},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "The response is lowest hours after the drug is highest, and a larger dose moves that "
        "time further out."
    ),
)
