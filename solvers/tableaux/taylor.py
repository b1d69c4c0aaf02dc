"""The Taylor series of a solution as a method: its order is all its data.

References
----------
E. Hairer, S. P. Nørsett, G. Wanner (1993), Solving Ordinary Differential Equations I, 2nd edition,
sections I.8 and II.2 (trees and elementary differentials), doi:10.1007/978-3-540-78862-1; A. Jorba,
M. Zou (2005), Experimental Mathematics 14:99-117, doi:10.1080/10586458.2005.10128904.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = (
    "A. Jorba, M. Zou (2005), A software package for the numerical integration of ODEs by means of "
    "high-order Taylor methods, Experimental Mathematics 14(1), 99-117, "
    "doi:10.1080/10586458.2005.10128904"
)


@dataclass(frozen=True)
class TaylorSeries:
    """The solution's power series about the start of a step, cut off after some terms.

    The error estimate is what the differential equation misses at the end of the step: the slope
    there less that of the polynomial, times the step. It falls with one power more than the order.
    Dense output is the polynomial itself.

    Parameters
    ----------
    order
        The highest power of the step.
    """

    order: int

    @property
    def n_stages(self) -> int:
        """Evaluations of the vector field and its derivatives along the solution: one per order."""
        return self.order

    @property
    def is_explicit(self) -> bool:
        """Whether no equations have to be solved: always."""
        return True

    @property
    def end_stage(self) -> None:
        """Number of the stage that is the slope at the new point: there are no stages."""
        return None
