"""A makes the wanted B, which reacts on to C, and A is lost to D."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dA/dt = q*(A_f - A) - k1*A - k3*A^2
        dB/dt = -q*B + k1*A - k2*B
        A(0)  = 2   [mol/L]
        B(0)  = 1.1 [mol/L]
        q     = 20  [1/h]            # flow over volume
        A_f   = 10  [mol/L]
        k1    = 50  [1/h]
        k2    = 100 [1/h]
        k3    = 10  [L/mol/h]
        """
    ),
    title="Van de Vusse reactor",
    field="chemistry",
    source=(
        "J. G. van de Vusse (1964), Plug-flow type reactor versus tank reactor, Chemical "
        "Engineering Science 19(12), 994-997, doi:10.1016/0009-2509(64)85109-5"
    ),
    reference=Reference(
        time=0.2,
        values={"A": 2.17890834577549, "B": 0.907878477284510},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "More flow first gives more B and then less, so that one amount of B belongs to two flows."
    ),
)
