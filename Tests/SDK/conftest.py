"""What every test stands on: a scripted provider, a gateway in front of it, and the SDK, sync and async."""

import asyncio

import openai
import pytest

from gateway import Gateway
from upstream import Upstream

KEY = "sk-of-the-app"
OTHER_KEY = "sk-of-the-other"

# Errors cool a provider's key or target down, so each kind of failure has a provider of its own.
CONFIGURATION = """
server:
  health: {{ failures: 1000 }}
providers:
  main: {{ kind: openai-compatible, url: {url}, keys: [env:UP_KEY] }}
  limited: {{ kind: openai-compatible, url: {url} }}
  limiting-briefly: {{ kind: openai-compatible, url: {url} }}
  refusing: {{ kind: openai-compatible, url: {url}, keys: [env:UP_KEY] }}
models:
  chat: {{ targets: [main/up-chat], retry: {{ attempts: 0 }} }}
  remembered: {{ targets: [main/up-chat], retry: {{ attempts: 0 }}, cache: {{ ttl: 1h }} }}
  embed: {{ type: embedding, targets: [main/up-embed], retry: {{ attempts: 0 }} }}
  limited: {{ targets: [limited/x], retry: {{ attempts: 0 }} }}
  limiting-briefly: {{ targets: [limiting-briefly/x], retry: {{ attempts: 0 }} }}
  refusing: {{ targets: [refusing/x], retry: {{ attempts: 0 }} }}
  slow: {{ targets: [main/slow], retry: {{ attempts: 0 }}, timeouts: {{ headers: 200ms }} }}
consumers:
  app: {{ keys: [env:APP_KEY] }}
  other: {{ keys: [env:OTHER_KEY], models: [embed] }}
"""


class SDK:
    """The same calls with the sync or the async client."""

    def __init__(self, mode, url, key=KEY, **options):
        self.is_async = mode == "async"
        self._make = lambda: (openai.AsyncOpenAI if self.is_async else openai.OpenAI)(
            base_url=url, api_key=key, **{"max_retries": 0, "timeout": 20, **options}
        )
        self._mode, self._url = mode, url

    def call(self, make):
        """The result of one call."""
        if not self.is_async:
            with self._make() as client:
                return make(client)

        async def run():
            async with self._make() as client:
                return await make(client)

        return asyncio.run(run())

    def collect(self, make):
        """Every item of a stream."""
        if not self.is_async:
            with self._make() as client:
                return list(make(client))

        async def run():
            async with self._make() as client:
                result = make(client)
                stream = await result if hasattr(result, "__await__") else result
                return [item async for item in stream]

        return asyncio.run(run())

    def final(self, make):
        """What the streaming helper has put together at the end, and its events."""
        if not self.is_async:
            with self._make() as client, make(client) as stream:
                events = list(stream)
                return stream.get_final_completion(), events

        async def run():
            async with self._make() as client, make(client) as stream:
                events = [event async for event in stream]
                return await stream.get_final_completion(), events

        return asyncio.run(run())

    def with_(self, key=KEY, **options):
        return SDK(self._mode, self._url, key, **options)


@pytest.fixture(scope="session")
def provider():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def gateway(provider):
    running = Gateway(
        CONFIGURATION.format(url=provider.url),
        {"UP_KEY": "sk-of-the-provider", "APP_KEY": KEY, "OTHER_KEY": OTHER_KEY},
    )
    yield running
    running.stop()


@pytest.fixture
def upstream(provider):
    """The provider, with nothing recorded."""
    provider.will([])
    return provider


@pytest.fixture(params=["sync", "async"])
def sdk(request, gateway):
    return SDK(request.param, gateway.url)
