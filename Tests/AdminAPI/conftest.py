import pytest

from client import Client
from gateway import PASSWORD, TOKEN, Gateway


@pytest.fixture
def client():
    """Of a gateway of its own that has an administrator, signed in with the token of the file."""
    with Gateway() as gateway:
        client = Client(gateway.address)
        client("setUp", body={"name": "admin", "password": PASSWORD}, headers={"authorization": f"Bearer {TOKEN}"})
        client.headers = {"authorization": f"Bearer {TOKEN}"}
        yield client
