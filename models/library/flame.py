"""A ball of flame: oxygen comes through the surface and is used up inside."""

from ..published import PublishedModel, Reference
from ..specify import model

MODEL = PublishedModel(
    model=model(
        """
        dy/dt = y^2 - y^3      # radius over the final one
        y(0)  = 0.01
        """
    ),
    title="A growing flame",
    field="chemistry",
    source=(
        "R. E. O'Malley (1991), Singular Perturbation Methods for Ordinary Differential "
        "Equations, Springer, doi:10.1007/978-1-4612-0977-5; L. F. Shampine, I. Gladwell, S. "
        "Thompson (2003), Solving ODEs with MATLAB, Cambridge University Press, "
        "doi:10.1017/CBO9780511615542"
    ),
    reference=Reference(
        time=90, values={"y": 0.0820956603417693}, how="Taylor series of order 40, 60 digits"
    ),
    look=(
        "For a hundred units of time the flame only smoulders, then it leaps to its full size "
        "within ten, and from there on the equation is stiff."
    ),
)
