"""Reminders: when they come, and in which time zone."""

SENTENCES: dict[str, str] = {
    # When: these go on after "I remind you", or stand in a list
    "remind.when.once": "once, on {date} at {times}",
    "remind.when.daily": "every day at {times}",
    "remind.when.daily_n": "every {every} days at {times}",
    "remind.when.workdays": "every weekday, Monday to Friday, at {times}",
    "remind.when.weekly": "every {days} at {times}",
    "remind.when.weekly_n": "every {every} weeks on {days} at {times}",
    "remind.when.monthly_day": "every month on day {nth} at {times}",
    "remind.when.monthly_day_n": "every {every} months on day {nth} at {times}",
    "remind.when.monthly_last": "every month on its last day at {times}",
    "remind.when.monthly_last_n": "every {every} months on the last day of the month at {times}",
    "remind.when.monthly_nth": "every month on its {nth} {days} at {times}",
    "remind.when.monthly_nth_n": "every {every} months on the {nth} {days} of the month at {times}",
    "remind.when.monthly_working": "every month on its {nth} working day at {times}",
    "remind.when.monthly_working_n": "every {every} months on the {nth} working day of the month at {times}",
    "remind.when.yearly": "every year on {nth} {month} at {times}",
    "remind.when.yearly_n": "every {every} years on {nth} {month} at {times}",
    "remind.when.or_last": " (or on the last day of a month that is shorter)",
    "remind.when.if_any": " (in months that have one)",
    "remind.when.last_day": "the last",
    "remind.when.until": ", until {date}",
    "remind.when.count": ", {count} times in all",
    "remind.when.and": "{first} and {last}",
    "remind.when.date": "{weekday} {day} {month} {year}",
    "remind.when.moment": "{date}, {time} ({zone})",
    "remind.when.nth.1": "first",
    "remind.when.nth.2": "second",
    "remind.when.nth.3": "third",
    "remind.when.nth.4": "fourth",
    "remind.when.nth.5": "fifth",
    "remind.when.nth.-1": "last",
    "remind.when.day.MO": "Monday",
    "remind.when.day.TU": "Tuesday",
    "remind.when.day.WE": "Wednesday",
    "remind.when.day.TH": "Thursday",
    "remind.when.day.FR": "Friday",
    "remind.when.day.SA": "Saturday",
    "remind.when.day.SU": "Sunday",
    "remind.when.weekday.0": "Monday",
    "remind.when.weekday.1": "Tuesday",
    "remind.when.weekday.2": "Wednesday",
    "remind.when.weekday.3": "Thursday",
    "remind.when.weekday.4": "Friday",
    "remind.when.weekday.5": "Saturday",
    "remind.when.weekday.6": "Sunday",
    "remind.when.month.1": "January",
    "remind.when.month.2": "February",
    "remind.when.month.3": "March",
    "remind.when.month.4": "April",
    "remind.when.month.5": "May",
    "remind.when.month.6": "June",
    "remind.when.month.7": "July",
    "remind.when.month.8": "August",
    "remind.when.month.9": "September",
    "remind.when.month.10": "October",
    "remind.when.month.11": "November",
    "remind.when.month.12": "December",
    # When: what cannot be taken
    "remind.when.unclear.empty": "When shall I remind you? Write it like `every Tuesday at 9`, or `tomorrow at 10`.",
    "remind.when.unclear.too_long": "That is too long for me to find a time in it. Write only when, like `every Tuesday at 9`.",
    "remind.when.unclear.not_understood": (
        "I did not understand “{rest}” as a time. Write it like `every Tuesday at 9`, `every weekday at 8:30`, "
        "`on the first Monday of the month at 9`, or `tomorrow at 10`."
    ),
    "remind.when.unclear.somebody_else": (
        "I remind nobody but you: everybody sets their own reminders, so that I write to nobody who did not ask for it. Have "
        "{who} write to me `/tune remind every Friday at 9 to …`. To be reminded yourself, begin with the time."
    ),
    "remind.when.unclear.others": (
        "I remind nobody but you: everybody sets their own reminders, so that I write to nobody who did not ask for it. Each of "
        "you writes to me `/tune remind every Friday at 9 to …`. For all of you, a project's week comes once a week into its "
        "thread, if an owner writes `/tune remind digest` there."
    ),
    "remind.when.unclear.past": "That time is over. Name one that is still to come, like `tomorrow at 10`.",
    "remind.when.unclear.too_far": "That is too far away for me: I take reminders for the next five years.",
    "remind.when.unclear.too_rare": "That is too seldom for me: at most every {most} {unit}s. Name one date instead, like `on 1 March`.",
    "remind.when.unclear.too_often": (
        "I remind you at set times of a day, at most {most} of them. Name them, like `every day at 9, 13 and 17`."
    ),
    "remind.when.unclear.which_days": (
        "On which days of the {unit}? Name them, like `every Tuesday and Friday at 9`, or `on the first Monday of the month at 9`."
    ),
    "remind.when.unclear.which_date": "“{date}” can be read in two ways. Write the month as a word, like `24 December at 9`.",
    "remind.when.unclear.no_such_day": "There is no such day: {day}. Name another, or write `on the last day of the month`.",
    "remind.when.unclear.every_or_once": (
        "Once, or again and again? Write the day with it: `tomorrow at 9` comes once, `every day at 9` or `every Monday at 9` "
        "come again."
    ),
    "remind.when.unclear.every_second": (
        "That can be read in two ways. Write `every other Tuesday` for every two weeks, or `on the second Tuesday of the month`."
    ),
    "remind.when.unclear.two_meanings": "“{word}” can be read in two ways. Write `every 2 weeks`, or name the days, like `every Tuesday and Friday`.",
    "remind.when.unclear.bad_time": "“{time}” is no time of day. Write it like `9`, `17:30` or `5 pm`.",
    "remind.when.unclear.am_or_pm": "{time} in the morning or in the afternoon? Write `{morning}` or `{later}`.",
    "remind.when.unclear.midnight": "Midnight belongs to two days. Write `00:00` for the begin of the day, or `23:59` for its end.",
    "remind.when.unclear.same_minute": (
        "One reminder can have several hours, but only one minute, like `every day at 9:30 and 17:30`. Set two reminders for "
        "two different minutes."
    ),
    "remind.when.unclear.one_time": "I can take only one time of day for that. Set a reminder of its own for each time.",
    "remind.when.unclear.own_times": (
        "Each of these days has a time of its own. Set a reminder for each, like `every Tuesday at 9`, and then `every Thursday at 17`."
    ),
    "remind.when.unclear.no_hour": "I did not understand that as one time of day.",
    "remind.when.unclear.no_range": "I did not understand these hours.",
    "remind.when.unclear.empty_range": "I did not understand these hours: they would end when they begin.",
    "remind.when.unclear.one_day": "I can take only one day of the month for that. Set a reminder of its own for each day.",
    # Time zones
    "remind.zone.empty": "Where are you? Name a city, like `Berlin`, or write what your clock shows, like `14:30`.",
    "remind.zone.unknown": (
        "I know no time zone called “{said}”. Name a large city near you, like `Berlin` or `New York`, or write what your clock "
        "shows now, like `14:30`."
    ),
    "remind.zone.no_such_offset": "No place has clocks that differ so much. What does your clock show now? Write it like `14:30`.",
    "remind.zone.which": "Which of these has the same time as you, in summer and in winter?",
    "remind.zone.option": "{place}, {time} now",
}
