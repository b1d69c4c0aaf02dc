"""Robertson's reactions: three rates nine orders of magnitude apart."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dA/dt = -k1*A + k3*B*C
        dB/dt = k1*A - k2*B^2 - k3*B*C
        dC/dt = k2*B^2
        A(0)  = 1
        B(0)  = 0
        C(0)  = 0
        k1    = 0.04
        k2    = 3e7
        k3    = 1e4
        """
    ),
    title="Robertson's stiff reactions",
    field="chemistry",
    source=(
        "H. H. Robertson (1966), The solution of a set of reaction rate equations, in J. Walsh "
        "(ed.), Numerical Analysis: An Introduction, Academic Press, 178-182; E. Hairer, G. Wanner "
        "(1996), Solving Ordinary Differential Equations II, section IV.1, equation 1.4, "
        "doi:10.1007/978-3-642-05221-7"
    ),
    reference=Reference(
        time=4,
        values={"A": 0.905518678584254, "B": 2.24047568756020e-5, "C": 0.0944589166588705},
        how="Taylor series of order 45, 50 digits",
    ),
    look=(
        "B settles within a hundredth of the first unit of time, and an explicit method has to "
        "keep its steps that small ever after."
    ),
)
