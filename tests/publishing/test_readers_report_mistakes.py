"""A reader without an account reports a mistake; what is accepted stands on the page and is a task."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.publishing import reporting
from tests.people_at_work import Browser, People
from tests.publishing.published import a_guide, at, publish


async def report(reader: Browser, fay: Browser, **form: str) -> Any:
    return await reader.post(at(fay, "report"), data=form)


async def test_a_report_becomes_an_erratum_and_a_task(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    reader = await people.browser()
    sent = await report(
        reader, fay, chapter="your-rights", text="It is Section 8.\r\nSee there.", name=" Zoe "
    )
    assert (sent.status_code, sent.headers["location"]) == (303, at(fay, "?thanks#report."))
    assert "Thank you" in (await reader.get(at(fay, "?thanks"))).text
    assert (await fay.yes("GET", "publication"))["unread"] == 1
    [found] = (await fay.yes("GET", "reports"))["items"]
    assert (found["text"], found["name"], found["chapter"], found["status"], found["edition"]) == (
        "It is Section 8.\nSee there.", "Zoe", "Your rights", "new", 1
    )  # fmt: skip
    page = (await reader.get(at(fay))).text
    assert "Section 8" not in page, "nobody sees it before it is accepted"
    problem = await fay.no(422, "POST", f"reports/{found['id']}", json={"accept": True})
    assert problem["code"] == "erratum_missing"
    done = await fay.yes(
        "POST",
        f"reports/{found['id']}",
        json={"accept": True, "erratum": "It is Section 8, not 7."},
    )
    assert done["status"] == "accepted"
    page = (await reader.get(at(fay))).text
    assert (
        '<a href="book/your-rights.html" dir="auto">Your rights</a>: <span dir="auto">It is Section 8, not 7.'
        in page
    )
    assert "Zoe" not in page
    [task] = (await fay.yes("GET", "tasks"))["items"]
    assert (task["id"], task["note"]) == (done["task_id"], "It is Section 8.\nSee there.")
    assert task["title"] == "A reader found a mistake: It is Section 8, not 7."
    assert task["chapter_id"] == found["chapter_id"]
    # The next edition has put it right.
    await publish(fay)
    assert "Section 8" not in (await reader.get(at(fay))).text


async def test_what_is_declined_is_seen_by_nobody(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    reader = await people.browser()
    await report(reader, fay, text="Buy my book")
    [found] = (await fay.yes("GET", "reports"))["items"]
    done = await fay.yes("POST", f"reports/{found['id']}", json={"accept": False, "erratum": "x"})
    assert (done["status"], done["erratum"], done["task_id"]) == ("declined", "", None)
    assert "Buy my book" not in (await reader.get(at(fay))).text
    assert (await fay.yes("GET", "tasks"))["items"] == []
    maria = await people.join("writer", "Maria")
    await maria.no(403, "GET", "reports")
    await maria.no(403, "POST", f"reports/{found['id']}", json={"accept": True, "erratum": "x"})


async def test_what_cannot_be_taken_stays_in_the_form(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    reader = await people.browser()
    for text, says in (("", "a few words"), (" \u200b\n", "a few words"), ("?!", "a few words"),
                       ("x" * 2001, "more briefly")):  # fmt: skip
        answer = await report(reader, fay, text=text, name="<b>Zoe", chapter="your-rights")
        assert answer.status_code == 422
        assert says in answer.text
        assert 'value="&lt;b&gt;Zoe"' in answer.text
        assert '<option value="your-rights" selected>' in answer.text
    assert (await fay.yes("GET", "reports"))["items"] == []


async def test_hostile_words_are_words(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    reader = await people.browser()
    nasty = "</textarea><script>owned()</script>{{ 7*7 }}\x00\x1b"
    await report(reader, fay, text=nasty, name=nasty, chapter="../../etc/passwd", other=nasty)
    [found] = (await fay.yes("GET", "reports"))["items"]
    assert found["page"] == ""
    assert "\x00" not in found["text"] + found["name"]
    await fay.yes("POST", f"reports/{found['id']}", json={"accept": True, "erratum": found["text"]})
    page = (await reader.get(at(fay))).text
    assert "{{ 7*7 }}" in page
    assert "<script" not in page


async def test_nobody_reports_a_hundred_in_a_row(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    reader = await people.browser()
    answers = [(await report(reader, fay, text=f"Mistake {n}")) for n in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 2
    assert "Mistake 6</textarea>" in answers[-1].text
    assert "ten minutes" in answers[-1].text


async def test_a_guide_takes_no_more_than_somebody_can_read(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST_UNREAD", 2)
    fay = await a_guide(people)
    await publish(fay)
    answers = [await report(await people.browser(), fay, text=f"M{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "many reports" in answers[-1].text


def form(kind: str) -> dict[str, str]:
    return {"Content-Type": kind}


BODIES: list[dict[str, Any]] = [
    {"content": b"\xff\xfe=%%%", "headers": form("application/x-www-form-urlencoded")},
    {"content": b"{}", "headers": form("application/json")},
    {"content": b"x", "headers": form("multipart/form-data")},
    {"content": b"x", "headers": form("multipart/form-data; boundary=a")},
    {"files": {"text": ("x.txt", b"x" * 100)}},
    {"data": {f"f{n}": "x" for n in range(50)}},
    {"data": {"text": "x" * 1_100_000}},
]


async def test_what_is_no_form_is_answered_in_words(people: People) -> None:
    fay = await a_guide(people)
    await publish(fay)
    for body in BODIES:
        answer = await (await people.browser()).post(at(fay, "report"), **body)
        assert answer.status_code in {413, 422, 429}, body
    assert (await fay.yes("GET", "reports"))["items"] == []


async def test_only_a_published_guide_takes_reports_and_only_from_its_own_page(
    people: People,
) -> None:
    fay = await a_guide(people)
    reader = await people.browser()
    assert (await report(reader, fay, text="x")).status_code == 404
    made = await publish(fay)
    other = await reader.post(
        at(fay, "report"), data={"text": "x"}, headers={"Origin": "https://evil.example"}
    )
    assert other.status_code == 403
    # With `no-referrer` a browser would say that its own form came from nowhere.
    page = await reader.get(at(fay))
    assert page.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<form(?! method=\"post\" action=\"report\")", page.text)
    await fay.yes("POST", f"editions/{made['id']}/withdraw")
    assert (await report(reader, fay, text="x")).status_code == 410
