"""A guide can be set in every language that the start page offers: no empty boxes in its PDF."""

from __future__ import annotations

import re
from pathlib import Path

from tests.exporting.test_books_leave_through_the_browser import export
from tests.importing.uploads import bring
from tests.people_at_work import People

CHOICES = Path(__file__).parents[2] / "frontend" / "src" / "guides" / "choices.ts"

# “All human beings are born free and equal” or a part of it, in the letters of each language.
FREE = {
    "en": "All human beings are born free and equal.",
    "es": "Todos los seres humanos nacen libres e iguales, ¿no? ñ",
    "fr": "Tous les êtres humains naissent libres et égaux, œuvre.",
    "pt": "Todos os seres humanos nascem livres e iguais, ção.",
    "de": "Alle Menschen sind frei und gleich geboren, groß und schön.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali, perché.",
    "nl": "Alle mensen worden vrij en gelijk geboren, één.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi, żółć.",
    "ru": "Все люди рождаются свободными и равными.",
    "uk": "Всі люди народжуються вільними і рівними, їхній ґрунт.",
    "tr": "Bütün insanlar hür ve eşit doğarlar, ışığı.",
    "ar": "يولد جميع الناس أحرارًا متساوين",
    "fa": "تمام افراد بشر آزاد به دنیا می‌آیند، گچ پژ",
    "he": "כל בני אדם נולדו בני חורין ושווים",
    "hi": "सभी मनुष्यों को स्वतन्त्रता और समानता प्राप्त है",
    "bn": "সমস্ত মানুষ স্বাধীনভাবে জন্মগ্রহণ করে",
    "ur": "تمام انسان آزاد پیدا ہوئے ہیں، ٹڈڑے",
    "zh-Hans": "人人生而自由,在尊严和权利上一律平等。",
    "zh-Hant": "人人生而自由,在尊嚴和權利上一律平等。",
    "ja": "すべての人間は、生まれながらにして自由であり、カタカナ。",
    "ko": "모든 인간은 태어날 때부터 자유로우며 평등하다.",
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng.",
    "tl": "Ang lahat ng tao'y isinilang na malaya at pantay-pantay.",
    "ht": "Tout moun fèt lib, egal ego.",
    "am": "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርም እኩልነት ያለው ነው።",
    "sw": "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa.",
}


async def test_no_letter_is_an_empty_box(people: People) -> None:
    found = re.search(r"const CODES =\s*'([^']+)'", CHOICES.read_text())
    assert found is not None
    offered = found[1].split()
    assert set(offered) == set(FREE)
    fay = await people.start_guide()
    words = "\n\n".join(f"{FREE[code]} **{FREE[code]}**\n\n## {FREE[code]}" for code in offered)
    await bring(fay, {"all.md": f"# All\n\n{words}\n".encode()})
    job = await export(fay, "pdf")
    assert job["status"] == "done"
    assert [one["message"] for one in job["findings"]] == []
