"""Thresholds: can the level be read off what is known, once, in time, and from figures everybody reads alike?

`bounds` looks at one variable at a time, `quantities` at what is compared and who watches it, `together` at
conditions over several variables, which need the solver.
"""

from emergency.review.threshold import bounds, flapping, quantities, together

__all__ = ["bounds", "flapping", "quantities", "together"]
