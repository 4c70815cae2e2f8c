"""A short chapter in other scripts, for the gallery: enough to see how lines, lists and boxes are set."""

from __future__ import annotations

from datetime import date

from app.exporting.book import Book, ChapterText, Contributor
from app.manuscript.tree import Node, Text

_TEXTS = {
    "ar": (
        "لننظّم أنفسنا", "دليل لمن يعملون في المدينة", "ابدأ بحديث",
        "كل حملة نجحت بدأت بشخصين يتحدثان. تستطيع البرامج أن توصل رسالة إلى ألف هاتف، لكنها لا تسمع الصمت الذي يسبق قول الحقيقة. هذا الدليل عن الأدوات الرقمية، ونصيحته الأولى أن نستعملها للدخول في الأحاديث لا للهروب منها.",
        "ما الغاية من الأدوات", "تكسب الأداة مكانها حين تفعل واحدًا من ثلاثة أمور",
        ("تجد من لا تصل إليهم بطريقة أخرى", "تتذكر ما كنت ستنساه", "تنقل القرار إلى الجميع في اللحظة نفسها"),
        "جرّب هاتف أقل الناس حماسة في الغرفة أولًا.",
    ),
    "hi": (
        "साथ मिलकर संगठन", "शहर में काम करने वालों के लिए एक मार्गदर्शिका", "बातचीत से शुरुआत",
        "हर अभियान जो सफल हुआ, दो लोगों की बातचीत से शुरू हुआ। सॉफ़्टवेयर एक संदेश हज़ार फ़ोनों तक पहुँचा सकता है, लेकिन वह उस ठहराव को नहीं सुन सकता जो किसी के सच कहने से पहले आता है। यह मार्गदर्शिका डिजिटल साधनों के बारे में है, और इसकी पहली सलाह यह है कि उनका उपयोग बातचीत में उतरने के लिए किया जाए।",
        "साधन किस काम के हैं", "कोई साधन तब काम का है जब वह तीन में से एक काम करे",
        ("उन लोगों तक पहुँचे जिन तक आप नहीं पहुँच पाते", "वह याद रखे जो आप भूल जाते", "एक निर्णय सब तक एक साथ पहुँचाए"),
        "सबसे पहले उस व्यक्ति का फ़ोन आज़माएँ जो सबसे कम उत्साही है।",
    ),
    "zh": (
        "一起组织起来", "写给在城市里工作的人", "从一次谈话开始",
        "每一次成功的行动，都是从两个人的谈话开始的。软件可以把一条消息送到一千部手机上，却听不见有人说出真话之前的那一刻沉默。这本指南讲的是数字工具，而它的第一条建议是：用工具走进谈话，而不是逃离谈话。",
        "工具有什么用", "一件工具只要做到下面三件事之一，就值得使用",
        ("找到你用别的办法找不到的人", "记住你会忘记的事", "把一个决定同时告诉所有人"),
        "先在屋里最不热心的那个人的手机上试一试。",
    ),
}  # fmt: skip

LANGUAGES = tuple(_TEXTS)


def specimen(language: str) -> Book:
    """A book of two chapters in the language."""
    title, subtitle, chapter, text, heading, before, items, tip = _TEXTS[language]

    def line(kind: str, words: str, **attrs: object) -> Node:
        return Node(kind, dict(attrs), (Text(words),))

    points = tuple(Node("listItem", {}, (line("paragraph", item),)) for item in items)
    tree = Node(
        "doc",
        {},
        (
            line("paragraph", text),
            line("heading", heading, level=2),
            line("paragraph", before + ("：" if language == "zh" else ":")),
            Node("bulletList", {}, points),
            line("paragraph", text),
            Node("callout", {"kind": "tip"}, (line("paragraph", tip),)),
            line("heading", chapter, level=2),
            line("paragraph", text),
        ),
    )
    return Book(
        title=title, subtitle=subtitle, language=language, licence="CC BY-SA 4.0",
        identifier="specimen", made=date(2026, 11, 22), region="",
        chapters=[ChapterText("one", chapter, tree), ChapterText("two", heading, tree)],
        contributors=[Contributor("Ana Ruiz", "facilitator"), Contributor("Maria Chen", "writer")],
    )  # fmt: skip
