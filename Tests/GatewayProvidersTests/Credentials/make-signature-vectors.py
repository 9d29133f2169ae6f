#!/usr/bin/env python3
"""Prints requests that botocore signed, one JSON object a line: make-signature-vectors.py [COUNT [SEED]]

The fixture: python3 make-signature-vectors.py 60 > ../../Fixtures/Credentials/signature-v4.jsonl
Needs botocore (pip install botocore). The keys are made up.
"""
import datetime
import json
import random
import string
import sys
from urllib.parse import quote
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 60
RANDOM = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 4)

MODELS = [
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
    "us.amazon.nova-pro-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
    "openai.gpt-oss-120b-1:0",
    "a model + é/../x",
]


def text(alphabet, low, high):
    return "".join(RANDOM.choice(alphabet) for _ in range(RANDOM.randint(low, high)))


def path():
    kind = RANDOM.random()
    if kind < 0.6:
        return "/model/" + quote(RANDOM.choice(MODELS), safe="-._~") + RANDOM.choice(["/converse", "/converse-stream"])
    if kind < 0.7:
        return RANDOM.choice(["/", "", "//a//b/", "/a/./b/../c", "/a/..", "/..", "/a/b/."])
    return "".join("/" + quote(text(string.printable[:94] + "äß€😀", 1, 12), safe="-._~") for _ in range(RANDOM.randint(1, 4)))


def query():
    if RANDOM.random() < 0.5:
        return ""
    pairs = []
    for _ in range(RANDOM.randint(1, 5)):
        name = quote(text("abAB01-_.~ &=ü/", 1, 3), safe="-._~")
        value = quote(text("abAB01-_.~ &=ü/+", 0, 6), safe="-._~")
        pairs.append(name + "=" + value if RANDOM.random() < 0.9 else name)
    return "?" + "&".join(pairs)


def headers():
    result = []
    if RANDOM.random() < 0.5:
        result.append(("Content-Type", "application/json"))
    if RANDOM.random() < 0.3:
        result.append(("X-Amz-Target", text(string.ascii_letters + ". ", 3, 20)))
    if RANDOM.random() < 0.3:
        result.append(("My-Header", "  a   b " + text("xyz ", 0, 9)))
    return result


def vector():
    time = RANDOM.randint(0, 4102444800)
    region = RANDOM.choice(["us-east-1", "eu-central-1", "ap-southeast-2"])
    service = RANDOM.choice(["bedrock", "bedrock", "bedrock", "sts"])
    host = RANDOM.choice([f"{service}-runtime.{region}.amazonaws.com", "vpce-1.example.com:8443"])
    method = RANDOM.choice(["POST", "POST", "POST", "GET", "DELETE"])
    target = path() + query()
    body = "" if method != "POST" else json.dumps({"text": text(string.printable + "äß€😀", 0, 80)}, ensure_ascii=False)
    access = "AKID" + text(string.ascii_uppercase + string.digits, 16, 16)
    secret = text(string.ascii_letters + string.digits + "/+", 40, 40)
    token = text(string.ascii_letters + string.digits + "/+=", 60, 200) if RANDOM.random() < 0.4 else None
    extra = headers()
    request = AWSRequest(method=method, url="https://" + host + target, data=body.encode(), headers=dict(extra))
    digest = RANDOM.random() < 0.2
    signer = botocore.auth.SigV4Auth(Credentials(access, secret, token), service, region)
    if digest:
        request.headers["X-Amz-Content-SHA256"] = signer.payload(request)
    now = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: now.replace(tzinfo=None)):
        signer.add_auth(request)
    return {
        "method": method, "host": host, "target": target, "headers": extra, "body": body, "accessKey": access,
        "secretKey": secret, "sessionToken": token, "region": region, "service": service, "unixTime": time,
        "sendsBodyDigest": digest, "date": request.headers["X-Amz-Date"],
        "authorization": request.headers["Authorization"],
    }


for _ in range(COUNT):
    print(json.dumps(vector(), ensure_ascii=False))
