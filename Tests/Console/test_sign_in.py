"""The login page with an OpenID Connect provider, which is a real one, on another host than the console."""

import oidc_provider_mock
import pytest

from conftest import REAL, SHOTS

pytestmark = pytest.mark.skipif(not REAL, reason="needs the program, named in SLUICE")

WORDS = {
    "en": {"with": "Sign in with Company login", "role": "Your account has no role here. Ask an administrator."},
    "zh": {"with": "使用 Company login 登录", "role": "您的账号在此没有角色，请联系管理员。"},
}

SETTINGS = """
server:
  admin:
    oidc:
      issuer: {issuer}
      clientID: sluice
      clientSecret: of-the-tests
      name: Company login
      roles: {{ administrator: [admins] }}
      passwords: {passwords}
"""


@pytest.fixture(scope="module")
def issuer():
    people = [
        oidc_provider_mock.User(sub="u-eve", claims={"email": "eve@example.com", "email_verified": True, "groups": ["admins"]}),
        oidc_provider_mock.User(sub="u-bob", claims={"groups": ["guests"]}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.mark.parametrize("language,width,passwords", [("en", 1440, "allow"), ("zh", 390, "refuse")])
def test_a_person_of_the_provider_signs_in(new_console, issuer, language, width, passwords):
    console, words = new_console(is_empty=True, settings=SETTINGS.format(issuer=issuer, passwords=passwords)), WORDS[language]
    page = console.open(width=width, language=language, user=None)
    button = page.get_by_role("button", name=words["with"], exact=True)
    assert page.locator("input[type=password]").count() == (1 if passwords == "allow" else 0)
    page.screenshot(path=SHOTS / f"sign-in-{language}-{width}.png")

    def sign_in(subject):
        button.click()
        page.wait_for_url(issuer + "/**")
        page.evaluate(SUBMIT, subject)
        page.wait_for_url(console.address + "**")

    sign_in("u-bob")
    page.locator(".fault:visible", has_text=words["role"]).wait_for()
    page.screenshot(path=SHOTS / f"sign-in-refused-{language}-{width}.png")
    assert page.url == console.address

    sign_in("u-eve")
    page.wait_for_selector("nav", state="attached")
    assert page.evaluate("fetch('api/v1/session').then((answer) => answer.json())")["user"]["name"] == "eve@example.com"
    page.reload()
    page.wait_for_selector("nav", state="attached")


# The provider's page has a button for each person, or a field.
SUBMIT = """subject => {
  const form = document.createElement('form')
  form.method = 'post'
  const field = document.createElement('input')
  field.name = 'sub'
  field.value = subject
  form.append(field)
  document.body.append(form)
  form.submit()
}"""
