"""What is on the market: models, offers, prices, limits and readings, each figure with its source and day."""

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.load import load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
