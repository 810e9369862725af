"""The extra ``[browser]``: Chromium for what only a browser is let through to; docs/browser.md.

``config`` is the settings, ``addon`` what follows from them, ``middleware`` says which requests
go through the browser, ``handler`` takes them there.
"""
