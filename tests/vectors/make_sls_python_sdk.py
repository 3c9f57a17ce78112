"""Signs requests with Alibaba's own Python SDK for the log service and writes them down.

    python -m venv venv && venv/bin/pip install aliyun-log-python-sdk
    venv/bin/python make_sls_python_sdk.py > sls-python-sdk.json

The SDK's clock is stopped, and its HTTP call is replaced by one that keeps what would be sent; no
request leaves the machine. All names and keys are made up.
"""
import datetime
import json

import aliyun.log
from aliyun.log import GetHistogramsRequest, LogClient, auth
from aliyun.log.version import __version__

ID, SECRET, TOKEN = "LTAI5tMadeUpKeyId0001", "made+up/secret=", "made-up-token/+="
REGION = "cn-test"
FROZEN = datetime.datetime(2026, 5, 28, 20, 26, 40)


class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return FROZEN


class Stop(Exception):
    pass


auth.datetime = Clock
QUERIES = [
    "*",
    "alipay.client.yunpushcore.device.report",
    '("alipay.client.yunpushcore.device.report") and "user-1_2:3%4"',
    'content:"推送 失败" and not code:"80300007"',
    'a&b=c+d/e?f#g~h*i "\\"quoted\\""',
]


def vectors():
    for version in ("v1", "v4"):
        for token in (None, TOKEN):
            for endpoint in ("cn-test.log.example.com", "http://127.0.0.2"):
                for call in ("logs-v2", "logs-v1", "histogram"):
                    for query in QUERIES:
                        yield one(version, token, endpoint, call, query)


def one(version, token, endpoint, call, query):
    client = LogClient(endpoint, ID, SECRET, securityToken=token, auth_version=version, region=REGION)
    kept = {}

    def keep(method, url, params, body, headers, respons_body_type="json"):
        kept.update(method=method, params=params, body=body, headers=dict(headers))
        raise Stop

    sent = client._send

    def send(method, project, body, resource, params, headers, *rest, **named):
        kept["path"] = resource
        return sent(method, project, body, resource, params, headers, *rest, **named)

    client._send = send
    client._sendRequest = keep
    try:
        if call == "histogram":
            client.get_histograms(GetHistogramsRequest("my-project", "gateway", 1780000000, 1780003600, "", query))
        else:
            client._get_logs_v2_enabled = call == "logs-v2"
            client.get_log("my-project", "gateway", 1780000000, 1780003600, query=query, size=100, offset=200)
    except Stop:
        pass
    headers = kept["headers"]
    authorization = headers.pop("Authorization")
    # It is set after the signature is made.
    if version == "v1":
        headers.pop("x-log-date", None)
    body = kept["body"]
    return {
        "sign": version,
        "call": call,
        "method": kept["method"],
        "path": kept["path"],
        "query": [[k, str(v)] for k, v in (kept["params"] or {}).items()],
        "headers": [[k, str(v)] for k, v in headers.items() if k.lower() != "user-agent"],
        "body": body.decode() if body else "",
        "authorization": authorization,
    }


head = {"sdk": "aliyun-log-python-sdk " + __version__, "region": REGION, "id": ID, "secret": SECRET}
lines = [json.dumps(v, ensure_ascii=False) for v in vectors()]
print(json.dumps(head)[:-1] + ', "vectors": [')
print(",\n".join(lines))
print("]}")
