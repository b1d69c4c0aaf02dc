"""What the command is given, settings and files, read and checked before any work is done.

And what it writes: `screens`.
"""
