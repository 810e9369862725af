"""Downloader middlewares, one module each: what every request and response passes through."""
