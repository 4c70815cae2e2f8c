"""Printed words: what the pages of a book say by themselves, beside what `languages` has.

`#` stands for a number or a page.
"""

from __future__ import annotations

_NAMES = (
    "on_page", "figure", "table", "figures", "tables", "glossary", "index", "permissions",
    "calendar", "directory", "notes", "about_sprint", "people", "edition", "see", "where", "when",
    "made_how", "in_chapter", "cards", "web", "days", "chapters", "written_words", "people_count",
)  # fmt: skip

_LINES: dict[str, tuple[str, ...]] = {
    "en": (
        "p. #", "Figure #", "Table #", "Figures", "Tables", "Glossary", "Index", "Permissions",
        "Calendar", "Directory", "Notes", "About this sprint", "Who made this book", "Edition #",
        "see", "Where", "When",
        "Written together with Chapterhouse, set in # with Typst.", "In this chapter", "Scan to open",
        "Links", "Days", "Chapters", "Words", "People",
    ),
    "es": (
        "pág. #", "Figura #", "Tabla #", "Figuras", "Tablas", "Glosario", "Índice alfabético",
        "Permisos", "Calendario", "Directorio", "Apuntes", "Sobre este sprint",
        "Quién hizo este libro", "Edición #", "véase", "Dónde", "Cuándo",
        "Escrito en común con Chapterhouse, compuesto en # con Typst.", "En este capítulo",
        "Escanear para abrir",
        "Enlaces", "Días", "Capítulos", "Palabras", "Personas",
    ),
    "fr": (
        "p. #", "Figure #", "Tableau #", "Figures", "Tableaux", "Glossaire", "Index", "Autorisations",
        "Calendrier", "Répertoire", "Notes", "À propos de ce sprint", "Qui a fait ce livre",
        "Édition #", "voir", "Où", "Quand",
        "Écrit ensemble avec Chapterhouse, composé en # avec Typst.", "Dans ce chapitre",
        "Scanner pour ouvrir",
        "Liens", "Jours", "Chapitres", "Mots", "Personnes",
    ),
    "pt": (
        "p. #", "Figura #", "Tabela #", "Figuras", "Tabelas", "Glossário", "Índice remissivo",
        "Permissões", "Calendário", "Diretório", "Anotações", "Sobre este sprint",
        "Quem fez este livro", "Edição #", "ver", "Onde", "Quando",
        "Escrito em conjunto com Chapterhouse, composto em # com Typst.", "Neste capítulo",
        "Digitalizar para abrir",
        "Ligações", "Dias", "Capítulos", "Palavras", "Pessoas",
    ),
    "de": (
        "S. #", "Abbildung #", "Tabelle #", "Abbildungen", "Tabellen", "Glossar", "Register",
        "Genehmigungen", "Kalender", "Verzeichnis", "Notizen", "Über diesen Sprint",
        "Wer dieses Buch gemacht hat", "#. Ausgabe", "siehe", "Wo", "Wann",
        "Gemeinsam geschrieben mit Chapterhouse, gesetzt aus der # mit Typst.", "In diesem Kapitel",
        "Zum Öffnen scannen",
        "Links", "Tage", "Kapitel", "Wörter", "Menschen",
    ),
    "ru": (
        "с. #", "Рис. #", "Таблица #", "Иллюстрации", "Таблицы", "Словарь", "Указатель", "Разрешения",
        "Календарь", "Справочник", "Для заметок", "Об этом спринте", "Кто сделал эту книгу",
        "Издание #", "см.", "Где", "Когда",
        "Написано вместе в Chapterhouse, набрано шрифтом # в Typst.", "В этой главе",
        "Сканируйте, чтобы открыть",
        "Ссылки", "Дней", "Главы", "Слова", "Участники",
    ),
    "ar": (
        "ص #", "الشكل #", "الجدول #", "الأشكال", "الجداول", "مسرد", "فهرس", "الأذونات", "التقويم",
        "الدليل", "ملاحظاتي", "عن هذه الورشة", "من صنع هذا الكتاب", "الطبعة #", "انظر", "المكان",
        "الموعد", "كُتب جماعيًا باستخدام Chapterhouse وصُفّ بخط # باستخدام Typst.", "في هذا الفصل",
        "امسح الرمز للفتح",
        "الروابط", "الأيام", "الفصول", "الكلمات", "المشاركون",
    ),
    "hi": (
        "पृ. #", "चित्र #", "तालिका #", "चित्र", "तालिकाएँ", "शब्दावली", "अनुक्रमणिका", "अनुमतियाँ",
        "कैलेंडर", "निर्देशिका", "टिप्पणियाँ", "इस स्प्रिंट के बारे में", "यह पुस्तक किसने बनाई",
        "संस्करण #", "देखें", "कहाँ", "कब",
        "Chapterhouse में मिलकर लिखी गई, Typst से # में अक्षर-संयोजित।", "इस अध्याय में",
        "खोलने के लिए स्कैन करें",
        "लिंक", "दिन", "अध्याय", "शब्द", "लोग",
    ),
    "zh": (
        "第#页", "图 #", "表 #", "图目录", "表目录", "术语表", "索引", "授权说明", "日历", "名录",
        "笔记", "关于本次写作", "本书的制作者", "第#版", "参见", "地点", "时间",
        "使用 Chapterhouse 共同写成，以 # 字体、Typst 排版。", "本章内容", "扫码打开",
        "链接", "天数", "章数", "字数", "人数",
    ),
}  # fmt: skip

WORDS = {language: dict(zip(_NAMES, lines, strict=True)) for language, lines in _LINES.items()}
