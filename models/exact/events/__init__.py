"""Closed forms through events at times that are formulas: doses, harvests, steps, stops.

Floors, read upward: `turns`, when inputs bend or jump; `schedule`, what falls due when; `flow`, the
closed form of a piece, begun anew anywhere; `walk`, from event to event with many digits; on the
tape, `course`, one piece after the other, `repeated`, any number of rounds, `rounds`, doses that
add up, and `periodic`, inputs that repeat; `account`, what is printed, and `story`, how it is
derived; `through`, which chooses and certifies; `recurring`, events that the states bring about,
whose classes are the shelf ``hybrid/``; of these, `thresholds`, where a state is at an event,
`between`, its law from one to the next, and `passages`, the whole put together.
"""
