"""A nightly schedule where the clocks change: one run a day, whenever the server looks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import CronSchedule

#: Noon before the change, UTC; the change is within the next 24 hours.
CHANGES = {
    ("Europe/Berlin", "back"): datetime(2026, 10, 24, 12, tzinfo=UTC),
    ("Europe/Berlin", "forward"): datetime(2027, 3, 27, 12, tzinfo=UTC),
    ("America/New_York", "back"): datetime(2026, 10, 31, 12, tzinfo=UTC),
    ("America/New_York", "forward"): datetime(2027, 3, 13, 12, tzinfo=UTC),
}


def fired(cron: str, zone: str, noon: datetime) -> list[datetime]:
    """Every time that a server schedules in the 24 hours, which look ahead again and again.

    It keeps one run for each time, however often it looks.
    """
    schedule = CronSchedule(cron=cron, timezone=zone)
    end = noon + timedelta(hours=24)
    looks = [noon + timedelta(minutes=minutes) for minutes in range(0, 24 * 60, 4)]
    times = {
        each.astimezone(UTC)
        for look in looks
        for each in asyncio.run(schedule.get_dates(3, start=look, end=end))
    }
    return [each.astimezone(ZoneInfo(zone)) for each in sorted(times)]


@pytest.mark.parametrize("cron", ["30 1 * * *", "0 2 * * *", "30 2 * * *", "0 3 * * *"])
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_one_run_in_the_night_of_a_change(zone: str, change: str, cron: str) -> None:
    noon = CHANGES[zone, change]
    [run] = fired(cron, zone, noon)
    minute, hour = (int(field) for field in cron.split()[:2])
    tomorrow = (noon + timedelta(hours=24)).date()
    wanted = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, minute)
    # A time that comes twice counts as the first; one that is left out, as an hour before.
    first = wanted.replace(tzinfo=ZoneInfo(zone), fold=0)
    left_out = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted
    expected = first - timedelta(hours=1) if left_out else first
    assert run.astimezone(UTC) == expected.astimezone(UTC)


def test_some_of_these_times_come_twice_and_some_not_at_all() -> None:
    [twice] = fired("30 2 * * *", "Europe/Berlin", CHANGES["Europe/Berlin", "back"])
    [left_out] = fired("30 2 * * *", "Europe/Berlin", CHANGES["Europe/Berlin", "forward"])
    assert (twice.isoformat(), left_out.isoformat()) == (
        "2026-10-25T02:30:00+02:00",
        "2027-03-28T01:30:00+01:00",
    )


def test_schedule_without_a_time_zone_is_in_utc() -> None:
    [run] = asyncio.run(CronSchedule(cron="0 3 * * *").get_dates(1))
    assert (run.hour, run.utcoffset()) == (3, timedelta(0))
