"""Languages: direction, tags, and the few words a book says by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.exporting.printed_words import WORDS

_RTL = frozenset({"ar", "arc", "dv", "fa", "ha-arab", "he", "ku-arab", "ps", "ug", "ur", "yi"})
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "contents": "Contents", "part": "Part", "chapter": "Chapter", "contributors": "Written by",
        "facilitated": "Facilitated by", "licence": "License", "published": "Made with Chapterhouse",
        "note": "Note", "tip": "Tip", "warning": "Warning", "example": "Example",
        "cover": "Cover", "title_page": "Title page", "imprint": "About this book",
        "missing_chapter": "This chapter could not be set.",
        "missing_chapter_hint": "Its text is safe in the guide. The list of things to fix says what to change.",
        "by": "This book was written together by", "credit": "Picture", "start": "Start of the text",
    },
    "es": {
        "contents": "Índice", "part": "Parte", "chapter": "Capítulo", "contributors": "Escrito por",
        "facilitated": "Facilitado por", "licence": "Licencia", "published": "Hecho con Chapterhouse",
        "note": "Nota", "tip": "Consejo", "warning": "Atención", "example": "Ejemplo",
        "cover": "Cubierta", "title_page": "Portada", "imprint": "Sobre este libro",
        "missing_chapter": "No se pudo componer este capítulo.",
        "missing_chapter_hint": "Su texto está a salvo en la guía. La lista de cosas por corregir dice qué cambiar.",
        "by": "Este libro fue escrito en común por", "credit": "Imagen", "start": "Comienzo del texto",
    },
    "fr": {
        "contents": "Table des matières", "part": "Partie", "chapter": "Chapitre",
        "contributors": "Écrit par", "facilitated": "Animé par", "licence": "Licence",
        "published": "Réalisé avec Chapterhouse", "note": "Note", "tip": "Conseil",
        "warning": "Attention", "example": "Exemple", "cover": "Couverture",
        "title_page": "Page de titre", "imprint": "À propos de ce livre",
        "missing_chapter": "Ce chapitre n’a pas pu être composé.",
        "missing_chapter_hint": "Son texte est en sécurité dans le guide. La liste des corrections dit quoi changer.",
        "by": "Ce livre a été écrit ensemble par", "credit": "Image", "start": "Début du texte",
    },
    "pt": {
        "contents": "Sumário", "part": "Parte", "chapter": "Capítulo", "contributors": "Escrito por",
        "facilitated": "Facilitado por", "licence": "Licença", "published": "Feito com Chapterhouse",
        "note": "Nota", "tip": "Dica", "warning": "Atenção", "example": "Exemplo", "cover": "Capa",
        "title_page": "Folha de rosto", "imprint": "Sobre este livro",
        "missing_chapter": "Este capítulo não pôde ser composto.",
        "missing_chapter_hint": "O texto está seguro no guia. A lista do que corrigir diz o que mudar.",
        "by": "Este livro foi escrito em conjunto por", "credit": "Imagem", "start": "Início do texto",
    },
    "de": {
        "contents": "Inhalt", "part": "Teil", "chapter": "Kapitel", "contributors": "Geschrieben von",
        "facilitated": "Begleitet von", "licence": "Lizenz", "published": "Gemacht mit Chapterhouse",
        "note": "Hinweis", "tip": "Tipp", "warning": "Achtung", "example": "Beispiel",
        "cover": "Umschlag", "title_page": "Titelseite", "imprint": "Über dieses Buch",
        "missing_chapter": "Dieses Kapitel konnte nicht gesetzt werden.",
        "missing_chapter_hint": "Sein Text ist im Buchprojekt sicher. Die Liste der Korrekturen sagt, was zu ändern ist.",
        "by": "Dieses Buch haben gemeinsam geschrieben:", "credit": "Bild", "start": "Textbeginn",
    },
    "ru": {
        "contents": "Содержание", "part": "Часть", "chapter": "Глава", "contributors": "Авторы",
        "facilitated": "Ведущие", "licence": "Лицензия", "published": "Сделано в Chapterhouse",
        "note": "Примечание", "tip": "Совет", "warning": "Внимание", "example": "Пример",
        "cover": "Обложка", "title_page": "Титульный лист", "imprint": "Об этой книге",
        "missing_chapter": "Эту главу не удалось сверстать.",
        "missing_chapter_hint": "Её текст сохранён. Что исправить, сказано в списке исправлений.",
        "by": "Эту книгу вместе написали", "credit": "Изображение", "start": "Начало текста",
    },
    "ar": {
        "contents": "المحتويات", "part": "الجزء", "chapter": "الفصل", "contributors": "كتبه",
        "facilitated": "تيسير", "licence": "الرخصة", "published": "أُنجز باستخدام Chapterhouse",
        "note": "ملاحظة", "tip": "نصيحة", "warning": "تنبيه", "example": "مثال", "cover": "الغلاف",
        "title_page": "صفحة العنوان", "imprint": "عن هذا الكتاب",
        "missing_chapter": "تعذّر تنضيد هذا الفصل.",
        "missing_chapter_hint": "نصّه محفوظ في الدليل، وقائمة ما ينبغي إصلاحه تذكر ما يجب تغييره.",
        "by": "كتب هذا الكتاب معًا", "credit": "الصورة", "start": "بداية النص",
    },
    "hi": {
        "contents": "विषय-सूची", "part": "भाग", "chapter": "अध्याय", "contributors": "लेखक",
        "facilitated": "संचालन", "licence": "लाइसेंस", "published": "Chapterhouse से बनी",
        "note": "टिप्पणी", "tip": "सुझाव", "warning": "चेतावनी", "example": "उदाहरण",
        "cover": "आवरण", "title_page": "शीर्षक पृष्ठ", "imprint": "इस पुस्तक के बारे में",
        "missing_chapter": "यह अध्याय तैयार नहीं हो सका।",
        "missing_chapter_hint": "इसका पाठ सुरक्षित है। सुधार की सूची बताती है कि क्या बदलना है।",
        "by": "यह पुस्तक इन्होंने मिलकर लिखी", "credit": "चित्र", "start": "पाठ का आरंभ",
    },
    "zh": {
        "contents": "目录", "part": "部分", "chapter": "章", "contributors": "作者",
        "facilitated": "主持", "licence": "许可协议", "published": "使用 Chapterhouse 制作",
        "note": "说明", "tip": "提示", "warning": "注意", "example": "示例", "cover": "封面",
        "title_page": "书名页", "imprint": "关于本书", "missing_chapter": "本章未能排版。",
        "missing_chapter_hint": "文字保存完好，待修正列表说明了需要修改之处。",
        "by": "本书由以下各位共同写成", "credit": "图片", "start": "正文开始",
    },
}  # fmt: skip


def base(language: str) -> str:
    """The language without script and region: "zh-Hans" → "zh"."""
    return language.lower().split("-")[0]


def direction(language: str) -> str:
    """ "rtl" or "ltr"."""
    return "rtl" if base(language) in _RTL or language.lower() in _RTL else "ltr"


def tag(language: str) -> str:
    """A well-formed BCP 47 tag with the usual letter case; "en" for what is none."""
    if not _TAG.fullmatch(language.lower()):
        return "en"
    parts = language.lower().split("-")
    return "-".join([parts[0], *map(_cased, parts[1:])])


def _cased(part: str) -> str:
    """Scripts in title case, regions in capitals."""
    return part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part


def script(language: str) -> str | None:
    """The ISO 15924 script of Chinese, where a face's glyphs depend on it."""
    low = language.lower()
    if base(low) != "zh":
        return None
    return "hant" if any(word in low for word in ("hant", "tw", "hk", "mo")) else "hans"


def words(language: str) -> Mapping[str, str]:
    """The words a book says by itself in its language; English where nobody translated them yet."""
    own = base(language)
    return _WORDS["en"] | WORDS["en"] | _WORDS.get(own, {}) | WORDS.get(own, {})
