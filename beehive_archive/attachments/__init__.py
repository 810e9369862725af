"""The files that documents name: fetching, judging, keeping and reading them.

``desk`` decides, ``judging`` looks at bytes, ``places`` and ``files`` know the disk, ``records``
what earlier runs saw, ``pipeline`` and ``store`` join them to Scrapy's FilesPipeline, ``texts``
reads.
"""
