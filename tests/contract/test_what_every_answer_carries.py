"""Every answer carries the headers that protect its reader; every cookie is as strict as it can be."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import IntegrityError, OperationalError

from app.kit.web import HEADERS
from app.sprints import days
from tests.contract.every_route import routes
from tests.people_at_work import Browser, People, refused

PAGES = ["/", "/join", "/g/a-guide", "/g/a-guide/c/" + "0" * 26, "/g/a-guide/book", "/nothing.js"]


def guarded(answer: httpx.Response) -> None:
    """Whether an answer has the headers."""
    for name in HEADERS:
        assert name in answer.headers, f"{answer.request.url.path} lacks {name}"
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    for directive in policy.split(";"):
        if directive.strip().startswith("script-src"):
            assert directive.strip() == "script-src 'self'"
    assert "server" not in answer.headers


async def test_every_route_answers_with_them(people: People) -> None:
    fay = await people.start_guide()
    for route in routes():
        answer = await fay.request(route.method, route.at(slug=fay.slug))
        guarded(answer)
        if route.path.startswith("/api/"):
            assert answer.headers["cache-control"] == "no-store", str(route)


@pytest.mark.parametrize("path", [*PAGES, "/assets/nothing.js", "/api/nothing", "/%00"])
async def test_every_page_too(people: People, path: str) -> None:
    guarded(await (await people.browser()).get(path))


@pytest.mark.parametrize(
    "path",
    ["/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/" + "a" * 5000, "/assets/..%2f..%2fx", "/%ff"],
)
async def test_no_path_leads_out_of_the_interface(people: People, path: str) -> None:
    answer = await (await people.browser()).get(path)
    assert answer.status_code in {200, 404}
    assert "root:" not in answer.text
    guarded(answer)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("POST", "/api/nothing", 405),
        ("POST", "/api/guides/a/b/c/d", 405),
        ("DELETE", "/api/health", 405),
        ("GET", "/api/guides/a/chapters/", 404),
        ("PUT", "/", 405),
    ],
)
async def test_also_what_is_nowhere_is_a_sentence(
    people: People, method: str, path: str, status: int
) -> None:
    answer = await (await people.browser()).request(method, path)
    refused(answer, status)
    guarded(answer)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"title": "\\ud83d"}',
     b'{"title": NaN}', b'{"title":"x","days":1e999}'],
)  # fmt: skip
async def test_what_is_no_json_is_a_sentence(people: People, content: bytes) -> None:
    answer = await (await people.browser()).post(
        "/api/guides", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    refused(answer, answer.status_code)


async def test_a_megabyte_is_the_most_that_words_need(people: People) -> None:
    fay = await people.start_guide()
    problem = await fay.no(413, "POST", "chapters", json={"title": "x", "brief": "x" * 1_000_000})
    assert problem["code"] == "too_large"


@pytest.fixture
def broken(people: People, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Lets the application answer what it could not handle, as a real server does."""
    transport = httpx.ASGITransport(people._app, raise_app_exceptions=False)  # type: ignore[arg-type]
    monkeypatch.setattr(httpx, "ASGITransport", lambda *_, **__: transport)
    return monkeypatch


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("my secret"), 500, "server_error"),
        (IntegrityError("INSERT my secret", {}, Exception()), 409, "conflict"),
        (OperationalError("disk is full: my secret", {}, Exception()), 503, "unavailable"),
    ],
)
async def test_also_what_nobody_expected_is_a_sentence_without_secrets(
    people: People, broken: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    fay = await people.start_guide()

    async def fails(*_: object) -> None:
        raise error

    broken.setattr(days, "current", fails)
    answer = await fay.get(fay.at())
    assert refused(answer, status)["code"] == code
    assert "my secret" not in answer.text
    guarded(answer)


async def test_on_plain_http_the_cookie_is_as_strict_as_it_can_be(people: People) -> None:
    cookie = await joining(people, await people.browser())
    assert cookie.startswith("chapterhouse=")
    assert {"httponly", "path=/", "samesite=lax"} <= parts(cookie)
    assert "secure" not in parts(cookie)


async def test_over_https_the_cookie_belongs_to_this_host_alone(
    people: People, app: FastAPI
) -> None:
    app.state.settings.base_url = "https://guides.example.org"
    browser = await people.browser(Origin="https://guides.example.org")
    cookie = await joining(people, browser)
    assert cookie.startswith("__Host-chapterhouse=")
    assert {"httponly", "path=/", "samesite=lax", "secure"} <= parts(cookie)
    assert not any(part.startswith("domain") for part in parts(cookie))
    answer = await browser.get("/api/me")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    # A cookie of the plain name, which another host of the domain could set, opens nothing.
    other = await people.browser()
    other.headers["Cookie"] = cookie.partition(";")[0].removeprefix("__Host-")
    assert (await other.get("/api/me")).json()["person"] is None


async def test_the_cookie_of_a_question_is_strict_too(people: People) -> None:
    fay = await people.start_guide()
    link = (await fay.invite("writer"))["link"]
    answer = await (await people.browser()).join(link, "Fay", claim=fay.id)
    assert {"httponly", "samesite=strict", "path=/api/join"} <= parts(answer.headers["set-cookie"])


@pytest.mark.parametrize(
    "before", ['weird={"a": 1, [2]}; ', "x; ", "=; ", "a=b; a=c; ", 'q="unclosed; ', "é=ü; "]
)
async def test_the_cookies_of_others_do_not_hide_ours(people: People, before: str) -> None:
    fay = await people.start_guide()
    ours = "; ".join(f"{one.name}={one.value}" for one in fay.cookies.jar)
    answer = await (await people.browser()).get("/api/me", headers=cookie_header(before + ours))
    assert answer.json()["person"]["name"] == "Fay"


@pytest.mark.parametrize("value", ["", "x", "A" * 43, "A" * 9000, "\xff" * 43])
async def test_a_made_up_cookie_opens_nothing(people: People, value: str) -> None:
    header = cookie_header(f"chapterhouse={value}")
    answer = await (await people.browser()).get("/api/me", headers=header)
    assert answer.status_code == 200
    assert answer.json()["person"] is None


@pytest.mark.parametrize(
    ("host", "insecure"),
    [("127.0.0.1:8000", False), ("localhost", False), ("192.168.1.5:8000", True)],
)
async def test_who_can_be_read_along_with_is_told(
    people: People, host: str, insecure: bool
) -> None:
    browser = await people.browser(Host=host)
    assert (await browser.get(f"http://{host}/api/me")).json()["insecure"] is insecure


async def joining(people: People, browser: Browser) -> str:
    answer = await browser.post("/api/guides", json={"title": "x", "name": "Fay"})
    assert answer.status_code == 201, answer.text
    return answer.headers["set-cookie"]


def cookie_header(value: str) -> httpx.Headers:
    """A Cookie header with any bytes in it."""
    return httpx.Headers([(b"Cookie", value.encode("latin-1"))])


def parts(cookie: str) -> set[str]:
    return {part.strip().lower() for part in cookie.split(";")[1:]}


async def test_alive_and_ready(people: People) -> None:
    browser = await people.browser()
    for path in ("/api/health", "/api/ready"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
