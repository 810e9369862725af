"""The cassette's file: what is written can be read again, by us, by vcrpy and by people."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from vcr.cassette import Cassette
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.request import Request
from vcr.serializers import yamlserializer

from beehive_archive.cassettes import file
from beehive_archive.cassettes.file import CassetteFile, dump_exchange
from beehive_archive.errors import ConfigurationError

URL = "https://www.beehive.govt.nz/release/one"


def a_response(body=b"hello", code=200, **headers):
    return {
        "status": {"code": code, "message": "OK"},
        "headers": headers or {"Content-Type": ["text/html"]},
        "body": {"string": body},
    }


def save(path, *exchanges):
    requests, responses = zip(*exchanges, strict=True) if exchanges else ((), ())
    CassetteFile.save_cassette(path, {"requests": requests, "responses": responses}, yamlserializer)


def load(path):
    return CassetteFile.load_cassette(path, yamlserializer)


# Characters that YAML treats in some way of its own are more frequent than chance would have them.
TRICKY = st.text(
    st.sampled_from(list(" \t\n\r\x00\x0b\x0c\x85\u2028\u2029\ufeff\ufffe\x7f\x9f:#-|>'\"\\ aā🐝"))
)


@given(body=st.one_of(st.binary(), TRICKY.map(str.encode), st.text().map(str.encode)))
def test_any_body_comes_back(body):
    text = "interactions:\n" + dump_exchange(Request("GET", URL, None, {}), a_response(body)) * 2
    for loaded in yaml.safe_load(text)["interactions"]:
        string = loaded["response"]["body"]["string"]
        assert (string if isinstance(string, bytes) else string.encode()) == body


@given(value=st.text(st.characters(max_codepoint=255)), body=st.none() | st.binary(min_size=1))
def test_any_header_and_request_body_come_back(value, body):
    request = Request("POST", URL, body, {"Range": value})
    text = dump_exchange(request, a_response(Etag=[value, "x"]))
    (loaded,) = yaml.safe_load(text)
    assert loaded["response"]["headers"] == {"Etag": [value, "x"]}
    assert loaded["request"]["headers"] == {"Range": [value]}
    string = loaded["request"]["body"]
    assert (string.encode() if isinstance(string, str) else string) == body


def test_a_page_is_readable_line_by_line():
    page = "<p>\tMāori</p>  \n\n  <p>“two”</p>\n"
    text = dump_exchange(Request("GET", URL, None, {}), a_response(page.encode()))
    assert text.endswith(
        "    body:\n      string: |2+\n        <p>\tMāori</p>  \n\n          <p>“two”</p>\n"
    )


def test_a_page_with_odd_characters_is_readable_line_by_line():
    page = 'one "quoted"\r\n  two\u2028\n'
    text = dump_exchange(Request("GET", URL, None, {}), a_response(page.encode()))
    assert text.splitlines()[-3:] == [
        '      string: "one \\U00000022quoted\\U00000022\\U0000000d\\n\\',
        "        \\  two\\U00002028\\n\\",
        '        "',
    ]


def test_vcrpy_itself_reads_the_file(tmp_path):
    path = tmp_path / "cassette.yaml"
    save(path, (Request("GET", URL, None, {}), a_response("ā\n".encode())))
    cassette = Cassette.load(path=path)
    played = cassette.play_response(Request("GET", URL, None, {}))
    assert played["body"]["string"] == "ā\n".encode()
    assert played["status"]["code"] == 200


def test_a_file_that_vcrpy_wrote_is_read(tmp_path):
    path = tmp_path / "cassette.yaml"
    cassette = Cassette(path=path)
    cassette.append(Request("POST", URL, b"a=1", {"Accept": "*/*"}), a_response(b"\x89PNG"))
    cassette.get_metadata("key", "value")
    cassette._save()
    requests, responses, metadata = load(path)
    assert (requests[0].uri, requests[0].body) == (URL, b"a=1")
    assert responses[0]["body"]["string"] == b"\x89PNG"
    assert metadata == {"key": "value"}


def test_exchanges_are_sorted_by_url_and_one_urls_order_stays(tmp_path):
    path = tmp_path / "cassette.yaml"
    first, second = Request("GET", URL, None, {}), Request("GET", URL + "/0", None, {})
    save(path, (second, a_response(b"0")), (first, a_response(b"2")), (first, a_response(b"1")))
    _, responses = load(path)
    assert [each["body"]["string"] for each in responses] == [b"2", b"1", b"0"]


def test_an_empty_cassette_is_read_again(tmp_path):
    save(tmp_path / "folder" / "cassette.yaml")
    assert load(tmp_path / "folder" / "cassette.yaml") == ([], [])


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "cassette.yaml"
    save(path, (Request("GET", URL, None, {}), a_response(b"old")))
    before = path.read_bytes()
    broken = {"status": {}, "headers": {}, "body": {}}
    with pytest.raises(KeyError):
        save(path, (Request("GET", URL, None, {}), broken))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


EXCHANGE = """\
interactions:
- request: {{method: {method}, uri: {uri}, body: {body}, headers: {headers}}}
  response:
    status: {{code: {code}, message: OK}}
    headers: {answered}
    body: {{string: {string}}}
version: 1
"""
SOUND = {
    "method": "GET",
    "uri": URL,
    "body": "null",
    "headers": "{}",
    "code": "200",
    "answered": "{Content-Type: [text/html]}",
    "string": "hello",
}


def test_the_sound_file_that_the_next_test_spoils_is_read(tmp_path):
    (tmp_path / "cassette.yaml").write_text(EXCHANGE.format(**SOUND))
    (request,), (response,) = load(tmp_path / "cassette.yaml")
    assert (request.method, response["body"]["string"]) == ("GET", b"hello")


@pytest.mark.parametrize(
    ("spoiled", "problem"),
    [
        ({"method": "7"}, "method"),
        ({"uri": "7"}, ""),
        ({"uri": "file:///etc/passwd"}, "uri"),
        ({"uri": "https://example.org:99999/"}, "Port out of range"),
        ({"uri": '"https://[/"'}, "Invalid IPv6"),
        ({"body": "[a, b]"}, "request body"),
        ({"headers": "{Accept: {a: b}}"}, "headers"),
        ({"headers": "[a]"}, ""),
        ({"code": "yes"}, "status code"),
        ({"code": "99999"}, "status code"),
        ({"code": '"200"'}, "status code"),
        ({"answered": "{Location: 7}"}, "headers"),
        ({"answered": "{Location: [ā]}"}, "headers"),
        ({"answered": "{Location: null}"}, "headers"),
        ({"answered": "null"}, "NoneType"),
        ({"string": "2020-01-01"}, "date"),
        ({"string": "{a: b}"}, ""),
        ({"string": "!!binary ā"}, "base64"),
        ({"string": "!!python/object/apply:os.system ['touch owned']"}, "the tag"),
        ({"string": "!!python/tuple [1]"}, "the tag"),
        ({"headers": "&a {}", "answered": "*a"}, "an alias in line 5"),
        ({"string": "[" * 100_000}, "nesting"),
        ({"string": "{a: " * 100_000}, "nesting"),
        ({"string": "[a"}, "flow sequence"),
        ({"string": "'\x01'"}, "control characters"),
    ],
)
def test_a_spoiled_file_is_refused_by_name(tmp_path, spoiled, problem):
    path = tmp_path / "cassette.yaml"
    path.write_text(EXCHANGE.format(**SOUND | spoiled))
    with pytest.raises(ConfigurationError, match=r"cassette\.yaml.*record again") as error:
        load(path)
    assert problem in str(error.value)
    assert len(str(error.value)) < 700


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"just text",
        b"- request: {}\n",
        b"version: 1\n",
        b"interactions: 7\n",
        b"interactions: [7]\n",
        b"interactions: [{request: {}}]\n",
        b"- " * 100_000 + b"a",
        EXCHANGE.format(**SOUND).encode()[:-60],
        EXCHANGE.format(**SOUND).encode() + b"---\na: b\n",
    ],
)
def test_a_file_that_is_no_cassette_is_refused_by_name(tmp_path, content):
    path = tmp_path / "cassette.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cassette\.yaml.*record again"):
        load(path)


def test_a_folder_and_a_file_too_large_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigurationError, match="a folder"):
        load(tmp_path)
    monkeypatch.setattr(file, "MAX_CASSETTE_BYTES", 3)
    (tmp_path / "large.yaml").write_text("version: 1")
    with pytest.raises(ConfigurationError, match="10 bytes, more than 3"):
        load(tmp_path / "large.yaml")


@pytest.mark.parametrize("content", [None, "", "\n \n"])
def test_a_missing_and_an_empty_file_are_no_cassette_yet(tmp_path, content):
    if content is not None:
        (tmp_path / "cassette.yaml").write_text(content)
    with pytest.raises(CassetteNotFoundError):
        load(tmp_path / "cassette.yaml")
