"""``scrapy NAME`` commands of this project; ``crawl`` is Scrapy's own with our exit codes."""
