"""Who solves a problem, and why.

Floors, read upward: `decaying`; `order`, `stiff_ways`, `telling`; `partial`; `choice`, what is
done where a way does not come through; `choose`.
"""
