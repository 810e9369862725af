"""Keep a text archive of New Zealand's press releases true to www.beehive.govt.nz."""

__version__ = "0.1.0"
