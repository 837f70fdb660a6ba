"""Authority: who starts, commands and ends; who may compel; who acts, reports and publishes.

`deciding` holds the rules on decisions, `compelling` those on measures against others' will and property, `acting`
those on who carries out, reports, publishes and checks. `organisation` tells who belongs to whom; rules on
membership use it too.
"""

from emergency.review.authority import acting, compelling, deciding

__all__ = ["acting", "compelling", "deciding"]
