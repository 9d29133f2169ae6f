import time

import openai
import pytest

from conftest import OTHER_KEY
from upstream import CLOSE, HANG, answer, chunk, completion, error, events

MESSAGES = [{"role": "user", "content": "hi"}]


def create(model="chat", **members):
    return lambda client: client.chat.completions.create(model=model, messages=MESSAGES, **members)


def failure(kind, sdk, make):
    with pytest.raises(kind) as raised:
        sdk.call(make)
    assert type(raised.value) is kind
    return raised.value


def test_a_wrong_key_is_an_authentication_error(sdk, upstream):
    raised = failure(openai.AuthenticationError, sdk.with_("sk-wrong"), create())
    assert raised.status_code == 401
    assert raised.code == "invalid_api_key"
    assert raised.request_id
    assert not upstream.requests


def test_a_key_of_the_provider_is_no_key_of_the_gateway(sdk):
    failure(openai.AuthenticationError, sdk.with_("sk-of-the-provider"), create())


def test_a_forbidden_model_is_a_permission_error(sdk, upstream):
    raised = failure(openai.PermissionDeniedError, sdk.with_(OTHER_KEY), create())
    assert raised.code == "model_not_allowed"
    assert not upstream.requests


def test_an_unknown_model_is_not_found(sdk, upstream):
    raised = failure(openai.NotFoundError, sdk, create("chatt"))
    assert raised.code == "model_not_found"
    assert raised.param == "model"
    assert "chat" in raised.message
    assert not upstream.requests


def test_an_unknown_path_is_not_found(sdk):
    raised = failure(openai.NotFoundError, sdk, lambda client: client.evals.retrieve("eval-1"))
    assert raised.code == "unknown_path"


def test_a_request_that_the_gateway_cannot_read_is_a_bad_request(sdk, upstream):
    raised = failure(openai.BadRequestError, sdk, create(7))
    assert raised.param == "model"
    assert raised.type == "invalid_request_error"
    assert not upstream.requests


@pytest.mark.parametrize("status, kind", [
    (400, openai.BadRequestError), (409, openai.ConflictError), (422, openai.UnprocessableEntityError),
])
@pytest.mark.parametrize("stream", [False, True])
def test_what_the_provider_refuses_is_passed_on(sdk, upstream, status, kind, stream):
    upstream.will(error(status, "temperature is too high", param="temperature", code="too_hot"))
    raised = failure(kind, sdk, create(stream=stream))
    assert "temperature is too high" in raised.message
    assert raised.param == "temperature"
    assert raised.code == "too_hot"


def test_a_busy_provider_is_a_rate_limit_error(sdk, upstream):
    upstream.will(error(429, "slow down", headers={"retry-after": "30"}))
    raised = failure(openai.RateLimitError, sdk, create("limited"))
    assert raised.type == "rate_limit_error"
    assert 25 <= int(raised.response.headers["retry-after"]) <= 30


def test_the_sdk_waits_as_the_provider_asks(sdk, upstream):
    upstream.will(error(429, headers={"retry-after": "1"}), answer(completion({"content": "later"})))
    result = sdk.with_(max_retries=3).call(create("limiting-briefly"))
    assert result.choices[0].message.content == "later"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_provider_is_an_internal_server_error(sdk, upstream, status):
    upstream.will(error(status, "the GPU is on fire"))
    raised = failure(openai.InternalServerError, sdk, create())
    assert raised.status_code == status
    assert "the GPU is on fire" in raised.message


def test_a_provider_that_refuses_its_key_is_no_authentication_error(sdk, upstream):
    upstream.will(error(401, "bad key sk-of-the-provider"))
    raised = failure(openai.InternalServerError, sdk, create("refusing"))
    assert raised.status_code == 502
    assert raised.code == "provider_auth_failed"
    assert "sk-of-the-provider" not in str(raised)


def test_a_provider_that_hangs_is_a_gateway_timeout(sdk, upstream):
    upstream.will([HANG])
    raised = failure(openai.InternalServerError, sdk, create("slow"))
    assert raised.status_code == 504
    assert raised.code == "provider_timeout"


def test_a_provider_that_hangs_up_is_a_bad_gateway(sdk, upstream):
    upstream.will([CLOSE])
    assert failure(openai.InternalServerError, sdk, create()).status_code == 502


def broken(sdk, **members):
    with pytest.raises(openai.APIError) as raised:
        sdk.collect(create(stream=True, **members))
    return raised.value


def test_a_stream_that_is_cut_raises(sdk, upstream):
    upstream.will(events(chunk({"content": "x"}), done=False, cut=True))
    raised = broken(sdk)
    assert type(raised) is openai.APIError
    assert raised.message


def test_a_stream_without_a_finish_reason_raises(sdk, upstream):
    upstream.will(events(chunk({"content": "x"})))
    assert type(broken(sdk)) is openai.APIError


def test_an_error_in_a_stream_raises_with_its_message(sdk, upstream):
    upstream.will(events(chunk({"content": "x"}), {"error": {"message": "out of memory", "code": "oom"}}))
    assert "out of memory" in broken(sdk).message


def test_an_error_before_any_content_has_a_status(sdk, upstream):
    upstream.will(events(chunk({"role": "assistant", "content": ""}), {"error": {"message": "out of memory"}}))
    assert type(broken(sdk)) is openai.InternalServerError


def test_a_client_that_gives_up_frees_the_provider(sdk, upstream):
    upstream.will([HANG])
    failure(openai.APITimeoutError, sdk.with_(timeout=0.3), create())
    deadline = time.monotonic() + 10
    while upstream.abandoned == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert upstream.abandoned == 1
