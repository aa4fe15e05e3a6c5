"""What schemathesis cannot make up: applications that exist, codes that were sent, tokens that count.

It changes some of the requests so that they get further than the first check. Which ones depends on what they say and on how many there
were before, so a run with the same seed is the same run.
"""

import base64
import json
import os
from hashlib import sha256
from itertools import count
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import schemathesis

URL = os.environ["DOORCODE_TEST_URL"]
SEEDED = json.loads(os.environ["DOORCODE_TEST_SEEDED"])
CALLS = count()
OTP = "http://auth0.com/oauth/grant-type/passwordless/otp"


class Stay(HTTPRedirectHandler):
    """Goes nowhere: a callback URL is somebody else's."""

    def redirect_request(self, *_):
        return None


opener = build_opener(Stay)


def ask(path, *, fields=None, body=None, **headers):
    """One request of ours; answers status, headers and body."""
    data = None
    if fields is not None:
        data = urlencode(fields).encode()
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        answer = opener.open(Request(URL + path, data, headers))
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def authorization(token):
    return f"Bearer {token}"


class Signing:
    """Signs users in, each request as another user from another network."""

    def __init__(self, application, number, address):
        self.application = application
        self.email = f"user{number}@acme.example"
        self.phone_number = f"+1555{number % 10_000_000:07}"
        self.address = {"X-Forwarded-For": address}

    def start(self, connection, send="code"):
        """Has a message sent, and reads it in the outbox."""
        to = self.email if connection == "email" else self.phone_number
        recipient = {"email": to} if connection == "email" else {"phone_number": to}
        params = {"authParams": {"redirect_uri": SEEDED["callback"], "scope": "openid offline_access"}} if send == "link" else {}
        asked = {**self.application, "connection": connection, "send": send, **recipient, **params}
        status, _, body = ask("/passwordless/start", body=asked, **self.address)
        assert status == 200, f"/passwordless/start answers {status}: {body}"
        query = urlencode({"to": to})
        status, _, body = ask(f"/api/outbox?{query}", Authorization=authorization(SEEDED["token"]))
        assert status == 200, f"/api/outbox answers {status}: {body}"
        return json.loads(body)

    def tokens(self, scope="openid profile email offline_access"):
        message = self.start("email")
        fields = {"grant_type": OTP, "realm": "email", "username": self.email, "otp": message["code"], "scope": scope}
        status, _, body = ask("/oauth/token", fields={**self.application, **fields}, **self.address)
        assert status == 200, f"/oauth/token answers {status}: {body}"
        return json.loads(body)

    def authorization_code(self):
        link = urlsplit(self.start("email", "link")["link"])
        verification_code = parse_qs(link.query)["verification_code"][0]
        status, headers, body = ask(link.path, fields={"verification_code": verification_code}, Origin=URL, **self.address)
        assert status == 303, f"{link.path} answers {status}: {body}"
        return parse_qs(urlsplit(headers["Location"]).query)["code"][0]


def fill_in_client(body, application):
    """Names an application that exists, and proves that it is the one."""
    body.pop("client_secret", None)
    body.update(application)


def fill_in_grant(body, signing, number):
    """Puts something into a token request that is worth tokens, or a code that is wrong."""
    grant = body.get("grant_type")
    if grant == OTP:
        realm = "sms" if number % 3 == 0 else "email"
        username = signing.phone_number if realm == "sms" else signing.email
        code = signing.start(realm)["code"]
        body.update(realm=realm, username=username, otp=code[::-1] if number % 5 == 0 else code)
        body["scope"] = body.get("scope") if number % 2 else "openid offline_access"
    elif grant == "authorization_code":
        body.update(code=signing.authorization_code(), redirect_uri=SEEDED["callback"])
        body.pop("code_verifier", None)
    elif grant == "refresh_token":
        body.update(refresh_token=signing.tokens()["refresh_token"])
    # Left out, not null: a form has no null.
    for name in [name for name, value in body.items() if value is None]:
        del body[name]


@schemathesis.hook
def before_call(context, case, kwargs):
    # Where an answer leads to is an answer of somebody else.
    kwargs["allow_redirects"] = False
    said = json.dumps([next(CALLS), case.operation.label, case.query, case.body, case.media_type], default=str, sort_keys=True)
    digest = sha256(said.encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:6], "big")
    chance = digest[7]
    address = f"10.{digest[8]}.{digest[9]}.{digest[10]}"
    # Each from a network of its own, or the limits would answer most of them.
    case.headers["X-Forwarded-For"] = address
    application = SEEDED["applications"][digest[11] % 2]
    signing = Signing(application, number, address)
    path, body = case.operation.path, case.body
    fields = isinstance(body, dict)

    if path in ("/passwordless/start", "/oauth/token", "/oauth/revoke"):
        # What schemathesis makes up for this is wrong anyway, and would be asked before the body is looked at.
        if chance < 230:
            case.headers.pop("Authorization", None)
        if fields and chance < 200:
            fill_in_client(body, application)
    if path == "/oauth/token" and fields and chance < 100:
        fill_in_grant(body, signing, number)
    if path == "/oauth/revoke" and fields and chance < 60:
        body["token"] = signing.tokens()["refresh_token"]
    if path == "/userinfo" and chance < 200:
        scope = "openid profile email" if chance < 150 else "email"
        case.headers["Authorization"] = authorization(signing.tokens(scope)["access_token"])
    if path == "/authorize":
        case.query = dict(case.query or {})
        if chance < 220 and "client_id" in case.query:
            case.query["client_id"] = application["client_id"]
        if chance < 180:
            case.query["redirect_uri"] = SEEDED["callback"]
    if path == "/passwordless/verify_redirect" and case.method == "POST" and fields and chance < 100:
        link = signing.start("email", "link")["link"]
        body["verification_code"] = parse_qs(urlsplit(link).query)["verification_code"][0]
    if case.method == "POST" and path in ("/authorize", "/passwordless/verify_redirect") and chance < 230:
        case.headers["Origin"] = URL
    if path == "/api/outbox":
        case.query = dict(case.query or {})
        if chance < 230:
            case.headers["Authorization"] = authorization(SEEDED["token"])
        # A recipient to whom nothing was sent, or a moment that is yet to come, is waited for ten seconds.
        if any(letter.isdigit() or letter == "@" for letter in str(case.query.get("to", ""))):
            case.query["to"] = signing.start("email")["to"]
        if any(letter.isdigit() for letter in str(case.query.get("after", ""))):
            case.query["after"] = "0"
