"""One estimated parameter, as a person would write it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """One estimated parameter, in its own unit, with a 95 % confidence interval."""

    name: str
    value: float
    standard_error: float
    low: float
    high: float
    unit: str = ""
    at_bound: bool = False

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.at_bound:
            return f"{self.name} = {self.value:#.5g}{unit} (at its bound)"
        return f"{self.name} = {self.value:#.5g} ± {self.standard_error:.2g}{unit}"
