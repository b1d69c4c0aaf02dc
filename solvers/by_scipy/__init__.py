"""One trajectory at a time by scipy's integrators, driven step by step.

Floors, read upward: `jacobian`, `step`; `walk`, from event to event.
"""
