"""Asking about attachments without fetching them: whether they changed or are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from beehive_archive.archive.attachments import is_on_site
from beehive_archive.attachments.answers import answer_of, reason_of
from beehive_archive.attachments.desk import AttachmentDesk
from beehive_archive.findings import CHANGED, NEW
from beehive_archive.items import Attachment
from beehive_archive.traffic import RunIsEndingError

# Redirects are followed; every other status is an answer.
_ANSWERS = [304, *range(400, 600)]
_NO_HEAD = frozenset({405, 501})  # servers that don't know the method


class Questions:
    """The requests about attachments of one crawl, and what their answers mean.

    A file whose validators are known is asked for on condition that it changed, so that a change
    is known by its bytes; of any other only the head is asked, and its size compared.
    """

    def __init__(self, desk: AttachmentDesk) -> None:
        self.desk = desk
        self._methods: dict[str, str] = {}  # by which each alarm was raised

    def request(
        self, attachment: Attachment, *, look: int = 1, method: str | None = None
    ) -> Request:
        """Return the request that asks about an attachment; ``look`` counts from 1."""
        self.desk.expect(attachment)
        validators = self.desk.validators(attachment)
        method = method or ("GET" if validators else "HEAD")
        # A compressed answer's size would not be the file's.
        encoding = {"Accept-Encoding": "identity"} if method == "HEAD" else {}
        return Request(
            self.desk.fetch_url(attachment),
            method=method,
            headers={**validators, **encoding},
            callback=self.answered,
            errback=self.failed,
            cb_kwargs={"attachment": attachment, "look": look},
            meta={
                "allow_offsite": not is_on_site(attachment.url),
                "download_maxsize": self.desk.config.max_bytes,
                "download_timeout": self.desk.config.timeout_s,
                "handle_httpstatus_list": _ANSWERS,
            },
        )

    def second_looks(self) -> Iterator[Request]:
        """Return the requests that confirm what seems changed or gone."""
        for attachment in self.desk.to_confirm():
            yield self.request(attachment, method=self._methods[attachment.url])

    def answered(self, response: Response, attachment: Attachment, look: int) -> Iterator[Request]:
        """Take in what the site says of an attachment."""
        request = response.request
        is_head = request is not None and request.method == "HEAD"
        if is_head and response.status in _NO_HEAD:
            yield self.request(attachment, look=look, method="GET")
            return
        answer = answer_of(response, is_head=is_head)
        if look < self.desk.looks_wanted(attachment, answer):
            yield self.request(attachment, look=look + 1)
            return
        finding = self.desk.judge(attachment, answer)
        if finding is None:
            self._methods[attachment.url] = "HEAD" if is_head else "GET"
        elif finding.kind == CHANGED:
            self.desk.took(attachment, None, finding)
        elif finding.kind == NEW:
            detail = "the archive lacks it; see scrapy crawl attachments"
            self.desk.took(attachment, None, replace(finding, detail=detail))

    def failed(self, failure: Failure) -> None:
        """Note that no answer came."""
        if not isinstance(failure.value, RunIsEndingError):
            request: Request = failure.request  # type: ignore[attr-defined]
            reason = reason_of(failure.value, self.desk.config)
            self.desk.unavailable(request.cb_kwargs["attachment"], reason)
