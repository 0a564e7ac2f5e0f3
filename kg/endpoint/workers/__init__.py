"""Processes beside the front, and the frames by which they talk with it.

In come jobs of the front, out come answers in pieces. To be read in this order: ``frames`` (what
goes over the socket pair), ``child`` (a process that does jobs until the front is gone),
``answer`` (how it writes), ``handle`` (the front's end of one process), ``pool`` (all of them),
``relay`` (the way to servers that are allowed).
"""
