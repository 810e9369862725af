"""Scrapy's settings for this project, then our own; each with its reason.

Any of them can be given for one run: ``scrapy crawl releases -s NAME=value``. docs/settings.md
lists ours, and a test compares the two.
"""

# --- Scrapy: what this project is -----------------------------------------------------------

BOT_NAME = "beehive_archive"
SPIDER_MODULES = ["beehive_archive.spiders"]
NEWSPIDER_MODULE = "beehive_archive.spiders"
COMMANDS_MODULE = "beehive_archive.commands"  # `crawl` with our exit codes, verify, repair, ...

# --- Scrapy: polite to the site -------------------------------------------------------------

# How the site's people reach whoever runs this: an e-mail address or a web page of yours. The
# User-Agent is made of it (addons.py); one set with -s USER_AGENT=... stands as it is.
CONTACT = None
ADDONS = {
    "beehive_archive.addons.HonestUserAgent": 100,
    "beehive_archive.addons.AttachmentsInArchive": 200,
    "beehive_archive.addons.CalmLog": 300,
    "beehive_archive.browser.addon.BrowserFallback": 400,
    "beehive_archive.cluster.addon.ClusterOfWorkers": 500,
}
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # more would be on their way already when the site asks to wait
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's own 0.5 lets some requests follow after half a second
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
COOKIES_ENABLED = False  # nothing on the site needs a session

# --- Scrapy: every answer is hostile --------------------------------------------------------

DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default up to Scrapy 2.19
DOWNLOAD_TIMEOUT = 60  # seconds, for the whole answer
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # bytes; a page is about 350 KB, the largest body seen 5 MB
DOWNLOAD_WARNSIZE = 0
METAREFRESH_ENABLED = False  # a page's word is no redirect; the site uses none
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 3
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
TELNETCONSOLE_ENABLED = False  # no port that runs code
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 opens one by default

# --- Scrapy: the way of the data ------------------------------------------------------------

ITEM_PIPELINES = {
    "beehive_archive.pipelines.ReconcilePipeline": 300,
    "beehive_archive.pipelines.StorePipeline": 500,
    # After the document is stored: an attachment's trouble is none of the document's.
    "beehive_archive.attachments.pipeline.AttachmentsPipeline": 700,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "beehive_archive.middlewares.onsite.OnsiteMiddleware": 50,
    # In Scrapy's order: the brake takes the place of Scrapy's own retries, which know neither
    # the firewall nor Retry-After.
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "beehive_archive.middlewares.backoff.BackoffMiddleware": 550,
    # Inside HttpCompressionMiddleware (590), where bodies are still compressed.
    "beehive_archive.middlewares.wholeness.WholenessMiddleware": 595,
    # Next to the downloader, so that each hop of a redirect is an exchange of its own.
    "beehive_archive.middlewares.captures.CapturesMiddleware": 940,
    "beehive_archive.middlewares.cassette.CassetteMiddleware": 950,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,  # CrawlProgress says it, with time left
    "beehive_archive.crawl_progress.CrawlProgress": 50,  # its line is gone before the summary
    "beehive_archive.captures.extension.KeepCaptures": 75,  # closes its file before the verdict
    "beehive_archive.extensions.ArchiveRun": 100,
}
# Spiders ask for nothing twice by mistake; Scrapy's filter would also drop, without a word, a
# redirect to a page that was read already.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
MEDIA_ALLOW_REDIRECTS = True  # of attachments; on the site, or as the host elsewhere has it
CONCURRENT_ITEMS = 4  # a page gives one item; Scrapy starts so many tasks for each page
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads each callback's source again for every page
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # newest first, as the lists have it
LOG_LEVEL = "INFO"  # given with -L or -s, also what Scrapy says of itself (addons.py)
STATS_DUMP = False  # the summary says it in fewer lines; `-s STATS_DUMP=True` shows all

# --- Ours: contracts, see docs/settings.md --------------------------------------------------

# The local archive: every .md and .txt file below it with front matter is a document of it.
ARCHIVE_DIR = "seeds"
ARCHIVE_TIMEZONE = "Pacific/Auckland"  # whose date `date` is; UTC keeps an old archive's way
ATTACHMENTS_ENABLED = True  # whether `crawl releases` brings a new document's attachments too
ATTACHMENT_MAX_BYTES = 100 * 1024 * 1024  # of one file; Scrapy holds it in memory
ATTACHMENT_TIMEOUT_S = 600  # for one file as a whole: 100 MB at 175 KB a second
ATTACHMENT_WORKERS = 2  # processes that read attachments' text
BACKOFF_START_S = 2.0  # the first wait after a blocked, 429 or 5xx answer; doubles from there
BACKOFF_MAX_S = 300.0  # the longest wait
BLOCKED_LIMIT = 5  # so many blocked answers in a row end the run as incomplete
# Whether requests that the firewall blocked, and searches without rows, go through Chromium: off
# or fallback. docs/browser.md; extra: browser.
BROWSER = "off"
BROWSER_EXECUTABLE = None  # the program; None: chromium or google-chrome, where they are found
BROWSER_RESTART_PAGES = 50  # after so many pages the browser is begun anew; they grow
BROWSER_TIMEOUT_S = 60  # for one page, its challenge included
CASSETTE = None  # a file that the HTTP traffic is replayed from, or recorded in
CASSETTE_ALLOW_PLAYBACK_REPEATS = False  # True: a request gets its first recorded answer each time
CASSETTE_MODE = "none"  # records with once, new_episodes or all
CLUSTER_JOB = None  # with REDIS_URL: the name of the job that the workers share
CLUSTER_LEASE_S = 60  # a worker silent for so long is taken for dead, and others take over
HEALTH_MIN_PAGES = 5  # of a kind: a run with fewer says nothing of layout drift
# The part of the documents that may have changed or vanished (at least 20 documents): in a run
# with more nothing is written or marked, unless -a accept=1 is given.
MAX_CHANGE_RATE = 0.05
MAX_ERROR_RATE = 0.01  # the part of the pages that may fail in a run that counts as complete
# The part of a run's pages that may lack ministers, portfolios, body or date beyond what is usual
# in the archive: with more the layout has changed, and nothing of such pages is written.
MAX_FIELD_LOSS = 0.5
NOTIFY_URL = None  # where the summary is posted when a run is incomplete or finds changes
# What `crawl releases` does with an archived document that changed on the site: report it, or
# update it and keep the old text below revisions/.
ON_CHANGE = "report"
PLAYWRIGHT_CDP_URL = None  # for BROWSER=fallback, the address of a Chromium that runs elsewhere
PROGRESS_ENABLED = True  # how far a long task is: on a terminal a line that moves
PROGRESS_LOG_S = 60  # elsewhere a line every so many seconds; 0 for none
RECHECK_DAYS = 3  # `crawl releases` reads the documents of so many last days again
# Where the workers of a cluster meet: redis://HOST:PORT/DB. docs/cluster.md; extra: cluster.
REDIS_URL = None
REPORT_DIR = None  # where reports are left; None: ARCHIVE_DIR/.state/reports
REPORTS_KEPT = 1_000  # reports of each spider; six weeks of hourly runs
SITE_URL = "https://www.beehive.govt.nz"  # where pages are fetched from: the site or a mirror
SUMMARY_JSON = False  # print the run's summary as JSON; what --json sets
TABLES = "markdown"  # how tables are written: markdown, or flat as the old archive has them
WARC_DIR = None  # a folder: every answer of a run is kept there too, as WARC 1.1
WARC_MAX_BYTES = 1_000_000_000  # of one WARC file, beyond which the next one is begun
