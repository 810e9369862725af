"""The site's pages as values: pure functions from HTML or XML and URL to items and rows."""
