"""Sign-in to the console by a real OpenID Connect provider, as a browser does it."""

import html
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request

import oidc_provider_mock
import pytest

from gateway import Gateway

CONFIGURATION = """
server:
  admin:
    oidc:
      issuer: {issuer}
      clientID: sluice
      clientSecret: env:OIDC_SECRET
      name: Company login
      roles: {{ administrator: [platform admins], viewer: [staff], teamAdministrator: {{ leads: mobile }} }}
teams:
  mobile: {{}}
providers:
  echo: {{ kind: echo }}
consumers:
  app: {{ keys: [env:APP_KEY], team: mobile }}
"""

PEOPLE = [
    ("u-eve", {"email": "eve@example.com", "email_verified": True, "groups": ["platform admins"]}),
    ("u-bob", {"email": "bob@example.com", "groups": ["staff", "platform"]}),
    ("u-lea", {"email": "lea@example.com", "email_verified": True, "groups": ["leads"]}),
    ("u-eva", {"email": "eva@example.com", "email_verified": True, "groups": ["platform", "admins"]}),
]


class Redirect(urllib.request.HTTPRedirectHandler):
    """Lets the test see each step."""

    def redirect_request(self, *_):
        return None


class Browser:
    """A browser without scripts: cookies and redirects."""

    def __init__(self, gateway):
        self.base = f"http://127.0.0.1:{gateway.admin_port}"
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), Redirect)

    def open(self, url, form=None):
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            return self._opener.open(urllib.parse.urljoin(self.base, url), data, timeout=20)
        except urllib.error.HTTPError as answer:
            return answer

    def go(self, url, form=None):
        """Where the answer sends the browser."""
        answer = self.open(url, form)
        assert answer.status == 302, (answer.status, answer.read())
        return urllib.parse.urljoin(url, answer.headers["location"])

    def sign_in(self, subject):
        """→ the answer that the provider sends back, not followed yet."""
        page = self.go(f"{self.base}/api/v1/session/oidc")
        return self.go(page, {"sub": subject})

    def user(self):
        answer = self.open("/api/v1/session")
        if answer.status != 200:
            return None
        return json.loads(answer.read())["user"]


@pytest.fixture(scope="module")
def provider():
    people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def gateway(provider):
    running = Gateway(CONFIGURATION.format(issuer=provider), {"OIDC_SECRET": "s3cret", "APP_KEY": "sk-of-the-app"})
    yield running
    running.stop()


@pytest.fixture
def browser(gateway):
    return Browser(gateway)


@pytest.mark.parametrize(
    "subject, name, role, team",
    [
        ("u-eve", "eve@example.com", "administrator", None),
        ("u-bob", "u-bob", "viewer", None),
        ("u-lea", "lea@example.com", "team-administrator", "mobile"),
    ],
)
def test_the_groups_of_the_provider_give_the_role(browser, subject, name, role, team):
    home = browser.go(browser.sign_in(subject))
    assert home == browser.base + "/"
    user = browser.user()
    assert (user["name"], user["role"], user["team"]) == (name, role, team)
    assert browser.open("/config").status == (200 if role != "team-administrator" else 403)


def test_who_has_no_group_of_ours_stays_outside(browser, gateway):
    assert browser.go(browser.sign_in("u-eva")) == f"{browser.base}/?signIn=role"
    assert browser.user() is None
    assert "no role: 'groups' is 'platform', 'admins'" in gateway.said


def test_another_browser_cannot_end_the_sign_in(browser, gateway):
    back = browser.sign_in("u-eve")
    other = Browser(gateway)
    assert other.go(back) == f"{other.base}/?signIn=expired"
    assert other.user() is None
    state = re.sub(r"state=[^&]+", "state=AAAA", back)
    assert browser.go(state) == f"{browser.base}/?signIn=expired"


def test_a_code_comes_once(browser, gateway):
    back = browser.sign_in("u-eve")
    kept = {cookie.name: cookie for cookie in browser.cookies}["sluice_signin"]
    assert browser.go(back) == browser.base + "/"
    thief = Browser(gateway)
    thief.cookies.set_cookie(kept)
    assert thief.go(back) == f"{thief.base}/?signIn=failed"
    assert thief.user() is None
    assert "the issuer does not take the code" in gateway.said


def test_who_says_no_at_the_provider_is_told_so(browser):
    page = browser.go(f"{browser.base}/api/v1/session/oidc")
    back = browser.go(page, {"sub": "u-eve", "action": "deny"})
    # This provider forgets the state when it says no.
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(page).query)["state"][0]
    assert browser.go(f"{back}&state={state}") == f"{browser.base}/?signIn=cancelled"


def test_signing_out_ends_the_session_here_and_at_the_provider(browser, provider):
    browser.go(browser.sign_in("u-eve"))
    csrf = json.loads(browser.open("/api/v1/session").read())["csrf"]
    request = urllib.request.Request(
        f"{browser.base}/api/v1/session", method="DELETE", headers={"x-sluice-csrf": csrf})
    answer = browser._opener.open(request, timeout=20)
    assert answer.status == 200
    assert browser.user() is None
    assert not list(browser.cookies), list(browser.cookies)
    page = urllib.parse.urlsplit(json.loads(answer.read())["location"])
    assert f"{page.scheme}://{page.netloc}" == provider
    query = urllib.parse.parse_qs(page.query)
    assert query["client_id"] == ["sluice"]
    assert query["id_token_hint"][0].count(".") == 2
    shown = browser.open(page.geturl())
    assert shown.status == 200
    # The provider's page asks, and goes on to where we have asked it to.
    redirect = re.search(r'name="redirect_uri" value="([^"]+)"', shown.read().decode()).group(1)
    back = browser.go(f"{provider}/oauth2/end_session/confirm", {"redirect_uri": html.unescape(redirect)})
    assert browser.go(back) == browser.base + "/"
    assert browser.user() is None


def test_no_secret_is_in_the_log(gateway, browser):
    back = browser.sign_in("u-eve")
    browser.go(back)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    for secret in ["s3cret", code, *(cookie.value for cookie in browser.cookies)]:
        assert secret not in gateway.said
