"""Rates linear in the sine and cosine of the state: the angle, followed through all its turns."""

from __future__ import annotations

from math import inf

from ...tape import Value
from .powers import HALF_TURN, LEAST, carried


def half_angle_safe(
    y0: Value, p: Value, q: Value, r: Value, k: Value, turns: Value, clock: Value
) -> tuple[Value, Value]:
    """Return y = 2*f/k, where the tangent of f has the rate p*u^2 + q*u + r, and a condition.

    A vector at the angle f is carried along linearly. What it turns by is read off its parts across
    and along the start, so that no tangent gets infinite; where it turns for ever, half turns are
    taken out beforehand.
    """
    del turns  # what the start has is known from its angle
    begun = k * y0 / 2
    sine, cosine = begun.apply("sin"), begun.apply("cos")
    rate = (p * sine + q * cosine) * sine + r * cosine * cosine
    across = (p * cosine - q * sine) * cosine + r * sine * sine
    steep = q / 2 * (cosine - sine) * (cosine + sine) + (p - r) * sine * cosine
    square = q * q / 4 - p * r
    circles = square < 0.0
    w = circles.apply("select", abs(square), 1.0).apply("sqrt")
    half_turns = circles.apply("select", (w * clock / HALF_TURN + 0.5).apply("floor"), 0.0)
    moved = carried(steep, rate * across, square, clock - half_turns * HALF_TURN / w)
    turned = _angle(rate * moved.sine, moved.below)
    angle = begun + turned + half_turns * HALF_TURN * rate.apply("sign")
    return 2 * angle / k, (abs(angle) < inf)


def _angle(across: Value, along: Value) -> Value:
    """Return the angle of a vector, less than half a turn either way."""
    ahead = along >= 0.0
    below = ahead.apply("select", along.apply("max", LEAST), 1.0)
    aside = ahead.apply("select", 1.0, across)
    beyond = across.apply("sign") * (HALF_TURN / 2) - (along / aside).apply("atan")
    return ahead.apply("select", (across / below).apply("atan"), beyond)
