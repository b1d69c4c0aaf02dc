"""A drug goes from the gut to the blood and out of it, each in proportion to what is there."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dA/dt = -ka*A                # in the gut
        dC/dt = ka*A/V - CL/V*C      # in the blood
        A(0)  = 320  [mg]
        C(0)  = 0    [mg/L]
        ka    = 1.5  [1/h]
        CL    = 2.8  [L/h]
        V     = 32   [L]
        """
    ),
    title="A tablet of theophylline",
    field="pharmacology",
    source=(
        "A. J. Boeckmann, L. B. Sheiner, S. L. Beal (1994), NONMEM Users Guide, part V, "
        "University of California, San Francisco; J. C. Pinheiro, D. M. Bates (2000), "
        "Mixed-Effects Models in S and S-PLUS, Springer, section 8.2, doi:10.1007/b98882; values "
        "of about the size found for the data set theophylline"
    ),
    reference=Reference(
        time=12,
        values={"A": 4.87359351830804e-6, "C": 3.71615292617178},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Exchange the two rates ka and CL/V and adjust V: the curve in the blood is the same, so "
        "that a fit cannot tell them apart."
    ),
)
