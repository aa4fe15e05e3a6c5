"""Sets up a Doorcode for tests of its API: fills in the console's own forms, as a browser without JavaScript does.

Reads the URL, and the email and password of an owner, from its arguments; prints what a client needs to know, as JSON.
"""

import json
import re
import sys
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

CALLBACK = "https://acme.example/callback"


class Form:
    """A form of a page, with what its fields hold."""

    def __init__(self, attributes):
        self.name = attributes.get("aria-label", "")
        self.action = attributes.get("action", "")
        self.buttons = set()
        self.values = {}


class Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.textarea = None
        self.select = None
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append(Form(attributes))
            self.inside = True
        if not self.inside:
            return
        form, name = self.found[-1], attributes.get("name")
        if tag == "button":
            form.buttons.add(attributes.get("aria-label", ""))
        elif tag == "textarea" and name:
            self.textarea = name
            form.values[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            form.values[self.select] = attributes.get("value", "")
        elif tag == "input" and name:
            choice = attributes.get("type") in ("radio", "checkbox")
            if not choice or "checked" in attributes:
                form.values[name] = attributes.get("value", "")

    def handle_data(self, data):
        if self.textarea:
            self.found[-1].values[self.textarea] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            # HTML leaves out the first line feed of a textarea.
            values = self.found[-1].values
            values[self.textarea] = values[self.textarea].removeprefix("\n")
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


class Console:
    """A browser without JavaScript at the console."""

    def __init__(self, url):
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path, values=None):
        """Opens a page, or sends a form; answers where that led to, and the page there."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        data = None if values is None else urlencode(values).encode()
        with self.opener.open(Request(urljoin(self.url, path), data, headers)) as answer:
            return answer.geturl(), answer.read().decode()

    def submit(self, path, name, /, **changes):
        """Fills in the form of that name on a page, and sends it; what is not named keeps its value."""
        _, page = self.open(path)
        form = next(form for form in Forms(page).found if name == form.name or name in form.buttons)
        url, page = self.open(form.action, {**form.values, **{f"form[{field}]": value for field, value in changes.items()}})
        if "<title>Error: " in page:
            sys.exit(f"the form {name} was refused")
        return url, page


def shown_once(page, words):
    """A secret that a page shows once, after these words."""
    return re.search(re.escape(words) + r".*?<code[^>]*>([^<]+)<", page, re.DOTALL)[1]


def register(console, name, kind):
    """Registers an application with both connections and a callback URL."""
    url, page = console.submit("/applications/new", "Register application", name=name, kind=kind)
    application = {"client_id": url.rstrip("/").rsplit("/", 1)[1]}
    if kind == "regular_web":
        application["client_secret"] = shown_once(page, "Copy the client secret now")
    path = f"/applications/{application['client_id']}"
    for method in ("SMS", "Email"):
        console.submit(path, method)
    console.submit(path, "Application settings", callbacks=CALLBACK)
    return application


def main(url, email, password):
    console = Console(url)
    console.open("/login", {"email": email, "password": password})
    console.submit("/settings", "Email provider", provider="outbox")
    console.submit("/connections/passwordless/sms", "SMS settings", provider="outbox")
    console.submit("/connections/passwordless/email", "Email settings", **{"from": "Acme <hello@acme.example>"})
    applications = [register(console, "Acme Wallet", "regular_web"), register(console, "Acme Kiosk", "spa")]
    for method in ("SMS", "Email"):
        console.submit("/connections/passwordless", method)
    _, page = console.submit("/settings", "New API token", name="schemathesis", outbox_read="true")
    token = shown_once(page, "Copy the token")
    print(json.dumps({"applications": applications, "callback": CALLBACK, "token": token}))


main(*sys.argv[1:])
