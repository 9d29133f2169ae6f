"""What a provider keeps, with the OpenAI SDK: ids carry their provider, and every later call finds it."""

import io
import json

import openai
import pytest

from gateway import Gateway
from openai_objects import Objects
from routes import Routed

KEY = "sk-of-the-app"
OTHER_KEY = "sk-of-the-other"
MEDIA = bytes(range(256)) * 40 + b"\r\n--boundary\r\n"

CONFIGURATION = """
server: {{ health: {{ failures: 1000 }} }}
providers:
  {providers}
models:
  gpt: {{ targets: [one/gpt-5], retry: {{ attempts: 0 }} }}
  film: {{ type: image, targets: [one/sora-2], retry: {{ attempts: 0 }} }}
consumers:
  app: {{ keys: [env:APP_KEY] }}
  {consumers}
"""


def started(server, *names, consumers=""):
    rows = [f"{name}: {{ kind: openai, url: {server.root}/{name}/v1, keys: [env:KEY_{name.upper()}] }}" for name in names]
    environment = {"APP_KEY": KEY, "OTHER_KEY": OTHER_KEY, **{f"KEY_{name.upper()}": f"sk-{name}" for name in names}}
    return Gateway(CONFIGURATION.format(providers="\n  ".join(rows), consumers=consumers), environment)


@pytest.fixture(scope="module")
def server():
    running = Routed()
    for name in ("one", "two"):
        Objects(running, name, f"sk-{name}")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def nothing_wrong_arrived(server):
    server.faults.clear()
    yield
    assert not server.faults, server.faults[0]


@pytest.fixture(scope="module")
def gateway(server):
    running = started(server, "one")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pair(server):
    running = started(server, "one", "two")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def divided(server):
    """A gateway with two consumers."""
    running = started(server, "one", consumers="other: { keys: [env:OTHER_KEY] }")
    yield running
    running.stop()


def sdk(running, key=KEY):
    return openai.OpenAI(base_url=running.url, api_key=key, max_retries=0, timeout=20)


@pytest.fixture
def client(gateway):
    with sdk(gateway) as made:
        yield made


@pytest.fixture
def clients(pair):
    """Of a gateway with two accounts: a client that names none, and one for each."""
    with sdk(pair) as made:
        yield made, *(made.with_options(default_headers={"x-sluice-provider": name}) for name in ("one", "two"))


@pytest.fixture
def file(client):
    return client.files.create(file=("a.bin", MEDIA), purpose="user_data")


def test_a_file_is_kept_and_read_byte_for_byte(client, file):
    assert file.id.endswith("~one") and file.filename == "a.bin" and file.bytes == len(MEDIA)
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == MEDIA
    with client.files.with_streaming_response.content(file.id) as response:
        assert b"".join(response.iter_bytes()) == MEDIA


def test_a_large_file_arrives_whole(client):
    data = MEDIA * 800
    made = client.files.create(file=("large.bin", io.BytesIO(data)), purpose="user_data")
    assert client.files.content(made.id).read() == data


def test_a_deleted_file_is_not_found(client, file):
    deleted = client.files.delete(file.id)
    assert deleted.id == file.id and deleted.deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_files_are_listed_page_by_page(client):
    made = [client.files.create(file=(f"{number}", b"x"), purpose="user_data").id for number in range(5)]
    listed = [item.id for item in client.files.list(limit=2)]
    assert listed[-5:] == made
    assert len(set(listed)) == len(listed)


def test_an_upload_in_parts_becomes_a_file(client):
    upload = client.uploads.create(bytes=len(MEDIA), filename="a.bin", mime_type="text/plain", purpose="user_data")
    parts = [client.uploads.parts.create(upload.id, data=data).id for data in (MEDIA[:999], MEDIA[999:])]
    assert upload.id.endswith("~one") and all(part.endswith("~one") for part in parts)
    whole = client.uploads.complete(upload.id, part_ids=parts)
    assert client.files.content(whole.file.id).read() == MEDIA


def lines(*models):
    return "\n".join(json.dumps({
        "custom_id": str(number), "method": "POST", "url": "/v1/chat/completions",
        "body": {"model": model, "messages": [{"role": "user", "content": "Grüße"}]}}) for number, model in enumerate(models)).encode()


def test_a_batch_file_names_models_of_the_gateway(client, server):
    made = client.files.create(file=("lines.jsonl", lines("gpt", "gpt-5", "gpt")), purpose="batch")
    assert client.files.content(made.id).read() == lines("gpt-5", "gpt-5", "gpt-5")
    batch = client.batches.create(input_file_id=made.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert batch.input_file_id == made.id


def test_a_batch_file_with_an_unknown_model_is_refused(client):
    with pytest.raises(openai.BadRequestError) as raised:
        client.files.create(file=("lines.jsonl", lines("gpt", "nothing")), purpose="batch")
    assert raised.value.param == "body.model" and "line 2" in raised.value.message
    with pytest.raises(openai.BadRequestError) as raised:
        client.files.create(file=("lines.jsonl", b"{}\n{"), purpose="batch")
    assert "line 2" in raised.value.message


def test_a_batch_names_its_files(client, file):
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"team": "a"})
    assert batch.input_file_id == file.id and batch.metadata == {"team": "a"}
    assert client.batches.retrieve(batch.id) == batch
    assert client.files.content(batch.output_file_id).read() == b"{}\n"
    assert batch.id in [item.id for item in client.batches.list()]
    assert client.batches.cancel(batch.id).status == "cancelled"


def test_a_fine_tuning_job(client, file):
    job = client.fine_tuning.jobs.create(model="gpt-4.1-nano", training_file=file.id)
    assert job.id.endswith("~one") and job.training_file == file.id
    assert client.fine_tuning.jobs.retrieve(job.id) == job
    assert [event.message for event in client.fine_tuning.jobs.list_events(job.id)] == ["began"]
    assert job.id in [item.id for item in client.fine_tuning.jobs.list(limit=1)]
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"


def test_a_stored_response(client):
    first = client.responses.create(model="gpt", input="hi", store=True)
    assert first.id.endswith("~one") and first.output_text == "seen"
    second = client.responses.create(model="gpt", input="and?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    assert client.responses.retrieve(second.id).id == second.id
    assert [item.id for item in client.responses.input_items.list(first.id)] == ["msg_0"]
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)


def test_a_stored_response_is_read_as_a_stream(client):
    made = client.responses.create(model="gpt", input="hi", background=True)
    with client.responses.retrieve(made.id, stream=True) as stream:
        events = list(stream)
    assert [event.type for event in events] == ["response.created", "response.output_text.delta", "response.completed"]
    assert {event.response.id for event in events if hasattr(event, "response")} == {made.id}
    assert events[-1].response.output_text == "seen"


def test_a_background_response_is_cancelled(client):
    made = client.responses.create(model="gpt", input="hi", background=True)
    assert made.status == "queued"
    assert client.responses.cancel(made.id).status == "cancelled"


def test_a_response_reads_a_kept_file(client, file):
    content = [{"type": "input_file", "file_id": file.id}, {"type": "input_text", "text": "?"}]
    made = client.responses.create(model="gpt", input=[{"role": "user", "content": content}])
    assert made.output_text == "seen"


@pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")
@pytest.mark.parametrize("reference", [None, ("frame.png", MEDIA, "image/png")])
def test_a_video(client, reference):
    options = {"input_reference": reference} if reference else {}
    video = client.videos.create(model="film", prompt="a cat", seconds="4", **options)
    assert video.id.endswith("~one")
    assert client.videos.retrieve(video.id).progress == 100
    assert client.videos.download_content(video.id).read() == (MEDIA if reference else b"\0mp4\xff")
    assert video.id in [item.id for item in client.videos.list(limit=1)]
    remix = client.videos.remix(video.id, prompt="two cats")
    assert remix.remixed_from_video_id == video.id
    assert client.videos.delete(video.id).deleted


def test_a_vector_store(client, file):
    store = client.vector_stores.create(name="docs", file_ids=[file.id])
    assert store.id.endswith("~one")
    attached = client.vector_stores.files.create(store.id, file_id=file.id)
    assert (attached.id, attached.vector_store_id) == (file.id, store.id)
    [found] = client.vector_stores.search(store.id, query="where?")
    assert found.file_id.endswith("~one") and found.content[0].text == "here"
    assert store.id in [item.id for item in client.vector_stores.list()]
    assert client.vector_stores.retrieve(store.id).id == store.id
    assert client.vector_stores.delete(store.id).deleted


def test_each_object_stays_with_its_provider(clients):
    client, one, two = clients
    files = [one.files.create(file=("a", b"1"), purpose="batch"), two.files.create(file=("b", b"2"), purpose="batch")]
    assert [file.id.rpartition("~")[2] for file in files] == ["one", "two"]
    assert [client.files.content(file.id).read() for file in files] == [b"1", b"2"]
    batch = client.batches.create(input_file_id=files[1].id, endpoint="/v1/responses", completion_window="24h")
    assert batch.id.endswith("~two")
    assert client.batches.retrieve(batch.id).output_file_id == "file-two-out~two"


def test_an_upload_that_names_no_provider_is_refused(clients):
    with pytest.raises(openai.BadRequestError) as raised:
        clients[0].files.create(file=("a", b"1"), purpose="batch")
    assert raised.value.param == "provider" and "x-sluice-provider" in raised.value.message


def test_lists_go_on_from_provider_to_provider(clients):
    client, one, two = clients
    for number in range(3):
        one.files.create(file=(f"one-{number}", b"1"), purpose="batch")
        two.files.create(file=(f"two-{number}", b"2"), purpose="batch")
    whole = [file.id for file in client.files.list(limit=100)]
    assert whole == [file.id for file in one.files.list(limit=100)] + [file.id for file in two.files.list(limit=100)]
    for limit in (1, 2, 7):
        assert [file.id for file in client.files.list(limit=limit)] == whole


def test_an_id_of_another_provider_is_refused_for_a_model(clients):
    file = clients[2].files.create(file=("b", b"2"), purpose="user_data")
    with pytest.raises(openai.BadRequestError):
        clients[0].responses.create(
            model="gpt", input=[{"role": "user", "content": [{"type": "input_file", "file_id": file.id}]}])


def test_objects_of_two_providers_do_not_mix(clients):
    client, one, two = clients
    ids = [made.files.create(file=("b", b"2"), purpose="user_data").id for made in (one, two)]
    with pytest.raises(openai.BadRequestError):
        client.vector_stores.create(name="docs", file_ids=ids)


# Several consumers


@pytest.fixture
def two(divided):
    with sdk(divided) as one, sdk(divided, OTHER_KEY) as other:
        yield one, other


def test_each_consumer_sees_its_own(two):
    made = []
    for client in two:
        file = client.files.create(file=("lines.jsonl", lines("gpt")), purpose="batch")
        batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
        assert file.id.endswith("~one") and batch.input_file_id == file.id
        assert client.files.content(batch.output_file_id).read() == b"{}\n"
        assert [item.id for item in client.batches.list()] == [batch.id]
        assert [item.id for item in client.files.list(purpose="batch", limit=1)] == [file.id]
        made.append((file, batch))
    for client, (file, batch) in zip(reversed(two), made):
        for call in (
            lambda: client.files.retrieve(file.id), lambda: client.files.content(file.id), lambda: client.files.delete(file.id),
            lambda: client.batches.retrieve(batch.id), lambda: client.batches.cancel(batch.id),
            lambda: client.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"),
            lambda: client.fine_tuning.jobs.create(model="gpt-4.1-nano", training_file=file.id),
            lambda: client.files.list(after=file.id),
        ):
            with pytest.raises(openai.NotFoundError) as raised:
                call()
            assert raised.value.code == "unknown_object"
    for client, (file, batch) in zip(two, made):
        assert client.batches.cancel(batch.id).status == "cancelled"
        assert client.files.delete(file.id).deleted
        assert file.id not in [item.id for item in client.files.list()]


def test_pages_of_ones_own(two):
    client, other = two
    made = []
    for number in range(5):
        made.insert(0, client.files.create(file=(f"{number}", b"x"), purpose="user_data").id)
        other.files.create(file=(f"{number}", b"x"), purpose="user_data")
    for limit in (1, 2, 5, 100):
        assert [item.id for item in client.files.list(purpose="user_data", limit=limit)] == made
    assert [item.id for item in client.files.list(purpose="user_data", order="asc", limit=2)] == made[::-1]


def test_a_conversation_goes_on_for_its_own_consumer(two):
    client, other = two
    first = client.responses.create(model="gpt", input="hi", store=True)
    assert client.responses.create(model="gpt", input="and?", previous_response_id=first.id).previous_response_id == first.id
    with client.responses.retrieve(first.id, stream=True) as stream:
        assert next(iter(stream)).response.id == first.id
    for call in (
        lambda: other.responses.create(model="gpt", input="and?", previous_response_id=first.id),
        lambda: other.responses.retrieve(first.id),
        lambda: other.responses.retrieve(first.id, stream=True),
        lambda: other.responses.delete(first.id),
    ):
        with pytest.raises(openai.NotFoundError):
            call()


def test_a_file_is_of_use_to_its_own_consumer(two):
    client, other = two
    file = client.files.create(file=("a", b"1"), purpose="user_data")
    content = [{"type": "input_file", "file_id": file.id}, {"type": "input_text", "text": "?"}]
    for caller, raised in ((client, None), (other, openai.NotFoundError)):
        def call():
            return caller.responses.create(model="gpt", input=[{"role": "user", "content": content}])
        if raised is None:
            assert call().output_text == "seen"
            store = caller.vector_stores.create(name="docs", file_ids=[file.id])
            assert caller.vector_stores.files.create(store.id, file_id=file.id).id == file.id
            assert [item.id for item in caller.vector_stores.list()] == [store.id]
        else:
            with pytest.raises(raised):
                call()
            with pytest.raises(raised):
                caller.vector_stores.create(name="docs", file_ids=[file.id])
            assert list(caller.vector_stores.list()) == []
