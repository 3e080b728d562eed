"""Dashboard and alerts ask for what there is: each metric they name, and each in docs, is on the page."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.meters import Depths, Meters, Own

FOLDER = Path(__file__).parents[2] / "docs" / "operations"
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
NAME = re.compile(r"\b(?:tickercast|process)_[a-z_]+\b")


def page(meters, depths=None, own=None):
    own = own or Own(0, on_duty=True)
    return meters.page(NOW, own, depths or Depths(0, None, 0, 0)).decode()


def on_the_page():
    """Every sample's name on a page of a process where each thing has happened once."""
    meters = Meters()
    meters.request("sendMessage", "sent", 0.1)
    meters.update_taken()
    meters.update_answered(0.1)
    meters.forecast("made")
    meters.asked("yahoo", "answered", None)
    meters.job("resolve", done=True, seconds=1)
    meters.incident()
    families = list(text_string_to_metric_families(page(meters)))
    return {sample.name for family in families for sample in family.samples}


def rules():
    groups = yaml.safe_load((FOLDER / "prometheus-alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    return json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"]


def test_every_metric_that_is_asked_for_exists():
    """A renamed metric fails here, not on the night when its alert should have rung."""
    asked = [rule["expr"] for rule in rules()]
    asked += [target["expr"] for panel in panels() for target in panel["targets"]]
    named = {name for expr in asked for name in NAME.findall(expr)}
    assert named - on_the_page() == set()
    assert len(rules()) == len({rule["alert"] for rule in rules()})
    assert all(rule["annotations"]["summary"] for rule in rules())


def test_docs_name_every_metric_of_ours():
    """And none that there is not."""
    told = set(NAME.findall((FOLDER / "watching.md").read_text())) - {"process_"}
    lasting = {name for name in on_the_page() if not name.endswith("_created")}
    bases = {re.sub(r"_(bucket|count|sum)$", "", name) for name in lasting}
    ours = {name for name in bases if name.startswith("tickercast_")}
    assert {name for name in told if name.startswith("tickercast_")} == ours


def test_the_page_says_what_waits_and_for_how_long():
    """Worked out by hand: due at 9:58:30 is 90 s ago; 82 of 100 is 0.82; a rest until 10:01 holds."""
    meters = Meters()
    meters.asked("yahoo", "limited", NOW.replace(minute=1))
    meters.asked("tiingo", "limited", NOW.replace(hour=9))
    oldest = NOW.replace(hour=9, minute=58, second=30)
    text = page(meters, Depths(3, oldest, 100, 82), Own(2, on_duty=False))
    for line in (
        "tickercast_outbox_due 3.0",
        "tickercast_outbox_oldest_due_seconds 90.0",
        "tickercast_inbox_waiting 2.0",
        "tickercast_held_share 0.82",
        "tickercast_on_duty 0.0",
        'tickercast_price_source_resting{source="yahoo"} 1.0',
        'tickercast_price_source_resting{source="tiingo"} 0.0',
        'tickercast_price_questions_total{outcome="limited",source="yahoo"} 1.0',
    ):
        assert line in text.splitlines()


def test_what_a_process_knows_itself_goes_on_while_its_database_is_away():
    """Else a replica that lost the database, and with it the schedule, would look on duty for ever."""
    meters = Meters()
    meters.page(NOW, Own(0, on_duty=True), Depths(3, None, 0, 0))
    lines = meters.page(NOW, Own(7, on_duty=False), None).decode().splitlines()
    for line in (
        "tickercast_on_duty 0.0",
        "tickercast_inbox_waiting 7.0",
        "tickercast_outbox_due 3.0",
        "tickercast_database_readable 0.0",
    ):
        assert line in lines


def test_what_can_fail_is_counted_from_nought():
    """Prometheus sees no growth in a series that begins at 1: a first failure would ring nothing."""
    meters = Meters()
    meters.expect_jobs(["resolve"])
    meters.request("getUpdates", "sent", 0.1)
    meters.asked("yahoo", "answered", None)
    lines = page(meters).splitlines()
    for line in (
        'tickercast_job_runs_total{job="resolve",outcome="failed"} 0.0',
        'tickercast_telegram_requests_total{method="getUpdates",outcome="lost"} 0.0',
        'tickercast_price_questions_total{outcome="unreached",source="yahoo"} 0.0',
    ):
        assert line in lines
