"""A real server on loopback: streams, refusals, and answers that are none."""

from __future__ import annotations

import email.utils
import json
import socket
import time

import pytest

from orchestrate_ls.planner.models.asking import ask
from orchestrate_ls.planner.models.completer import ModelError, Prompt
from orchestrate_ls.planner.models.endpoint import EndpointCompleter
from orchestrate_ls.planner.models.planning import plan_with_model
from orchestrate_ls.planner.models.prompt import answer_schema
from orchestrate_ls.workspace.model_limits import ModelLimits
from orchestrate_ls.workspace.own_models import WrongEndpointError, checked_endpoint
from tests.planner.models.chat_server import (
    Behaviour,
    ChatServer,
    Handler,
    event,
    failing,
    raw,
    serving,
    streaming,
)
from tests.planner.models.scripted import outline
from tests.planner.models.test_repair import TASKS, fenced

PROMPT = Prompt("You plan.", "Plan \ud800 this: é", answer_schema())
KEY = "sk-very-secret-0123456789"
QUICK = ModelLimits(seconds=10, retries=0)


def answer(
    chat: ChatServer, limits: ModelLimits = QUICK, key: str | None = None, *, schema: bool = False
) -> str:
    endpoint = checked_endpoint(chat.url, "test-model", key, takes_schema=schema)
    return ask(EndpointCompleter(endpoint), PROMPT, limits, lambda _: None)


def refused(*behaviours: Behaviour, limits: ModelLimits = QUICK, key: str | None = None) -> ModelError:
    with serving(*behaviours) as chat, pytest.raises(ModelError) as error:
        answer(chat, limits, key)
    assert KEY not in error.value.message + error.value.hint
    return error.value


def test_a_streamed_answer_arrives_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_KEY", f" {KEY}\n")
    with serving(streaming("Grüße, 世界! " * 50)) as chat:
        assert answer(chat, key="TEST_KEY") == "Grüße, 世界! " * 50
    assert chat.paths == ["/v1/chat/completions"]
    assert chat.headers[0]["authorization"] == f"Bearer {KEY}"
    sent = chat.bodies[0]
    assert (sent["model"], sent["stream"]) == ("test-model", True)
    assert [each["role"] for each in sent["messages"]] == ["system", "user"]
    assert "max_tokens" not in sent
    assert "response_format" not in sent


def test_without_a_key_none_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(streaming("x")) as chat:
        answer(chat)
    assert "authorization" not in chat.headers[0]
    assert KEY not in json.dumps([chat.headers, chat.bodies])


def test_limits_and_schema_are_sent_where_they_are_set():
    with serving(streaming("x")) as chat:
        answer(chat, ModelLimits(answer_tokens=500), schema=True)
    assert chat.bodies[0]["max_tokens"] == 500
    assert chat.bodies[0]["response_format"]["json_schema"]["schema"] == answer_schema()


def test_a_server_that_does_not_stream_is_understood():
    whole = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "all at once"}}]}
    with serving(lambda handler: handler.whole(200, whole)) as chat:
        assert answer(chat) == "all at once"


def test_a_whole_plan_by_http():
    with serving(
        streaming(fenced(TASKS.replace("[T1, T3]", "[T1, T9]")), 100), streaming(fenced(TASKS), 100)
    ) as chat:
        made = plan_with_model(outline(), EndpointCompleter(checked_endpoint(chat.url, "m")), QUICK)
    assert made.repairs == ()
    assert len(chat.bodies) == 2
    assert "unknown-dependency" in chat.bodies[1]["messages"][1]["content"]


def test_a_wrong_key_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_KEY", KEY)
    error = refused(
        failing(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}), key="TEST_KEY"
    )
    assert "401 (Incorrect API key provided: ***)" in error.message
    assert error.hint == "check the key in TEST_KEY"


def test_a_key_that_is_not_set_is_told_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TEST_KEY", raising=False)
    with (
        serving(streaming("x")) as chat,
        pytest.raises(ModelError, match="TEST_KEY, which should hold the key"),
    ):
        answer(chat, key="TEST_KEY")
    assert chat.bodies == []


@pytest.mark.parametrize("value", ["a\nb", "sk-é"])
def test_a_key_cannot_carry_headers(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("TEST_KEY", value)
    with serving(streaming("x")) as chat, pytest.raises(ModelError, match="holds what is no key"):
        answer(chat, key="TEST_KEY")


def test_after_429_the_server_is_asked_again_when_it_said():
    limits = ModelLimits(seconds=10, retries=2)
    date = email.utils.formatdate(time.time(), usegmt=True)
    busy = failing(429, Retry_After="0.1"), failing(429, Retry_After=date)
    with serving(*busy, streaming("at last")) as chat:
        assert answer(chat, limits) == "at last"
    assert len(chat.bodies) == 3


def test_a_limit_that_stays_is_told():
    error = refused(failing(429, Retry_After="0"), limits=ModelLimits(seconds=10, retries=1))
    assert "429 (status 429)" in error.message
    assert "limits" in error.hint
    began = time.monotonic()
    refused(failing(429, Retry_After="9999"), limits=ModelLimits(seconds=10, retries=5))
    assert time.monotonic() - began < 9


def test_500_is_tried_again_and_then_told():
    with serving(failing(500), streaming("mended")) as chat:
        assert answer(chat, ModelLimits(seconds=10, retries=1)) == "mended"
    assert "500" in refused(failing(500, b"<html>oops</html>", Content_Type="text/html")).message


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_will_not_pass_is_not_tried_again(status: int):
    with serving(failing(status)) as chat, pytest.raises(ModelError, match=f"{status} "):
        answer(chat, ModelLimits(seconds=10, retries=5))
    assert len(chat.bodies) == 1


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    endpoint = checked_endpoint(f"http://127.0.0.1:{port}/v1", "m")
    with pytest.raises(ModelError, match=f"nothing answers at 127.0.0.1:{port}") as error:
        ask(EndpointCompleter(endpoint), PROMPT, QUICK, lambda _: None)
    assert error.value.hint == "start the server, or check the address"


def test_a_slow_stream_ends_with_the_time_out():
    def slow(handler: Handler) -> None:
        handler.begin_stream()
        for _ in range(1_000):
            handler.chunk(event("x"))
            time.sleep(0.05)

    assert "had sent only" in refused(slow, limits=ModelLimits(seconds=1, retries=0)).message


def test_a_server_that_says_nothing_ends_with_the_time_out():
    error = refused(lambda _: time.sleep(5), limits=ModelLimits(seconds=1, retries=3))
    assert "after 1s" in error.message or "in time" in error.message


def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TEST_KEY", KEY)
    with serving(streaming("stolen")) as other:
        error = refused(failing(307, Location=f"{other.url}/chat/completions"), key="TEST_KEY")
        assert "not followed" in error.message
        assert other.bodies == []


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: {not json\n\n"],
        [b"data: \xff\xfe\n\n"],
        [b"data: [1, 2\n\n"],
    ],
)
def test_what_is_no_answer_of_the_protocol_is_told(chunks: list[bytes]):
    assert "no answer of the chat-completions protocol" in refused(raw(*chunks)).message


def test_a_line_without_end_is_told():
    assert "a line without an end" in refused(raw(*[b"data: " + b"x" * 500_000] * 6)).message


def test_an_error_in_the_middle_of_a_stream_is_told():
    error = refused(raw(event("abc"), b'data: {"error": {"message": "overloaded"}}\n\n'))
    assert "broke off: overloaded" in error.message


@pytest.mark.parametrize(
    ("chunks", "text"),
    [
        (
            [b"event: x\r\nid: 1\r\n" + event("a").replace(b"\n", b"\r\n"), event("b").replace(b"\n", b"\r")],
            "ab",
        ),
        ([event("é")[:45], event("é")[45:], b"data: [DONE]\n\n", event("more")], "é"),
        ([bytes([each]) for each in event("slow é")], "slow é"),
        ([b'data: {}\n\ndata: 1\n\ndata: {"choices": []}\n\ndata: {"choices": [3]}\n\n', event("x")], "x"),
        ([b'data: {"choices":\ndata: [{"delta": {"content": "two lines"}}]}\n\n'], "two lines"),
        ([event("no end of line")[:-2]], "no end of line"),
        ([b""], ""),
    ],
    ids=range(7),
)
def test_odd_streams_are_read(chunks: list[bytes], text: str):
    with serving(raw(*filter(None, chunks))) as chat:
        assert answer(chat) == text


def test_a_stream_that_is_cut_gives_what_there_was():
    with serving(raw(event("all "), event("there is"), end=False)) as chat:
        assert answer(chat) == "all there is"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/v1",
        "file:///etc/passwd",
        "http://",
        "http://user:pw@host/v1",
        "http://host:99999/v1",
        "http://host/v1?x=1",
        "http://ho st/v1",
        "http://host\r\nX: y/v1",
        "javascript:alert(1)",
        "",
        "http://[::1/v1",
    ],
)
def test_what_is_no_address(url: str):
    with pytest.raises(WrongEndpointError):
        checked_endpoint(url, "m")


def test_a_key_travels_encrypted_or_stays_here():
    with pytest.raises(WrongEndpointError, match="unencrypted"):
        checked_endpoint("http://example.org/v1", "m", "KEY")
    for url in (
        "https://example.org/v1",
        "http://localhost:1/v1",
        "http://127.0.0.1/v1",
        "http://[::1]:8/v1",
    ):
        assert checked_endpoint(url + "/chat/completions", "m", "KEY").url == url
