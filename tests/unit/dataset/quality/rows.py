"""Rows for the checks: one to hand to a check, and clean ones in five languages."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Example:
    instruction: str = ""
    input: str = ""
    output: str = ""


CLEAN = {
    "english": Example(
        instruction="Write the handover note as Situation, Background, Recommendation.",
        input="hip replacement on 12 May 2026, pain 7 of 10, last dose 02:00, room 4-12, order 4711-2233-9812",
        output="Situation: Pain is 7 of 10.\nBackground: Hip replaced on 2026-05-12, dose at 02:00.\n"
        "Recommendation: Give 1,500 mg now, 2-3 doses a day; version 2.10.3.1 of the plan, $1,299.00 in all.",
    ),
    "german": Example(
        instruction="Beantworte die Beschwerde freundlich und nenne den nächsten Schritt.",
        input="Bestellung 0302188341 vom 05.06.2026 kam am 12.06. beschädigt an, Rechnung 2026-004711 über 1.299,00 €.",
        output="Guten Tag, der Schaden an Ihrer Bestellung tut uns leid. Wir schicken bis zum 19.06.2026 Ersatz; "
        "die 1.299,00 € der Rechnung 2026-004711 werden erst danach fällig. Artikelnummer 0815-4711 genügt uns.",
    ),
    "spanish": Example(
        instruction="Resume la reunión en tres líneas.",
        input="Reunión del 03/04/2026: el equipo de pagos necesita 2 semanas más, el presupuesto sube a 12.500,50 euros.",
        output="- El lanzamiento pasa del 3 al 17 de abril de 2026.\n- El presupuesto sube a 12.500,50 euros.\n"
        "- Pagos presenta la versión 3.2.1 el lunes a las 10:30.",
    ),
    "chinese": Example(
        instruction="把会议记录整理成三点。",
        input="2026年5月12日，支付团队还需要两周，预算增加到12,500元，订单号20260512001234。",
        output="1. 发布时间从5月12日推迟到5月26日。\n2. 预算增加到12,500元。\n3. 支付团队周一上午10:30提交2.10.3版本。",
    ),
    "arabic": Example(
        instruction="لخص الاجتماع في ثلاث نقاط.",
        input="اجتماع 12/05/2026: يحتاج فريق الدفع إلى أسبوعين، والميزانية ١٢٬٥٠٠ ريال، رقم الطلب 4711223398.",
        output="- تأجل الإطلاق من ١٢ مايو ٢٠٢٦ إلى ٢٦ مايو.\n- ارتفعت الميزانية إلى ١٢٬٥٠٠ ريال.\n"
        "- يقدم فريق الدفع الإصدار 2.10.3 يوم الاثنين 10:30.",
    ),
}
