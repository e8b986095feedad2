"""An address by which something shown to one person can be replaced is used while it is good, and no longer."""

from bot.platforms.slack.notices import RESPONSE_LIVES, RESPONSE_USES, ResponseUrls


class TestResponseUrls:
    def test_serve_five_times_within_half_an_hour(self) -> None:
        now = 0.0
        urls = ResponseUrls(lambda: now)
        urls.keep("c-1", "ada", "https://hooks.slack.com/1")
        assert [urls.use("c-1", "ada") for _ in range(RESPONSE_USES)] == ["https://hooks.slack.com/1"] * 5
        assert urls.use("c-1", "ada") is None
        urls.keep("c-1", "ada", "https://hooks.slack.com/2")
        now = RESPONSE_LIVES + 1
        assert urls.use("c-1", "ada") is None

    def test_belong_to_a_card_and_a_person(self) -> None:
        urls = ResponseUrls(lambda: 0.0)
        urls.keep("c-1", "ada", "https://hooks.slack.com/1")
        urls.keep("c-2", "ada", "")
        assert urls.use("c-1", "ben") is None
        assert urls.use("c-2", "ada") is None

    def test_are_not_kept_without_end(self) -> None:
        urls = ResponseUrls(lambda: 0.0)
        for number in range(3000):
            urls.keep(f"c-{number}", "ada", "https://hooks.slack.com/1")
        assert urls.use("c-0", "ada") is None
        assert len(urls._kept) == 2000
