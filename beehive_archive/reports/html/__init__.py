"""A report as one HTML page that needs no network, and no script to be read and filtered."""

from beehive_archive.reports.html.page import Page, history_page_of, page_of, render, write

__all__ = ["Page", "history_page_of", "page_of", "render", "write"]
