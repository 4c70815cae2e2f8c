"""Translations: the public page's own words in the languages that books are made in most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_KEYS: Final = (
    "read", "edition", "downloads", "order", "order_from", "editions", "first", "no_note", "errata",
    "report", "report_how", "report_where", "report_whole", "report_what", "report_name", "report_send",
    "report_thanks", "report_empty", "report_long", "report_often", "report_many", "report_bad",
    "spawn", "spawn_line", "spawn_how", "spawn_text", "spawn_steps", "spawn_begin",
    "gone_chapter", "gone_chapter_why", "to_contents",
    "epub", "pdf", "web", "markdown",
)  # fmt: skip

_SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "es": (
        "Leer aquí", "Edición {number}", "Descargar", "En papel", "Pedir un ejemplar impreso",
        "Ediciones y qué cambió", "La primera edición.", "No se anotó nada.", "Errores conocidos",
        "Avisar de un error",
        "No hace falta cuenta. Lo leen quienes hacen esta guía; lo que es correcto se corrige y aparece aquí.",
        "¿Dónde está?", "Todo el libro, o no lo sé", "¿Qué está mal y qué sería correcto?",
        "Tu nombre, si quieres", "Enviar", "Gracias. Tu aviso ya lo tienen quienes hacen esta guía.",
        "Di en pocas palabras qué está mal.", "Son más de 2000 caracteres. Dilo con menos palabras.",
        "Fueron muchos avisos en poco tiempo. Espera diez minutos y envíalo de nuevo; tus palabras siguen aquí.",
        "Ahora hay muchos avisos por leer. Vuelve dentro de unos días; tus palabras siguen aquí.",
        "No se pudo leer lo enviado. Escríbelo de nuevo.",
        "Empezar una para tu región",
        "Esta guía se escribió en común en pocos días. Puedes hacer lo mismo donde vives.", "Cómo se hace",
        "Una guía como esta la escriben de cinco a quince personas y alguien que facilita, en cuatro o cinco días.",
        "Busca a unas cuantas personas que conozcan el lugar y a una que cuide el tiempo.|"
        "Descarga esta guía en Markdown, si se ofrece, o toma su índice como lista de capítulos.|"
        "Empieza una guía nueva, dale tu región y tu idioma y trae los capítulos que sirvan.|"
        "Escribe de nuevo lo que es distinto donde vives, comprueba cada nombre y cada número y publícala. "
        "Abajo está lo que pide la licencia de esta guía.",
        "Empezar una guía", "Este capítulo no está en la edición actual",
        "Estaba en una anterior. Quizá sus palabras estén en otro capítulo.", "Al índice",
        "EPUB, para lectores y teléfonos", "PDF, para pantallas", "Libro web, una carpeta para cualquier sitio",
        "Markdown, para seguir trabajando",
    ),
    "fr": (
        "Lire ici", "Édition {number}", "Télécharger", "Sur papier", "Commander un exemplaire imprimé",
        "Éditions et changements", "La première édition.", "Rien n’a été noté.", "Erreurs connues",
        "Signaler une erreur",
        "Aucun compte n’est nécessaire. Celles et ceux qui font ce guide le lisent ; ce qui est juste est corrigé et paraît ici.",
        "Où est-ce ?", "Tout le livre, ou je ne sais pas", "Qu’est-ce qui est faux, et que faudrait-il lire ?",
        "Votre nom, si vous voulez", "Envoyer", "Merci. Votre message est arrivé chez celles et ceux qui font ce guide.",
        "Dites en quelques mots ce qui est faux.", "C’est plus de 2 000 caractères. Dites-le plus brièvement.",
        "C’étaient beaucoup de messages en peu de temps. Attendez dix minutes et renvoyez ; vos mots sont encore là.",
        "Il y a beaucoup de messages à lire en ce moment. Revenez dans quelques jours ; vos mots sont encore là.",
        "L’envoi n’a pas pu être lu. Écrivez-le à nouveau.",
        "En commencer un pour votre région",
        "Ce guide a été écrit ensemble en quelques jours. Vous pouvez faire de même là où vous vivez.",
        "Comment faire",
        "Un guide comme celui-ci est écrit par cinq à quinze personnes et une personne qui anime, en quatre ou cinq jours.",
        "Trouvez quelques personnes qui connaissent l’endroit et une qui veille sur le temps.|"
        "Téléchargez ce guide en Markdown, s’il est proposé, ou prenez sa table des matières comme liste de chapitres.|"
        "Commencez un nouveau guide, donnez-lui votre région et votre langue, et importez les chapitres qui conviennent.|"
        "Récrivez ce qui est différent chez vous, vérifiez chaque nom et chaque nombre, et publiez-le. "
        "Ce que demande la licence de ce guide est indiqué plus bas.",
        "Commencer un guide", "Ce chapitre n’est pas dans l’édition actuelle",
        "Il était dans une édition précédente. Ses mots sont peut-être dans un autre chapitre.",
        "À la table des matières",
        "EPUB, pour liseuses et téléphones", "PDF, pour écrans", "Livre web, un dossier pour tout site",
        "Markdown, pour continuer le travail",
    ),
    "de": (
        "Hier lesen", "{number}. Ausgabe", "Herunterladen", "Auf Papier", "Gedruckt bestellen",
        "Ausgaben und was sich geändert hat", "Die erste Ausgabe.", "Nichts notiert.", "Bekannte Fehler",
        "Einen Fehler melden",
        "Ein Konto ist nicht nötig. Wer dieses Buch macht, liest es; was stimmt, wird berichtigt und steht hier.",
        "Wo ist er?", "Im ganzen Buch, oder ich weiß es nicht", "Was ist falsch, und was wäre richtig?",
        "Dein Name, wenn du magst", "Senden", "Danke. Die Meldung ist bei denen, die dieses Buch machen.",
        "Sag in wenigen Worten, was falsch ist.", "Das sind mehr als 2000 Zeichen. Sag es kürzer.",
        "Das waren viele Meldungen in kurzer Zeit. Warte zehn Minuten und sende noch einmal; deine Worte sind noch da.",
        "Es sind gerade viele Meldungen zu lesen. Komm in ein paar Tagen wieder; deine Worte sind noch da.",
        "Was kam, war nicht lesbar. Schreib es noch einmal.",
        "Eines für deine Region beginnen",
        "Dieses Buch wurde in wenigen Tagen gemeinsam geschrieben. Das geht auch dort, wo du lebst.",
        "Wie das geht",
        "Ein Buch wie dieses schreiben fünf bis fünfzehn Leute und eine, die begleitet, in vier oder fünf Tagen.",
        "Finde ein paar Leute, die den Ort kennen, und eine, die auf die Zeit achtet.|"
        "Lade dieses Buch als Markdown herunter, wenn es angeboten wird, oder nimm seinen Inhalt als Liste der Kapitel.|"
        "Beginne ein neues, gib ihm deine Region und Sprache, und bring die Kapitel hinein, die passen.|"
        "Schreib neu, was bei dir anders ist, prüfe jeden Namen und jede Zahl, und veröffentliche es. "
        "Was die Lizenz dieses Buchs verlangt, steht unten.",
        "Ein Buch beginnen", "Dieses Kapitel ist nicht in der jetzigen Ausgabe",
        "Es war in einer früheren. Vielleicht stehen seine Worte in einem anderen Kapitel.", "Zum Inhalt",
        "EPUB, für Lesegeräte und Telefone", "PDF, für Bildschirme", "Webbuch, ein Ordner für jede Website",
        "Markdown, zum Weiterarbeiten",
    ),
    "pt": (
        "Ler aqui", "Edição {number}", "Baixar", "Em papel", "Pedir um exemplar impresso",
        "Edições e o que mudou", "A primeira edição.", "Nada foi anotado.", "Erros conhecidos",
        "Avisar de um erro",
        "Não é preciso ter conta. Quem faz este guia lê o aviso; o que está certo é corrigido e aparece aqui.",
        "Onde está?", "O livro todo, ou não sei", "O que está errado, e o que seria certo?",
        "O seu nome, se quiser", "Enviar", "Obrigado. O seu aviso está com quem faz este guia.",
        "Diga em poucas palavras o que está errado.", "São mais de 2000 caracteres. Diga com menos palavras.",
        "Foram muitos avisos em pouco tempo. Espere dez minutos e envie de novo; as suas palavras continuam aqui.",
        "Há muitos avisos para ler neste momento. Volte daqui a alguns dias; as suas palavras continuam aqui.",
        "Não foi possível ler o que foi enviado. Escreva de novo.",
        "Começar um para a sua região",
        "Este guia foi escrito em conjunto em poucos dias. Pode fazer o mesmo onde vive.", "Como se faz",
        "Um guia como este é escrito por cinco a quinze pessoas e alguém que facilita, em quatro ou cinco dias.",
        "Encontre algumas pessoas que conheçam o lugar e uma que cuide do tempo.|"
        "Baixe este guia em Markdown, se for oferecido, ou use o seu sumário como lista de capítulos.|"
        "Comece um guia novo, dê-lhe a sua região e a sua língua e traga os capítulos que servem.|"
        "Escreva de novo o que é diferente onde vive, confira cada nome e cada número e publique. "
        "O que a licença deste guia pede está abaixo.",
        "Começar um guia", "Este capítulo não está na edição atual",
        "Estava numa anterior. Talvez as suas palavras estejam noutro capítulo.", "Ao sumário",
        "EPUB, para leitores e telefones", "PDF, para telas", "Livro web, uma pasta para qualquer site",
        "Markdown, para continuar o trabalho",
    ),
    "ar": (
        "اقرأه هنا", "الطبعة {number}", "تنزيل", "على الورق", "اطلب نسخة مطبوعة",
        "الطبعات وما تغيّر", "الطبعة الأولى.", "لم يُدوَّن شيء.", "أخطاء معروفة", "أبلغ عن خطأ",
        "لا حاجة إلى حساب. يقرؤه من يُعدّون هذا الدليل، وما صحّ منه يُصلَح ويُذكر هنا.",
        "أين هو؟", "الكتاب كله، أو لا أعرف", "ما الخطأ، وما الصواب؟", "اسمك إن شئت", "أرسل",
        "شكرًا. وصل بلاغك إلى من يُعدّون هذا الدليل.", "اذكر الخطأ ببضع كلمات.",
        "هذا أطول من 2000 حرف. اذكره بإيجاز.",
        "وصلت بلاغات كثيرة في وقت قصير. انتظر عشر دقائق ثم أرسله ثانية؛ كلماتك ما زالت هنا.",
        "هناك بلاغات كثيرة تنتظر القراءة. عُد بعد أيام؛ كلماتك ما زالت هنا.",
        "تعذّرت قراءة ما أُرسل. اكتبه مرة أخرى.",
        "ابدأ دليلًا لمنطقتك", "كُتب هذا الدليل معًا في أيام قليلة. يمكنك أن تفعل ذلك حيث تعيش.",
        "كيف يتم ذلك", "يكتب دليلًا كهذا خمسة إلى خمسة عشر شخصًا وميسّر في أربعة أيام أو خمسة.",
        "اجمع بضعة أشخاص يعرفون المكان وشخصًا يراعي الوقت.|"
        "نزّل هذا الدليل بصيغة Markdown إن كانت متاحة، أو اتخذ محتوياته قائمة بفصولك.|"
        "ابدأ دليلًا جديدًا وحدّد منطقتك ولغتك وأدخل الفصول المناسبة.|"
        "اكتب من جديد ما يختلف عندك، وتحقق من كل اسم ورقم، ثم انشره. ما تطلبه رخصة هذا الدليل مذكور أدناه.",
        "ابدأ دليلًا", "هذا الفصل ليس في الطبعة الحالية",
        "كان في طبعة سابقة. لعل كلماته في فصل آخر.", "إلى المحتويات",
        "EPUB للقارئات والهواتف", "PDF للشاشات", "كتاب ويب، مجلد لأي موقع", "Markdown لمتابعة العمل",
    ),
}  # fmt: skip

OTHERS: Final[Mapping[str, Mapping[str, str]]] = {
    language: dict(zip(_KEYS, said, strict=True)) for language, said in _SAID.items()
}
"""For each language the words by their keys; those of formats by the formats' names."""
