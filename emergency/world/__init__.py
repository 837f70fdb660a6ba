"""What the crisis does, in closed form between changes: no steps, no chance, no clock of its own.

`curve` holds the mathematics, `base` what every world offers, `stock` supplies that run down, `market` shelves in
many places and the chain behind them, `outbreak` what spreads, `series` courses declared in advance.
"""

from emergency.world.agenda import Agenda, Worlds
from emergency.world.base import AtomLike, Named, Tracked, World
from emergency.world.curve import Curve
from emergency.world.market import Chain, ChainTotal, Delivery, Good, MarketWorld
from emergency.world.market import Place as MarketPlace
from emergency.world.outbreak import OutbreakWorld
from emergency.world.outbreak import Place as OutbreakPlace
from emergency.world.series import Series, SeriesWorld
from emergency.world.stock import Customer, Source, StockWorld, Store, Total

__all__ = ["Agenda", "AtomLike", "Chain", "ChainTotal", "Curve", "Customer", "Delivery", "Good", "MarketPlace",
           "MarketWorld", "Named", "OutbreakPlace", "OutbreakWorld", "Series", "SeriesWorld", "Source", "StockWorld",
           "Store", "Total", "Tracked", "World", "Worlds"]
