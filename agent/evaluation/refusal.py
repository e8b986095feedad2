"""Whether an answer refuses to answer, or says that it cannot: told by how it begins, in seventeen languages.

It would rather miss a refusal than blame an answer: what a person may rightly say no to (a refund, a date) is none. Only
sentences count in which a model speaks of itself, or of helping, answering and writing. An answer in another language
than these is not seen.
"""

import re

_LOOKED_AT = 240
"""Characters of an answer's beginning: a refusal comes first, and what stands later may be quoted."""

_ENGLISH = (
    (
        r"as an? (?:ai|artificial intelligence|(?:large )?language model|virtual assistant|chatbot)\b[^.!?\n]{0,80}"
        r"\b(?:can(?:no|')?t|unable|not able|do(?:n't| not)|am not)\b"
    ),
    (
        r"\bi(?: am|'m)?(?: really| so| very)? ?(?:sorry|afraid)?[^.!?\n]{0,30}?\bi(?: can(?:not|'t| not)|'m (?:unable|not able) to"
        r"| am (?:unable|not able) to| won't be able to)(?: \w+){0,1}? (?:help|assist|answer|respond|fulfil+|comply|complete th|"
        r"do that|process th|write th|write that|generate|provide (?:that|this|the requested|an answer|a response|any)|"
        r"discuss|continue with|understand (?:the|your) (?:request|question))\b"
    ),
    r"^\W*i (?:can(?:not|'t)|'m (?:unable|not able) to|am (?:unable|not able) to|won't) (?:help|assist|answer|fulfil+|comply)\b",
    r"\bi (?:must|have to) (?:decline|refuse)\b",
    r"^\W*i(?:'m| am) (?:just )?an? (?:ai|language model)\b[^.!?\n]{0,60}\b(?:can(?:no|')?t|unable|do(?:n't| not))\b",
)
_OTHERS = (
    # German
    r"\bals (?:eine? )?(?:ki|künstliche intelligenz|sprachmodell|ki-modell|ki-assistent)\b[^.!?\n]{0,80}\b(?:nicht|kein\w*)\b",
    (
        r"\bich kann (?:ihnen |dir |euch )?(?:dabei |damit |hierbei |bei \w+(?: \w+){0,3} |diese (?:frage|anfrage) |das )?"
        r"(?:leider )?nicht (?:weiter)?(?:helfen|beantworten|antworten|behilflich)"
    ),
    # French
    r"\ben tant (?:qu'ia|qu'intelligence artificielle|que modèle)\b[^.!?\n]{0,80}\b(?:pas|aucun\w*)\b",
    (
        r"\bje (?:ne (?:peux|suis) pas (?:en mesure de |capable de )?|suis incapable de )(?:vous |t'|te )?"
        r"(?:aider|répondre|assister|fournir cette)"
    ),
    # Spanish
    r"\bcomo (?:(?:una )?(?:ia|inteligencia artificial)|(?:un )?modelo de lenguaje)\b[^.!?\n]{0,80}\bno\b",
    r"\bno (?:puedo|soy capaz de) (?:ayudar|responder|asistir|cumplir|proporcionar es[ae])",
    # Italian
    r"\bcome (?:un'|una )?(?:ia|intelligenza artificiale|modello linguistico)\b[^.!?\n]{0,80}\bnon\b",
    r"\bnon (?:posso|sono in grado di) (?:aiutar|risponder|assister|soddisfare la)",
    # Portuguese
    r"\bcomo (?:uma? )?(?:ia|inteligência artificial|modelo de linguagem)\b[^.!?\n]{0,80}\bnão\b",
    r"\bnão (?:posso|consigo|sou capaz de) (?:ajud|responder|atender a es)",
    # Dutch
    r"\bals (?:een )?(?:ai|taalmodel)\b[^.!?\n]{0,80}\b(?:niet|geen)\b",
    r"\bik kan (?:u |je )?(?:(?:hier|daar)(?:mee|bij)? )?(?:helaas )?niet (?:mee )?(?:helpen|beantwoorden)",
    # Polish, Turkish
    r"\bnie mogę (?:ci |panu |pani )?(?:w tym )?(?:pomóc|odpowiedzieć)",
    r"\b(?:yardımcı olamam|yardımcı olamıyorum|cevap veremem)",
    # Russian, Ukrainian
    r"\bкак (?:языковая модель|искусственный интеллект|ии)\b[^.!?\n]{0,80}\bне\b",
    r"\bя не (?:могу|в состоянии|можу) (?:вам |тебе |на это |на этот вопрос |с этим )?(?:помочь|ответить|допомогти)",
    # Chinese, Japanese, Korean
    r"作为(?:一[个名款])?(?:ai|人工智能|语言模型|大?模型)[^。！？\n]{0,40}(?:无法|不能|没有)",
    r"我(?:无法|不能|没办法)(?:为您|帮您|给您)?(?:提供(?:帮助|协助|答案)|回答|帮助|协助|完成(?:这个|此|该)|满足(?:这个|此|该|您的)请求)",
    r"(?:ai|人工知能|言語モデル)(?:として|です)[^。！？\n]{0,40}(?:できません|ません)",
    r"(?:お答え|お手伝い|回答(?:すること)?(?:が|は)?|お応え)(?:することが|することは)?(?:でき(?:ません|かねます)|いたしかねます)",
    r"(?:도와드릴|답변(?:해 ?드릴|할)|대답할|제공할) 수 (?:없습니다|없어요|없네요)",
    # Arabic, Hebrew, Hindi
    r"(?:بصفتي|كوني|باعتباري) (?:نموذج|ذكاء|مساعد)[^.!؟\n]{0,80}(?:لا|ليس)",
    r"لا (?:أستطيع|يمكنني|استطيع|أقدر)(?: على)? (?:مساعد|المساعد|الإجاب|الرد على (?:هذا|سؤال)|أن أساعد|تلبية|تقديم المساعدة)",
    r"אני לא (?:יכול|יכולה|מסוגל) (?:לעזור|לענות|לסייע)",
    r"मैं (?:इसमें |आपकी )?(?:मदद|सहायता|उत्तर) नहीं (?:कर|दे) सकत",
)
_REFUSALS = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_OTHERS)), re.IGNORECASE)


def refuses(text: str) -> bool:
    """Whether a text begins with a refusal."""
    beginning = text.lstrip()[:_LOOKED_AT].replace("’", "'")
    return bool(_REFUSALS.search(beginning))
