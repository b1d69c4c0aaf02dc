"""The way back over recorded steps: gradients of what a batch adds up, by the discrete adjoint.

Floors, read upward: `seeding`, `backward`, the text; `halts`, what happened on the way, in order;
`setting_out`; `way_back`, over the steps of a piece; `round_trip`, one trajectory made ready; and
`through`, over what happened.
"""
