"""What people call the parts of an example, in the languages they write: the name of a column, the label of a block.

It does not know files. The order inside a role is the order of preference.
"""

import re
import unicodedata
from typing import Literal

Role = Literal["instruction", "input", "output", "category"]

NAMES: dict[Role, tuple[str, ...]] = {
    "instruction": (
        *("instruction", "instructions", "prompt", "question", "request", "task", "query", "user", "human", "ask"),
        *("anweisung", "anleitung", "aufgabe", "frage", "anfrage", "auftrag"),
        *("instrucción", "instrucciones", "pregunta", "solicitud", "tarea", "consulta", "petición"),
        *("指令", "问题", "問題", "提问", "提示", "请求", "任务", "问"),
        *("تعليمات", "التعليمات", "تعليمة", "سؤال", "السؤال", "طلب", "الطلب", "مهمة", "المهمة"),
        *("consigne", "demande", "istruzione", "domanda", "instrução", "pergunta", "вопрос", "инструкция"),
        *("指示", "質問", "질문", "지시"),
    ),
    "output": (
        *("output", "completion", "answer", "response", "reply", "assistant", "target", "expected", "ideal", "result"),
        *("summary", "translation", "solution"),
        *("ausgabe", "antwort", "ergebnis", "lösung", "zusammenfassung", "übersetzung"),
        *("salida", "respuesta", "resultado", "solución", "resumen", "traducción"),
        *("输出", "輸出", "答案", "回答", "答复", "回复", "摘要", "翻译", "结果", "答"),
        *("إجابة", "الإجابة", "جواب", "الجواب", "الرد", "رد", "ناتج", "الناتج", "ملخص", "ترجمة"),
        *("réponse", "sortie", "risposta", "resposta", "ответ", "出力", "답변", "응답"),
    ),
    "input": (
        *("input", "context", "text", "notes", "note", "content", "document", "passage", "source text", "message"),
        *("eingabe", "kontext", "notizen", "nachricht", "inhalt", "dokument"),
        *("entrada", "contexto", "texto", "notas", "mensaje", "contenido", "documento"),
        *("输入", "輸入", "上下文", "文本", "内容", "原文", "背景", "笔记", "材料"),
        *("مدخل", "المدخل", "مدخلات", "سياق", "السياق", "نص", "النص", "ملاحظات", "محتوى"),
        *("contexte", "entrée", "texte", "contesto", "testo", "контекст", "текст", "入力", "입력"),
    ),
    "category": (
        *("category", "label", "topic", "type", "class", "tag", "intent", "sentiment"),
        *("kategorie", "thema", "typ", "klasse", "art", "etikett"),
        *("categoría", "categoria", "tema", "tipo", "clase", "etiqueta"),
        *("类别", "類別", "分类", "标签", "主题", "类型"),
        *("فئة", "الفئة", "تصنيف", "التصنيف", "موضوع", "الموضوع", "نوع", "النوع"),
        *("catégorie", "étiquette", "категория", "тема", "カテゴリ", "분류"),
    ),
}

LETTERS: dict[str, Role] = {
    **dict.fromkeys(("q", "f", "p", "в", "س"), "instruction"),
    **dict.fromkeys(("a", "r", "о", "ج"), "output"),
}
"""Letters that name a part only where both stand: a question ``Q`` with its answer ``A``."""

_BESIDE = (
    "id ids at uuid nr no number index idx row source url link date time timestamp created author user_id lang language "
    "comment comments remark remarks origin kommentar bemerkung comentario 备注 ملاحظة "
    "system tags metadata meta split version unnamed nummer datum quelle autor sprache fecha fuente autor idioma "
    "编号 序号 日期 来源 作者 语言 رقم تاريخ مصدر لغة #"
)
BESIDE = frozenset(_BESIDE.split())
"""Names of columns that stand beside an example and are no part of it."""

_ROLES = {name: (role, rank) for role, names in NAMES.items() for rank, name in enumerate(names)}
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST_ENDING = 5
"""Of a Latin word that a longer one may end in, as ``Kundenfrage`` does; Chinese words need two characters."""

Match = tuple[Role, int, int]
"""The role; how well the name says so, 0 being a name of the list itself; the rank inside the role."""


def plain(name: str) -> str:
    """A name as it is compared: composed, without case, surrounding blanks and marks."""
    return unicodedata.normalize("NFKC", name).casefold().strip().strip("*_:.\u200e\u200f\ufeff ").strip()


def role_of(name: str) -> Match | None:
    """Return what a name says of its column, or None: by the name itself, its last telling word, or its ending."""
    whole = plain(name)
    if whole in _ROLES:
        role, rank = _ROLES[whole]
        return role, 0, rank
    if is_beside(name):
        return None
    words = [plain(word) for word in _WORD.findall(_CAMEL.sub(" ", name))]
    told = [_ROLES[word] for word in words if word in _ROLES]
    # "answer text" is an answer, "question type" a type: the last word counts, but for words that say only "text".
    telling = [one for one in told if one[0] != "input"] or told
    if telling:
        role, rank = telling[-1]
        return role, 1, rank
    return _by_ending(words[-1]) if words else None


def is_beside(name: str) -> bool:
    """Whether a column of that name stands beside an example: a number, a date, a source."""
    whole = plain(name)
    words = _WORD.findall(whole)
    return whole in BESIDE or (bool(words) and words[-1] in BESIDE)


def _by_ending(word: str) -> Match | None:
    for start in range(1, min(len(word), 40)):
        ending = word[start:]
        if len(ending) >= (_SHORTEST_ENDING if ending.isascii() else 2) and ending in _ROLES:
            role, rank = _ROLES[ending]
            return role, 2, rank
    return None
