"""Deadlines: is it said from when, within what time, and what happens where others do not answer?

`bounds` looks at the limits there are and the ones there are not, `clocks` at what they are counted from and at how
they add up, `aftermath` at what follows the end.
"""

from emergency.review.deadline import aftermath, bounds, clocks

__all__ = ["aftermath", "bounds", "clocks"]
