"""The program without any configuration: what a newcomer meets first."""

import re
import shutil
import subprocess

import openai
import pytest

from conftest import SDK
from gateway import Gateway

MESSAGES = [{"role": "user", "content": "Say it again, Sam"}]
MODEL = "sluice/echo"


@pytest.fixture(scope="module")
def newcomer():
    running = Gateway()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def key(newcomer):
    """The key of the printed cURL line."""
    found = re.search(r"Bearer\s+([A-Za-z0-9._-]+)", newcomer.said)
    assert found, newcomer.said
    return found.group(1)


@pytest.fixture(params=["sync", "async"])
def echo(request, newcomer, key):
    return SDK(request.param, newcomer.url, key)


def test_the_printed_curl_line_works(newcomer):
    assert shutil.which("curl"), "curl is not installed: run dev/setup test"
    found = re.search(r"^.*?\b(curl\b(?:.*\\\n)*.*)$", newcomer.said, re.MULTILINE)
    assert found, newcomer.said
    run = subprocess.run(["sh", "-c", found.group(1)], capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, run.stderr
    assert "chat.completion" in run.stdout, f"{found.group(1)}\n{run.stdout}"


def test_a_plain_call_is_answered(echo):
    result = echo.call(lambda client: client.chat.completions.create(model=MODEL, messages=MESSAGES))
    assert "Sam" in result.choices[0].message.content
    assert result.choices[0].finish_reason == "stop"
    assert result.usage.prompt_tokens > 0 and result.usage.completion_tokens > 0
    assert result.usage.total_tokens == result.usage.prompt_tokens + result.usage.completion_tokens


def test_a_stream_is_answered_with_usage(echo):
    chunks = echo.collect(
        lambda client: client.chat.completions.create(
            model=MODEL, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(item.choices[0].delta.content or "" for item in chunks if item.choices)
    assert "Sam" in text
    assert len([item for item in chunks if item.choices and item.choices[0].delta.content]) > 1, "in several pieces"
    assert sum(1 for item in chunks if item.usage) == 1


def test_the_stream_and_the_plain_answer_say_the_same(echo):
    plain = echo.call(lambda client: client.chat.completions.create(model=MODEL, messages=MESSAGES))
    chunks = echo.collect(lambda client: client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True))
    text = "".join(item.choices[0].delta.content or "" for item in chunks if item.choices)
    assert text == plain.choices[0].message.content


def test_it_is_listed(echo):
    assert MODEL in [model.id for model in echo.collect(lambda client: client.models.list())]
    assert echo.call(lambda client: client.models.retrieve(MODEL)).id == MODEL


def test_it_needs_its_key(echo):
    with pytest.raises(openai.AuthenticationError):
        echo.with_("sk-wrong").call(lambda client: client.chat.completions.create(model=MODEL, messages=MESSAGES))
