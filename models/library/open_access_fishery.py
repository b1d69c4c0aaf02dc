"""Fish that grow, and boats that come while fishing pays."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dx/dt = r*x*(1 - x/K) - q*E*x       # fish, thousand tonnes
        dE/dt = phi*(price*q*x - cost)*E    # boats
        x(0)  = 90
        E(0)  = 10
        r     = 0.4   [1/year]
        K     = 100
        q     = 0.005 [1/year]
        price = 10
        cost  = 1.5   [1/year]
        phi   = 0.2
        """
    ),
    title="A fishery open to all",
    field="economics",
    source=(
        "H. S. Gordon (1954), The economic theory of a common-property resource: the fishery, "
        "Journal of Political Economy 62(2), 124-142, doi:10.1086/257497; V. L. Smith (1968), "
        "Economics of production from natural resources, American Economic Review 58(3), 409-431"
    ),
    reference=Reference(
        time=40,
        values={"x": 29.2138862148649, "E": 50.2193149740034},
        how="Taylor series of order 40, 60 digits",
    ),
    look=(
        "Boats come until nobody earns anything, and the stock ends where cost/(price*q) says, "
        "whatever the fish can grow."
    ),
)
