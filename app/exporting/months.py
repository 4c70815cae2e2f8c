"""Months and days of the week, as a printed calendar names them."""

from __future__ import annotations

from datetime import date

from app.exporting.languages import base

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "zh": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
}
_DAYS = {
    "en": "Mon Tue Wed Thu Fri Sat Sun", "es": "lun mar mié jue vie sáb dom",
    "fr": "lun mar mer jeu ven sam dim", "pt": "seg ter qua qui sex sáb dom",
    "de": "Mo Di Mi Do Fr Sa So", "ru": "пн вт ср чт пт сб вс",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "hi": "सोम मंगल बुध गुरु शुक्र शनि रवि", "zh": "周一 周二 周三 周四 周五 周六 周日",
}  # fmt: skip


def month(day: date, language: str) -> str:
    """The month and year of a day: "November 2026"."""
    name = _MONTHS.get(base(language), _MONTHS["en"]).split()[day.month - 1]
    return f"{day.year}年{name}" if base(language) == "zh" else f"{name} {day.year}"


def weekday(day: date, language: str) -> str:
    """The short name of a day of the week: "Mon"."""
    return _DAYS.get(base(language), _DAYS["en"]).split()[day.weekday()]
