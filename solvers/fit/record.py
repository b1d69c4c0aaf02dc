"""A fit as plain numbers and text, for a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

import numpy as np

from .estimate import Estimate
from .multistart import Starts
from .result import FitResult

_FIGURES = (
    "method",
    "optimiser",
    "n_data",
    "n_estimated",
    "sum_of_squares",
    "residual_sd",
    "log_likelihood",
    "aic",
    "aicc",
    "bic",
    "autocorrelation",
)


def record(fit: FitResult) -> dict[str, Any]:
    """Return plain numbers and text that JSON can hold; what is not finite is None."""
    return _plain(
        {
            "model": fit.model.text,
            "parameters": {name: _estimate(fit[name]) for name in fit.names},
            "correlation": fit.correlation.tolist(),
            "covariance": fit.covariance.tolist(),
            **{figure: getattr(fit, figure) for figure in _FIGURES},
            "starts": _starts(fit.starts),
            "doubts": list(fit.doubts),
        }
    )


def _estimate(found: Estimate) -> dict[str, Any]:
    facts = asdict(found)
    del facts["name"]  # it is the key
    return {"estimate": facts.pop("value"), **facts}


def _starts(starts: Starts) -> dict[str, Any]:
    counts = {"n": starts.n, "agree": starts.agree, "failed": starts.failed}
    return {**counts, "value": starts.value.tolist()}


def _plain(x: Any) -> Any:
    if isinstance(x, dict):
        return {k: _plain(v) for k, v in cast("dict[str, Any]", x).items()}
    if isinstance(x, list):
        return [_plain(v) for v in cast("list[Any]", x)]
    return None if isinstance(x, float) and not np.isfinite(x) else x
