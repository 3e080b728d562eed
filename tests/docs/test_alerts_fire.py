"""Each alert rule rings in its own trouble and no other, by Prometheus' own tool for testing rules."""

import shutil
import subprocess

import pytest
import yaml

from tests.docs.test_watching import FOLDER, rules

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="Prometheus is not installed (Debian: prometheus)"
)
UP = 'up{job="tickercast",instance="a"}'
DUTY = 'tickercast_on_duty{instance="a"}'
REQUESTS = 'tickercast_telegram_requests_total{instance="a",method="sendMessage",outcome="%s"}'
ASKED = 'tickercast_price_questions_total{instance="a",source="yahoo",outcome="%s"}'
ANSWERS = 'tickercast_answer_seconds_bucket{instance="a",le="%s"}'
WELL = {
    UP: "1",
    DUTY: "1",
    'tickercast_database_readable{instance="a"}': "1",
    'tickercast_outbox_oldest_due_seconds{instance="a"}': "0",
    'tickercast_inbox_waiting{instance="a"}': "3",
    ANSWERS % "10": "0+60",
    ANSWERS % "30": "0+60",
    ANSWERS % "+Inf": "0+60",
    REQUESTS % "sent": "0+60",
    REQUESTS % "flooded": "0+1",
    REQUESTS % "lost": "0+1",
    ASKED % "answered": "0+1",
    ASKED % "unreached": "0",
    'tickercast_job_runs_total{instance="a",job="resolve",outcome="failed"}': "0",
    'tickercast_incidents_total{instance="a"}': "0",
    'tickercast_held_share{instance="a"}': "0.8",
    'tickercast_resolved{instance="a"}': "5000",
}
"""What each series holds a minute: a value, or where it begins and by how much it grows."""
TROUBLE = {
    "TickercastGone": {UP: "0"},
    "TickercastNobodyOnDuty": {DUTY: "0"},
    "TickercastTwoOnDuty": {'tickercast_on_duty{instance="b"}': "1"},
    "TickercastDatabaseAway": {'tickercast_database_readable{instance="a"}': "0"},
    "TickercastOutboxStuck": {
        'tickercast_outbox_oldest_due_seconds{instance="a"}': "0+60",
    },
    "TickercastUnanswered": {'tickercast_inbox_waiting{instance="a"}': "250"},
    "TickercastSlow": {ANSWERS % "10": "0+50"},
    "TickercastFlooded": {REQUESTS % "flooded": "0+3"},
    "TickercastTelegramLost": {REQUESTS % "lost": "0+30"},
    "TickercastSourceAway": {ASKED % "answered": "50", ASKED % "unreached": "0+0.2"},
    "TickercastNightFailed": {
        'tickercast_job_runs_total{instance="a",job="resolve",outcome="failed"}': "0x110 1",
    },
    "TickercastIncidents": {'tickercast_incidents_total{instance="a"}': "0x80 0+1"},
    "TickercastRangesMiss": {'tickercast_held_share{instance="a"}': "0.6"},
}

MINUTE_AWAY = {ASKED % "answered": "50", ASKED % "unreached": "0x115 9"}
"""A source failed nine times in the last minutes, before that nobody asked."""


def case(label, changes, firing):
    """Two hours of series (a day, where an alert waits so long), and the alerts that have to ring at its end, no others."""
    minutes = 1500 if label == "TickercastRangesMiss" else 120
    return {
        "name": label,
        "interval": "1m",
        "input_series": [
            {"series": k, "values": f"{v}x{minutes}"} for k, v in (WELL | changes).items()
        ],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{minutes}m",
                "exp_samples": [
                    {"labels": f'{{alertname="{name}"}}', "value": 1} for name in firing
                ],
            }
        ],
    }


def test_each_trouble_rings_its_own_alert_and_a_healthy_day_none(tmp_path):
    """By hand: above one threshold in each case, below all others; the tool says which case is not so."""
    assert set(TROUBLE) == {rule["alert"] for rule in rules()}
    path = tmp_path / "cases.yaml"
    cases = [case(name, changes, [name]) for name, changes in TROUBLE.items()]
    content = {
        "rule_files": [str(FOLDER / "prometheus-alerts.yaml")],
        "evaluation_interval": "5m",
        "tests": [case("well", {}, []), case("a minute", MINUTE_AWAY, []), *cases],
    }
    path.write_text(yaml.safe_dump(content))
    told = subprocess.run(
        ["promtool", "test", "rules", path], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
