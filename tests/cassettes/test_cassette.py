"""Record modes and filters, held against what vcrpy's own cassette does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vcr.cassette import Cassette
from vcr.config import VCR
from vcr.request import Request

from beehive_archive.cassettes import cassette as module
from beehive_archive.cassettes.cassette import RECORD_MODES, open_cassette
from beehive_archive.errors import ConfigurationError

SITE = "https://www.beehive.govt.nz"


def a_request(uri=SITE + "/", **headers):
    return Request("GET", uri, None, headers)


def a_response(body="hello", **headers):
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {name.replace("_", "-"): [value] for name, value in headers.items()},
        "body": {"string": body.encode()},
    }


def fetch(cassette, uri, answer):
    """Do what vcrpy's patches do with a request; None where it is refused."""
    request = a_request(uri)
    if cassette.can_play_response_for(request):
        return cassette.play_response(request)["body"]["string"].decode()
    if cassette.write_protected:
        return None
    cassette.append(request, a_response(answer))
    return answer


def vcrpys_own(path, mode, repeats):
    config = VCR(record_mode=mode).get_merged_config(path=path, allow_playback_repeats=repeats)
    for name in ("path_transformer", "func_path_generator", "record_on_exception"):
        del config[name]
    return Cassette.load(**config)


PATHS = st.lists(st.sampled_from(["/a", "/b", "/c?x=1&y=2", "/c?y=2&x=1", "", "/"]), max_size=8)


@settings(deadline=None, max_examples=60)
@given(
    recorded=PATHS,
    wanted=PATHS,
    mode=st.sampled_from(RECORD_MODES),
    repeats=st.booleans(),
)
def test_every_mode_does_what_vcrpys_does(tmp_path_factory, recorded, wanted, mode, repeats):
    """Record, go on in some mode, then replay: the same answers at each step."""
    outcomes = []
    for opened in (
        lambda path, mode, repeats: open_cassette(path, mode, allow_playback_repeats=repeats),
        vcrpys_own,
    ):
        path = tmp_path_factory.mktemp("tapes") / "cassette.yaml"
        outcome = []
        steps = (
            ("new_episodes", False, recorded),
            (mode, repeats, wanted),
            ("none", False, wanted),
        )
        for step, (step_mode, step_repeats, paths) in enumerate(steps):
            if step_mode == "none" and not path.exists():
                continue  # ours refuses to start
            cassette = opened(path, step_mode, step_repeats)
            for number, each in enumerate(paths):
                outcome.append(fetch(cassette, SITE + each, f"{each} {step} {number}"))
            cassette._save()
        outcomes.append(outcome)
    assert outcomes[0] == outcomes[1]


def test_exchanges_are_played_once_in_order(tmp_path):
    path = tmp_path / "cassette.yaml"
    cassette = open_cassette(path, "once")
    assert [fetch(cassette, SITE + "/a", answer) for answer in ("one", "two")] == ["one", "two"]
    cassette.save()
    cassette = open_cassette(path, "none")
    assert [fetch(cassette, SITE + "/a", "no") for _ in range(3)] == ["one", "two", None]
    assert cassette.count_recorded(a_request(SITE + "/a")) == 2
    repeating = open_cassette(path, "none", allow_playback_repeats=True)
    assert [fetch(repeating, SITE + "/a", "no") for _ in range(3)] == ["one", "one", "one"]


def test_nothing_secret_or_volatile_is_recorded(tmp_path):
    path = tmp_path / "cassette.yaml"
    cassette = open_cassette(path, "once")
    secrets = {
        "Cookie": "sid=SECRET",
        "authorization": "Basic SECRET",
        "Proxy-Authorization": "Basic SECRET",
        "User-Agent": "beehive-archive (+mailto:SECRET@example.org)",
        "X-Api-Key": "SECRET",
    }
    answered = {"Set_Cookie": "sid=SECRET", "Date": "VOLATILE", "X_Iinfo": "VOLATILE"}
    cassette.append(
        a_request(SITE + "/a#SECRET", **secrets, **{"If-None-Match": '"1"'}),
        a_response("hello", **answered, ETag='"1"', content_type="text/html"),
    )
    cassette.save()
    text = path.read_text()
    assert "SECRET" not in text
    assert "VOLATILE" not in text
    assert "If-None-Match:\n      - '\"1\"'" in text
    assert "Content-Type:\n      - text/html\n      Etag:" in text


def test_a_cassette_from_elsewhere_sets_no_cookies(tmp_path):
    path = tmp_path / "cassette.yaml"
    theirs = Cassette(path=path)
    theirs.append(a_request(), a_response("hello", Set_Cookie="a=b", content_type="text/html"))
    theirs._save()
    played = open_cassette(path, "none").play_response(a_request())
    assert played["headers"] == {"Content-Type": ["text/html"]}


def test_a_replica_is_recorded_as_the_site(tmp_path):
    path = tmp_path / "cassette.yaml"
    replica = "http://127.0.0.1:812"
    cassette = open_cassette(path, "once", site_url=replica + "/")
    cassette.append(a_request(replica + "/node/1"), a_response("", location=replica + "/release/x"))
    cassette.append(a_request(replica + "/release/x"), a_response("", location="/relative"))
    cassette.append(a_request("http://127.0.0.1:8123/"), a_response())
    cassette.save()
    text = path.read_text()
    assert "uri: https://www.beehive.govt.nz/node/1\n" in text
    assert "- https://www.beehive.govt.nz/release/x\n" in text
    assert replica + "/" not in text
    assert "uri: http://127.0.0.1:8123/" in text, "another port is another site"
    assert open_cassette(path, "none").can_play_response_for(a_request(SITE + "/node/1"))
    other = open_cassette(path, "none", site_url="http://localhost:99")
    assert other.can_play_response_for(a_request("http://localhost:99/node/1"))


def test_recording_again_gives_the_same_file(tmp_path):
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for path, day, uris in zip(paths, ("Mon", "Tue"), (("/b", "/a"), ("/a", "/b")), strict=True):
        cassette = open_cassette(path, "once")
        for uri in uris:
            cassette.append(a_request(SITE + uri), a_response("hello", Date=day))
        cassette.save()
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_run_that_only_replays_writes_nothing(tmp_path):
    path = tmp_path / "cassette.yaml"
    path.write_text("interactions: []  # by hand\nversion: 1\n")
    for mode in RECORD_MODES:
        open_cassette(path, mode).save()
    assert "by hand" in path.read_text()


@pytest.mark.parametrize("mode", RECORD_MODES)
def test_a_corrupt_cassette_is_never_taken_for_an_empty_one(tmp_path, mode):
    path = tmp_path / "cassette.yaml"
    path.write_bytes(b"interactions: [\xff")
    with pytest.raises(ConfigurationError, match=r"cassette\.yaml.*invalid leading UTF-8"):
        open_cassette(path, mode)


def test_wrong_settings_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="none, once, new_episodes, all, found 'any'"):
        open_cassette(tmp_path / "cassette.yaml", "any")
    with pytest.raises(ConfigurationError, match=r"no file.*CASSETTE_MODE=once"):
        open_cassette(tmp_path / "cassette.yaml", "none")
    (tmp_path / "empty.yaml").touch()
    with pytest.raises(ConfigurationError, match="an empty file"):
        open_cassette(tmp_path / "empty.yaml", "none")
    with pytest.raises(ConfigurationError, match="no folder that can be written"):
        open_cassette(tmp_path / "empty.yaml" / "x" / "cassette.yaml", "once")


def test_a_full_cassette_has_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_RECORDED_BYTES", 10)
    path = tmp_path / "cassette.yaml"
    cassette = open_cassette(path, "once")
    cassette.append(a_request(), a_response("12345"))
    assert cassette.has_room_for(a_response("12345"))
    assert not cassette.has_room_for(a_response("123456"))
    cassette.save()
    assert not open_cassette(path, "new_episodes").has_room_for(a_response("123456"))


def test_a_large_cassette_is_played_in_linear_time(tmp_path):
    """20,000 exchanges take seconds; compared one by one they would take hours."""
    cassette = open_cassette(tmp_path / "cassette.yaml", "once")
    for number in range(20_000):
        cassette.append(a_request(f"{SITE}/{number}"), a_response(str(number)))
    cassette.rewound = True
    for number in range(20_000):
        assert fetch(cassette, f"{SITE}/{number}", "no") == str(number)
