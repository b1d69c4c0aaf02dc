"""Python functions as specifications: called once on values of a tape.

Floors, read upward: `trouble`; `arrays`, `standins`; `declaration`, `trace`; `extras`.
"""
