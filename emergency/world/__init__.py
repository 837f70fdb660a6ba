"""What the crisis does, in closed form between changes: no steps, no chance, no clock of its own.

`curve` holds the mathematics, `base` what every world offers, `stock` supplies that run down, `series`
courses declared in advance.
"""

from emergency.world.base import AtomLike, Tracked, World, Worlds
from emergency.world.curve import Curve
from emergency.world.series import Series, SeriesWorld
from emergency.world.stock import Customer, Source, StockWorld, Store, Total

__all__ = ["AtomLike", "Curve", "Customer", "Series", "SeriesWorld", "Source", "StockWorld", "Store", "Total",
           "Tracked", "World", "Worlds"]
