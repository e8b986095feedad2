"""Messages that every room draws: hostile ones, an ordinary card, and any at all."""

from hypothesis import strategies as st

from bot.chat.messages import Button, CardFace, ChatMessage, Enclosure, Field, Form, FormField, Picture, Table

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<@U0ADA> and <@U0ADA|ana>, <#C0WARD|ward-7>, <!subteam^S1|@nurses>",
    "@here @channel @everyone @ana",
    "*bold* _italic_ ~struck~ `code` ```fence``` **ours** > quoted",
    "<https://evil.example|your bank> https://evil.example mailto:x@evil.example",
    "&lt;!channel&gt; &amp;",
    ":rotating_light: <!date^1392734382^Posted {date}|now>",
    "abc\u202egnp.exe \u2066hidden\u2069 \u200f",
    "z\u0337\u0322\u031b\u0358\u0331algo " * 20,
    "nul\0nul \x1b[31mred\x1b[0m \x07",
    "half a pair \ud83d and \udfff",
    '{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}',
    "/tune forget",
]
FORM = Form(name="row", subject={}, title="Edit", fields=(FormField(name="output", label="Answer"),), submit="Save")
CARD = CardFace(
    card_id="row:1",
    title="Is this right?",
    fields=(Field(name="Kind", value="handover"),),
    quoted=(Field(name="Answer", value="S: stable\nR: watch"),),
    buttons=(
        Button(label="Approve", action="approve:r1", style="primary"),
        Button(label="Edit", action="edit:r1", form=FORM),
        Button(label="Reject", action="reject:r1", style="danger"),
    ),
    note="Write `/tune review` to see **all** of them.",
    state="2",
)

texts = st.one_of(
    st.text(st.characters(categories=None), max_size=60),
    st.sampled_from(HOSTILE),
    st.builds(lambda text, times: text * times, st.text(max_size=20), st.integers(1, 2500)),
)
ids = st.text(st.characters(codec="ascii", exclude_characters='"\\|', min_codepoint=32), min_size=1, max_size=60)
fields = st.lists(st.builds(Field, name=texts, value=texts), max_size=5).map(tuple)
buttons = st.builds(
    Button,
    label=texts,
    action=ids,
    style=st.sampled_from(["plain", "primary", "danger"]),
    form=st.sampled_from([None, FORM]),
    verdict=st.sampled_from(["", "good", "bad"]),
)
messages = st.builds(
    ChatMessage,
    text=texts,
    quoted=fields,
    card=st.none()
    | st.builds(
        CardFace,
        card_id=ids,
        title=texts,
        fields=fields,
        quoted=fields,
        buttons=st.lists(buttons, max_size=27).map(tuple),
        note=texts,
        state=ids,
    ),
    table=st.none()
    | st.builds(
        Table,
        title=texts,
        header=st.lists(texts, max_size=4).map(tuple),
        rows=st.lists(st.lists(texts, max_size=5).map(tuple), max_size=5).map(tuple),
    ),
    picture=st.none() | st.builds(Picture, path=st.just("a.png"), alt=texts),
    file=st.none() | st.builds(Enclosure, path=st.just("a.md"), name=texts),
    ping=st.booleans(),
)
