"""Spiders choose URLs and hand responses to ``pages``; each is named for its work."""
