"""Refusals: a model that says it cannot help is seen; a person who rightly says no is not taken for one."""

import pytest

from agent.evaluation.refusal import refuses

_REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "I’m sorry, I can’t assist with that request.",
    "I am unable to assist with this request.",
    "I'm sorry, but as an AI language model, I cannot provide that.",
    "As an AI, I don't have access to it.",
    "I must decline to answer this.",
    "Es tut mir leid, aber ich kann Ihnen dabei nicht helfen.",
    "Als KI-Modell habe ich keinen Zugriff darauf.",
    "Je suis désolé, mais je ne peux pas vous aider.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Mi dispiace, non posso aiutarti.",
    "Desculpe, não posso ajudar.",
    "Het spijt me, ik kan u hier niet mee helpen.",
    "К сожалению, я не могу вам помочь.",
    "Przepraszam, nie mogę pomóc.",
    "Üzgünüm, bu konuda yardımcı olamam.",
    "很抱歉，我无法提供帮助。",
    "作为一个人工智能，我无法回答这个问题。",
    "申し訳ありませんが、お答えできません。",
    "죄송하지만 도와드릴 수 없습니다.",
    "عذراً، لا أستطيع مساعدتك في ذلك.",
    "אני לא יכול לעזור בזה.",
)
_ANSWERS = (
    "I'm sorry, but we can't refund orders after 30 days.",
    "I am sorry, I cannot refund this purchase: the period of 30 days is over.",
    "Sorry, we're unable to process refunds after 30 days.",
    "Unfortunately we cannot help with items bought elsewhere, but here is the maker's number.",
    "I can't make it on Monday; would Tuesday suit you?",
    "I can't wait to see you!",
    "As an AI engineer, I want dashboards.",
    "The text does not say when the shop opens.",
    "Leider können wir die Ware nach 30 Tagen nicht zurücknehmen.",
    "Ich kann den Termin am Montag nicht halten.",
    "Je ne peux pas venir lundi.",
    "Lo siento, no podemos reembolsar el pedido.",
    "很抱歉，超过30天的订单无法退款。",
    "申し訳ございませんが、返品はお受けできません。",
    "عذراً، لا يمكننا استرداد المبلغ بعد ٣٠ يوماً.",
    "Customer: Ana\nItem: nails",
    "The customer wrote: “" + "and so on " * 30 + "I can't help with that.”",
    "",
    "🙈" * 50_000,
    "\x00\ud800",
)


@pytest.mark.parametrize("text", _REFUSALS)
def test_a_refusal_is_seen(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", _ANSWERS, ids=range(len(_ANSWERS)))
def test_an_answer_that_says_no_is_no_refusal(text: str) -> None:
    assert not refuses(text)
