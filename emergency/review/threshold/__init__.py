"""Thresholds: can the level be read off what is known, once, in time, and from figures everybody reads alike?

`bounds` looks at one variable at a time, `quantities` at what is compared and who watches it, `flapping` and
`alternating` at entering and leaving, `together` at conditions over several variables, which need the solver.
"""

from emergency.review.threshold import alternating, bounds, flapping, quantities, together

__all__ = ["alternating", "bounds", "flapping", "quantities", "together"]
