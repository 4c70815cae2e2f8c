"""Words: the few that the web book says by itself, beside those of every book."""

from __future__ import annotations

from collections.abc import Mapping

from app.exporting import languages

_KEYS = (
    "skip", "search", "find", "results", "none", "needs_script", "no_index", "next", "previous",
    "notes", "back", "table", "topics", "keep", "keeping", "kept", "forget", "not_kept", "sections",
    "report",
)  # fmt: skip

# `results`, `none`: {count} places found, nothing found for {query}.
_WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        "Skip to the text", "Search", "Search this book", "Places with “{query}”: {count}",
        "Nothing was found for “{query}”. Try fewer or other words.",
        "Search needs JavaScript. All chapters and their sections are listed here.",
        "The search could not be loaded. Open the book from a web server, or look in the contents.",
        "Next", "Previous", "Notes", "Back to the text", "Table", "Topics",
        "Keep this book for reading offline", "The book is being kept on this device…",
        "This book is kept on this device and can be read offline.", "Remove it from this device",
        "The book could not be kept on this device. Try again with a better connection.",
        "On this page",
        "Report a mistake",
    ),
    "es": (
        "Ir al texto", "Buscar", "Buscar en este libro", "Lugares con «{query}»: {count}",
        "No se encontró nada para «{query}». Prueba con menos palabras o con otras.",
        "La búsqueda necesita JavaScript. Aquí están todos los capítulos y sus secciones.",
        "No se pudo cargar la búsqueda. Abre el libro desde un servidor web o mira en el índice.",
        "Siguiente", "Anterior", "Notas", "Volver al texto", "Tabla", "Temas",
        "Guardar este libro para leerlo sin conexión", "El libro se está guardando en este dispositivo…",
        "Este libro está guardado en este dispositivo y se puede leer sin conexión.",
        "Quitarlo de este dispositivo",
        "No se pudo guardar el libro en este dispositivo. Inténtalo con una conexión mejor.",
        "En esta página",
        "Avisar de un error",
    ),
    "fr": (
        "Aller au texte", "Chercher", "Chercher dans ce livre", "Passages avec « {query} » : {count}",
        "Rien n’a été trouvé pour « {query} ». Essayez moins de mots, ou d’autres.",
        "La recherche a besoin de JavaScript. Voici tous les chapitres et leurs sections.",
        "La recherche n’a pas pu être chargée. Ouvrez le livre depuis un serveur web, ou voyez la table des matières.",
        "Suivant", "Précédent", "Notes", "Retour au texte", "Tableau", "Thèmes",
        "Garder ce livre pour le lire hors ligne", "Le livre est en train d’être gardé sur cet appareil…",
        "Ce livre est gardé sur cet appareil et peut être lu hors ligne.", "L’ôter de cet appareil",
        "Le livre n’a pas pu être gardé sur cet appareil. Réessayez avec une meilleure connexion.",
        "Sur cette page",
        "Signaler une erreur",
    ),
    "pt": (
        "Ir para o texto", "Buscar", "Buscar neste livro", "Lugares com “{query}”: {count}",
        "Nada foi encontrado para “{query}”. Tente menos palavras, ou outras.",
        "A busca precisa de JavaScript. Aqui estão todos os capítulos e as suas seções.",
        "Não foi possível carregar a busca. Abra o livro a partir de um servidor web ou veja o sumário.",
        "Seguinte", "Anterior", "Notas", "Voltar ao texto", "Tabela", "Temas",
        "Guardar este livro para ler sem conexão", "O livro está sendo guardado neste aparelho…",
        "Este livro está guardado neste aparelho e pode ser lido sem conexão.", "Remover deste aparelho",
        "Não foi possível guardar o livro neste aparelho. Tente de novo com uma conexão melhor.",
        "Nesta página",
        "Avisar de um erro",
    ),
    "de": (
        "Zum Text", "Suche", "In diesem Buch suchen", "Stellen mit „{query}“: {count}",
        "Zu „{query}“ wurde nichts gefunden. Versuche es mit weniger oder anderen Wörtern.",
        "Die Suche braucht JavaScript. Hier stehen alle Kapitel und ihre Abschnitte.",
        "Die Suche konnte nicht geladen werden. Öffne das Buch von einem Webserver, oder sieh im Inhalt nach.",
        "Weiter", "Zurück", "Anmerkungen", "Zurück zum Text", "Tabelle", "Themen",
        "Dieses Buch zum Lesen ohne Netz behalten", "Das Buch wird auf diesem Gerät abgelegt…",
        "Dieses Buch liegt auf diesem Gerät und kann ohne Netz gelesen werden.", "Von diesem Gerät entfernen",
        "Das Buch konnte nicht auf diesem Gerät abgelegt werden. Versuche es mit besserer Verbindung.",
        "Auf dieser Seite",
        "Einen Fehler melden",
    ),
    "ru": (
        "К тексту", "Поиск", "Искать в этой книге", "Найдено мест: {count} («{query}»)",
        "По запросу «{query}» ничего не найдено. Попробуйте меньше слов или другие.",
        "Для поиска нужен JavaScript. Здесь перечислены все главы и разделы.",
        "Поиск не удалось загрузить. Откройте книгу с веб-сервера или посмотрите содержание.",
        "Далее", "Назад", "Примечания", "Обратно к тексту", "Таблица", "Темы",
        "Сохранить книгу для чтения без сети", "Книга сохраняется на этом устройстве…",
        "Книга сохранена на этом устройстве, её можно читать без сети.", "Удалить с этого устройства",
        "Не удалось сохранить книгу. Попробуйте ещё раз при хорошем соединении.",
        "На этой странице",
        "Сообщить об ошибке",
    ),
    "ar": (
        "انتقل إلى النص", "بحث", "ابحث في هذا الكتاب", "عدد المواضع التي فيها «{query}»: {count}",
        "لم يُعثر على شيء عن «{query}». جرّب كلمات أقل أو غيرها.",
        "يحتاج البحث إلى JavaScript. هنا كل الفصول وأقسامها.",
        "تعذّر تحميل البحث. افتح الكتاب من خادم ويب، أو انظر في المحتويات.",
        "التالي", "السابق", "الحواشي", "العودة إلى النص", "جدول", "المواضيع",
        "احتفظ بهذا الكتاب لقراءته دون اتصال", "يجري حفظ الكتاب على هذا الجهاز…",
        "هذا الكتاب محفوظ على هذا الجهاز وتمكن قراءته دون اتصال.", "أزله من هذا الجهاز",
        "تعذّر حفظ الكتاب على هذا الجهاز. حاول ثانية باتصال أفضل.",
        "في هذه الصفحة",
        "أبلغ عن خطأ",
    ),
    "hi": (
        "सीधे पाठ पर जाएँ", "खोज", "इस पुस्तक में खोजें", "“{query}” {count} जगहों पर मिला",
        "“{query}” के लिए कुछ नहीं मिला। कम या दूसरे शब्द आज़माएँ।",
        "खोज के लिए JavaScript चाहिए। सभी अध्याय और उनके खंड यहाँ हैं।",
        "खोज लोड नहीं हो सकी। पुस्तक को वेब सर्वर से खोलें, या विषय-सूची देखें।",
        "अगला", "पिछला", "टिप्पणियाँ", "पाठ पर लौटें", "तालिका", "विषय",
        "इस पुस्तक को ऑफ़लाइन पढ़ने के लिए रखें", "पुस्तक इस उपकरण पर रखी जा रही है…",
        "यह पुस्तक इस उपकरण पर है और बिना इंटरनेट पढ़ी जा सकती है।", "इस उपकरण से हटाएँ",
        "पुस्तक इस उपकरण पर नहीं रखी जा सकी। बेहतर कनेक्शन के साथ फिर प्रयास करें।",
        "इस पृष्ठ पर",
        "गलती बताएँ",
    ),
    "zh": (
        "跳到正文", "搜索", "在本书中搜索", "“{query}”共 {count} 处",
        "没有找到“{query}”。请换用更少或其他的词。",
        "搜索需要 JavaScript。这里列出了所有章节。",
        "无法载入搜索。请从网站打开本书，或查看目录。",
        "下一章", "上一章", "注释", "返回正文", "表格", "主题",
        "保存本书以便离线阅读", "正在把本书保存到此设备……",
        "本书已保存在此设备上，可以离线阅读。", "从此设备移除",
        "无法把本书保存到此设备。请在网络较好时再试。",
        "本页内容",
        "报告错误",
    ),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """All that the web book says in a language; English where nobody translated it yet."""
    own = _WORDS.get(languages.base(language), _WORDS["en"])
    return {**languages.words(language), **dict(zip(_KEYS, own, strict=True))}
