"""Field and Noyes' model of the Belousov-Zhabotinsky reaction, scaled."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dX/dt = s*(Y - X*Y + X - q*X^2)      # bromous acid
        dY/dt = (f*Z - Y - X*Y)/s            # bromide
        dZ/dt = w*(X - Z)                    # cerium(IV)
        X(0) = 1
        Y(0) = 2
        Z(0) = 3
        s = 77.27
        q = 8.375e-6
        f = 1
        w = 0.161
        """
    ),
    title="Oregonator",
    field="chemistry",
    source=(
        "R. J. Field, R. M. Noyes (1974), Oscillations in chemical systems IV: limit cycle "
        "behavior in a model of a real chemical reaction, Journal of Chemical Physics 60(5), "
        "1877-1884, doi:10.1063/1.1681288; values: E. Hairer, G. Wanner (1996), Solving Ordinary "
        "Differential Equations II, section IV.10, doi:10.1007/978-3-642-05221-7"
    ),
    reference=Reference(
        time=30,
        values={"X": 1.00066146718050, "Y": 1512.77893734825, "Z": 10358.5431276723},
        how="Taylor series of order 40, 60 digits",
    ),
    look="Nothing seems to happen for long, then X jumps by five orders of magnitude at once.",
)
