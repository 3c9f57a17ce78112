"""Builds requests to MPS with Alibaba's own Python SDKs and writes them down.

    python -m venv venv && venv/bin/pip install alibabacloud_mpaas20201028 aliyun-python-sdk-core
    venv/bin/python make_mps_python_sdk.py > mps-python-sdk.json

Clock and nonce are stopped, and the HTTP call is replaced by one that keeps what would be sent; no
request leaves the machine. All names and keys are made up.

ACS3: the request is the SDK's own. Its newest version signs `accept` and `user-agent` too, which the
published rule leaves out; so the SDK's own function signs once more, over the published headers.
RPC: `aliyun-python-sdk-core` signs what its Java twin would send, that is without an empty
`SignatureType`; the form is the same.
"""
import importlib.metadata
import json

from alibabacloud_mpaas20201028 import models
from alibabacloud_mpaas20201028.client import Client
from alibabacloud_tea_openapi import models as openapi
from alibabacloud_tea_openapi.utils import Utils
from aliyunsdkcore.auth.algorithm import sha_hmac1
from aliyunsdkcore.auth.composer import rpc_signature_composer as rpc
from darabonba.core import DaraCore
from urllib.parse import parse_qsl

ID, SECRET, TOKEN = "LTAI5tMadeUpKeyId0001", "made+up/secret=", "made-up-token/+="
HOST, NOW, NONCE = "mpaas.aliyuncs.com", "2026-01-01T00:00:00Z", "00000000000000000000000000000001"
NOW_MS = 1767225600000

Utils.get_timestamp = staticmethod(lambda: NOW)
Utils.get_nonce = staticmethod(lambda: NONCE)
rpc.helper.get_iso_8061_date = lambda: NOW
rpc.helper.get_uuid = lambda: NONCE


class Stop(BaseException):
    pass


def keep(request, runtime=None):
    raise Stop(request)


DaraCore.do_action = staticmethod(keep)


class WithoutEmptyType(dict):
    def __setitem__(self, key, value):
        if key != "SignatureType":
            super().__setitem__(key, value)


TEXTS = [
    ("test", "hello mps"),
    ("测试 推送", "到账 1,000.00 元*~ 😀 a+b=c&d%e/f?"),
    ("  two  blanks ", "line\nbreak\ttab \"quoted\" \\ 'single' (x)!"),
]
IDS = ["user1024", "用户 1*~", "a+b/c=&d\"e"]
AD = "1fe792f00163100080a730300a19467a"
APP, WORKSPACE = "ONEX000000000001", "default"
JSON = json.dumps


def compact(value):
    return JSON(value, ensure_ascii=False, separators=(",", ":"))


def target(id, msg):
    return compact({id: msg})


def cases():
    """Call, message as send-test knows it, settings, and the SDK's request."""
    for n, (title, content) in enumerate(TEXTS):
        for kind, id in [("user", IDS[n]), ("device", AD)]:
            yield simple(kind, id, title, content, [])
    more = [
        ("NotifyType", "notify", "notify_type", None),
        ("PushAction", "1", "push_action", int),
        ("Uri", "app://open?x=1&名=值 *~", "uri", None),
        ("Silent", "0", "silent", int),
        ("PushStyle", "1", "push_style", int),
        ("Classification", "1", "classification", None),
        ("ChannelId", "channel 一", "channel_id", None),
        ("MiChannelId", "100001", "mi_channel_id", None),
        ("ThirdChannelCategory", '{ "hms": "7", "vivo": 1, "honor": "中" }', "third_channel_category", json.loads),
        ("NotifyLevel", '{"hms":2}', "notify_level", json.loads),
        ("ExtendedParams", '{"k 1": "v*~", "键": "值 😀", "big_text": 1}', "extended_params", None),
        ("StrategyType", "1", "strategy_type", int),
        ("StrategyContent", '{"fixedTime":1767229200000}', "strategy_content", None),
        ("TransparentMessagePayload", '{"hms":{"a":"b c"}}', "transparent_message_payload", None),
        ("TransparentMessageUrgency", "HIGH", "transparent_message_urgency", None),
        ("TaskName", "任务 *~", "task_name", None),
        ("TenantId", "EXAMPLE", "tenant_id", None),
        ("ExpiredSeconds", "300", "expired_seconds", int),
        ("ImageUrls", '{"defaultUrl":"https://a.example/x.png?y=1 2"}', "image_urls", None),
        ("SmsStrategy", "1", "sms_strategy", int),
        ("SmsSignName", "签名", "sms_sign_name", None),
    ]
    title, content = TEXTS[1]
    yield simple("user", IDS[1], title, content, more)
    # A timed push needs its time beside it.
    for one in (m for m in more if m[0] != "StrategyType"):
        yield simple("device", AD, "t", "c", [one])
    yield simple("device", "harmony-device", "t", "c", [("DeliveryType", "7", "delivery_type", int)])
    names = [("TemplateName", "模板 一", "template_name", None)]
    values = ("TemplateKeyValue", '{"name":"张三 *~","n":"1"}', "template_key_value", None)
    common = [m for m in more if m[0] in ("NotifyType", "Silent", "ThirdChannelCategory", "ExtendedParams", "ChannelId")]
    yield template("user", IDS[0], names + [values])
    yield template("device", AD, names + [values] + common)
    yield multiple("user", IDS[1], names, {})
    yield multiple(
        "device",
        AD,
        names + common,
        {"TemplateKeyValue": '{"name":"李四 *~"}', "ExtendedParams": '{"a": "b c"}'},
    )
    yield broadcast(names)
    yield broadcast(
        names
        + [values]
        + common
        + [
            ("AndroidChannel", "2", "android_channel", int),
            ("PushStatus", "0", "push_status", int),
            ("BindPeriod", "4", "bind_period", int),
            ("DeliveryType", "7", "delivery_type", int),
        ]
    )
    for kind, id in [("user", IDS[0]), ("user", IDS[2]), ("device", AD)]:
        request = models.PushQueryDeviceStateRequest(
            app_id=APP, workspace_id=WORKSPACE, target=id, target_type=2 if kind == "user" else 1
        )
        yield "state", {"kind": kind, "id": id}, [], "push_query_device_state", request
    request = models.RevokePushMessageRequest(
        app_id=APP, workspace_id=WORKSPACE, message_id=MSG, target_id=IDS[2]
    )
    yield "revoke", {"kind": "user", "id": IDS[2]}, [], "revoke_push_message", request
    request = models.RevokePushTaskRequest(app_id=APP, workspace_id=WORKSPACE, task_id="T 1")
    yield "revoke-task", {"id": "T 1"}, [], "revoke_push_task", request
    request = models.QueryPushAnalysisTaskDetailRequest(app_id=APP, workspace_id=WORKSPACE, task_id="T*2~")
    yield "task", {"id": "T*2~"}, [], "query_push_analysis_task_detail", request


MSG = "pd 1767225600000*0001"


def filled(request, settings):
    """What send-test adds by itself, then the settings."""
    request.app_id, request.workspace_id, request.task_name = APP, WORKSPACE, "pushdoctor"
    request.expired_seconds = 600
    for _, text, name, read in settings:
        setattr(request, name, read(text) if read else text)
    return request


def asked(settings):
    return [[name, text] for name, text, _, _ in settings]


def delivery(kind):
    return 3 if kind == "user" else 1


def simple(kind, id, title, content, settings):
    request = models.PushSimpleRequest(
        delivery_type=delivery(kind), title=title, content=content, target_msgkey=target(id, MSG)
    )
    message = {"kind": kind, "id": id, "title": title, "content": content}
    return "simple", message, asked(settings), "push_simple", filled(request, settings)


def template(kind, id, settings):
    request = models.PushTemplateRequest(delivery_type=delivery(kind), target_msgkey=target(id, MSG))
    return "template", {"kind": kind, "id": id}, asked(settings), "push_template", filled(request, settings)


def multiple(kind, id, settings, inner):
    one = models.PushMultipleRequestTargetMsg(
        target=id,
        msg_key=MSG,
        template_key_value=inner.get("TemplateKeyValue"),
        extended_params=inner.get("ExtendedParams"),
    )
    request = models.PushMultipleRequest(delivery_type=delivery(kind), target_msg=[one])
    settings_of = asked(settings) + [["TargetMsg.1." + k, v] for k, v in inner.items()]
    return "multiple", {"kind": kind, "id": id}, settings_of, "push_multiple", filled(request, settings)


def broadcast(settings):
    request = models.PushBroadcastRequest(delivery_type=1, msgkey=MSG)
    return "broadcast", {"kind": "everyone"}, asked(settings), "push_broadcast", filled(request, settings)


def sent(call, request, token):
    config = openapi.Config(
        access_key_id=ID, access_key_secret=SECRET, security_token=token, region_id="cn-hangzhou", endpoint=HOST
    )
    try:
        getattr(Client(config), call)(request)
    except Stop as stop:
        return stop.args[0]
    raise SystemExit("nothing was sent")


def signed_headers(headers):
    wanted = ("host", "content-type")
    return {k: v for k, v in headers.items() if k in wanted or k.startswith("x-acs-")}


def rpc_of(action, body, token):
    fields = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
    query = WithoutEmptyType(Action=action, Version="2020-10-28")
    if token:
        query["SecurityToken"] = token
    url, _ = rpc.get_signed_url(query, ID, SECRET, "JSON", "POST", fields, sha_hmac1)
    return url


def vectors():
    for token in (None, TOKEN):
        for call, message, settings, name, request in cases():
            made = sent(name, request, token)
            headers = dict(made.headers)
            headers.pop("Authorization")
            headers.pop("user-agent")
            payload = headers["x-acs-content-sha256"]
            made.headers = signed_headers(headers)
            authorization = Utils.get_authorization(made, "ACS3-HMAC-SHA256", payload, ID, SECRET)
            yield {
                "call": call,
                "message": message,
                "settings": settings,
                "sts": bool(token),
                "method": made.method,
                "path": made.pathname,
                "headers": sorted([k, v] for k, v in headers.items()),
                "body": made.body,
                "authorization": authorization,
                "rpc": rpc_of(headers["x-acs-action"], made.body, token),
            }


head = {
    "sdk": "alibabacloud_mpaas20201028 " + importlib.metadata.version("alibabacloud_mpaas20201028"),
    "core": "aliyun-python-sdk-core " + importlib.metadata.version("aliyun-python-sdk-core"),
    "id": ID,
    "secret": SECRET,
    "token": TOKEN,
    "host": HOST,
    "now_ms": NOW_MS,
    "nonce": NONCE,
    "app_id": APP,
    "workspace_id": WORKSPACE,
    "msg_id": MSG,
}
lines = [JSON(v, ensure_ascii=False) for v in vectors()]
print(JSON(head)[:-1] + ', "vectors": [')
print(",\n".join(lines))
print("]}")
