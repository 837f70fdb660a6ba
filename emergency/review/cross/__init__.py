"""Across plans: are the same people, goods, transport and powers promised in several, and do like rules agree?

`leading` holds the rules on who is at the head of several plans, `roles` those on what else the same people are in
each, `promised` those on goods and transport, `differing` those on like rules that differ. `telling` has what they
share.
"""

from emergency.review.cross import differing, leading, promised, roles
from emergency.review.cross.leading import lead_agency, post_meant

__all__ = ["differing", "lead_agency", "leading", "post_meant", "promised", "roles"]
