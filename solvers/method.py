"""A stepping method: a tableau, what it claims, and who published it."""

from dataclasses import dataclass, replace

from ..models.errors import InputError
from .tableaux.coefficients import Row
from .tableaux.rosenbrock import RosenbrockTableau
from .tableaux.tableau import ButcherTableau
from .tableaux.taylor import TaylorSeries


@dataclass(frozen=True)
class Method:
    """A Runge-Kutta, Rosenbrock or Taylor method as data; steps are written once for all of a kind.

    Parameters
    ----------
    name
        Its name on the shelf, and in results.
    tableau
        Its coefficients; of a series there are none.
    order
        Order of the solution that is carried forward.
    embedded_order
        Order of the solution it is compared with; None where there is none.
    source
        Author, year, journal and DOI of the coefficients.
    dense_order
        Order of the tableau's own dense output at every theta; None where that is Hermite's.
    coarse_order
        Order of the solution that the tableau's second error estimate compares with; None where
        there is none.
    errata
        Known mistakes of the source or traps of other implementations, and how they are resolved.

    Raises
    ------
    InputError
        If a claim and the tableau do not go together.
    """

    name: str
    tableau: ButcherTableau | RosenbrockTableau | TaylorSeries
    order: int
    embedded_order: int | None
    source: str
    dense_order: int | None = None
    coarse_order: int | None = None
    errata: str = ""

    def __post_init__(self) -> None:
        if self.order < 1:
            raise InputError(f"order of {self.name} is {self.order}, expected at least 1")
        if isinstance(self.tableau, TaylorSeries):  # estimate and dense output are of its order
            orders = {self.order, self.embedded_order, self.dense_order}
            if orders != {self.tableau.order}:
                raise InputError(f"{self.name}: expected its orders to be {self.tableau.order}")
            return
        self._check_pair("embedded_order", self.embedded_order, "b_error", self.tableau.b_error)
        self._check_pair("dense_order", self.dense_order, "dense", self.tableau.dense)
        self._check_pair("coarse_order", self.coarse_order, "b_coarse", self._coarse)

    @property
    def _coarse(self) -> Row | None:
        return self.tableau.b_coarse if isinstance(self.tableau, ButcherTableau) else None

    def _check_pair(self, claim: str, order: int | None, field: str, data: object) -> None:
        if (order is None) != (data is None):
            raise InputError(
                f"{self.name}: {claim} is {order}, but its tableau has "
                f"{'no' if data is None else 'a'} {field}; give both or neither"
            )

    def __hash__(self) -> int:
        return hash(self.name)  # those of the coefficients, all fractions, take longer than a step

    def __str__(self) -> str:
        if isinstance(self.tableau, TaylorSeries):
            return f"{self.name}: Taylor series, order {self.order}"
        lower = [o for o in (self.embedded_order, self.coarse_order) if o is not None]
        embedded = f"({','.join(map(str, lower))})" if lower else ""
        shared = ", the last shared with the next step" if self.tableau.first_same_as_last else ""
        return f"{self.name}: order {self.order}{embedded}, {self.tableau.n_stages} stages{shared}"

    __repr__ = __str__

    @property
    def error_order(self) -> int:
        """Power of the step with which the error estimate falls, here and in `adaptive`."""
        lower = self.order if self.embedded_order is None else min(self.order, self.embedded_order)
        if self.coarse_order is not None:
            return 2 * (lower + 1) - (self.coarse_order + 1)
        return lower + 1

    @property
    def is_composable(self) -> bool:
        """Whether a step is known beforehand: no stage is the solution of nonlinear equations."""
        if not isinstance(self.tableau, ButcherTableau):
            return True
        return self.tableau.is_explicit or self.tableau.is_stiffly_accurate

    @property
    def adaptive(self) -> "Method":
        """The method itself if it estimates its error, else the same by step doubling."""
        if self.embedded_order is not None or not isinstance(self.tableau, ButcherTableau):
            return self  # Rosenbrock tableaux and series have an error estimate
        return replace(
            self,
            tableau=self.tableau.doubled(self.order),
            embedded_order=self.order + 1,
            dense_order=min(self.order, 5),
        )
