"""The files that deploy the bot keep what they promise, as far as can be seen without Docker."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from tests import images

ROOT = Path(__file__).parents[2]
OVERLAYS = ("postgres", "webhook", "dask")
NEEDED = {
    "postgres": {"POSTGRES_PASSWORD"},
    "webhook": {"WEBHOOK_HOST", "WEBHOOK_SECRET"},
    "dask": set(),
}


def compose(name=""):
    path = ROOT / (f"compose.{name}.yaml" if name else "compose.yaml")
    return yaml.safe_load(path.read_text())


def bot_environment(*overlays):
    """What the bot's container is told, later files over earlier ones, as Compose merges them."""
    told = dict(compose()["services"]["bot"]["environment"])
    for name in overlays:
        told |= compose(name)["services"]["bot"]["environment"]
    return told


def filled(told, **values):
    values["TELEGRAM_BOT_TOKEN"] = "1:token"
    return {k: re.sub(r"\$\{(\w+)[^}]*\}", lambda m: values[m[1]], v) for k, v in told.items()}


def test_the_containers_addresses_win_over_those_of_env_example():
    """`environment` is stronger than `env_file`; .env.example says where a bot on a desk listens."""
    told = filled(bot_environment())
    settings = Settings(_env_file=None, **{k.lower(): v for k, v in told.items()})
    assert settings.listen_address == ("0.0.0.0", 8080)
    assert settings.metrics_address == ("0.0.0.0", 9464)
    assert compose()["services"]["bot"]["env_file"] == ".env"


def test_postgresql_is_what_the_bot_is_told_to_use():
    """With the password of its neighbour, and not before that one takes connections."""
    told = filled(bot_environment("postgres"), POSTGRES_PASSWORD="abc123")
    settings = Settings(_env_file=None, **{k.lower(): v for k, v in told.items()})
    assert settings.database == "postgresql+psycopg://tickercast:abc123@postgres:5432/tickercast"
    services = compose("postgres")["services"]
    assert services["bot"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["postgres"]["healthcheck"]["test"][1].startswith("pg_isready")


def test_a_webhook_reaches_the_bot_through_caddy():
    """Published ports, one path, and the bot where Caddy looks for it."""
    told = filled(bot_environment("webhook"), WEBHOOK_HOST="bot.example.org", WEBHOOK_SECRET="x1")
    settings = Settings(_env_file=None, **{k.lower(): v for k, v in told.items()})
    assert settings.webhook_url == "https://bot.example.org/telegram"
    assert settings.webhook_secret is not None
    caddy = compose("webhook")["services"]["caddy"]
    assert {"80:80", "443:443"} <= set(caddy["ports"])
    served = (ROOT / "docs/operations/Caddyfile").read_text()
    assert f"reverse_proxy bot:{settings.listen_address[1]}" in served
    assert "handle /telegram" in served
    assert "9464" not in served


@pytest.mark.parametrize("name", OVERLAYS)
def test_what_is_missing_is_named_and_nothing_starts(name):
    """`:?` makes Compose end with the sentence; without such a file none of these is needed."""
    text = (ROOT / f"compose.{name}.yaml").read_text()
    variables = set(re.findall(r"\$\{(\w+)", text))
    assert variables == NEEDED[name]
    assert set(re.findall(r"\$\{(\w+):\?set \1 in \.env", text)) == variables
    alone = set(re.findall(r"\$\{(\w+):\?set \1 in \.env", (ROOT / "compose.yaml").read_text()))
    assert alone == {"TELEGRAM_BOT_TOKEN"}


@pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="docker-compose is not installed"
)
def test_compose_reads_all_files_together_and_names_what_is_missing(tmp_path):
    """Its own program, without a daemon, on a copy whose .env is the example, filled in or not."""
    for path in ROOT.glob("compose*.yaml"):
        shutil.copy(path, tmp_path)
    example = (
        (ROOT / ".env.example").read_text().replace("TELEGRAM_BOT_TOKEN=", "TELEGRAM_BOT_TOKEN=1:a")
    )
    filled_in = "\nPOSTGRES_PASSWORD=a1\nWEBHOOK_HOST=bot.example.org\nWEBHOOK_SECRET=b2\n"
    command = ["docker-compose"]
    for name in ("compose.yaml", *(f"compose.{overlay}.yaml" for overlay in OVERLAYS)):
        command += ["-f", name]
    for more, status, word in (("", 1, "set POSTGRES_PASSWORD in .env"), (filled_in, 0, "9464")):
        (tmp_path / ".env").write_text(example + more)
        told = subprocess.run(
            [*command, "config"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert told.returncode == status, told.stderr
        assert word in told.stdout + told.stderr


def test_dask_workers_are_the_training_image_and_the_bot_knows_their_scheduler():
    """Their health is not the bot's to tell."""
    services = compose("dask")["services"]
    scheduler = services["bot"]["environment"]["TRAINING_CLUSTER"]
    assert scheduler == "tcp://dask-scheduler:8786"
    assert scheduler in services["dask-worker"]["command"]
    for name in ("dask-scheduler", "dask-worker"):
        assert services[name]["image"] == "tickercast:train"
        assert services[name]["healthcheck"] == {"disable": True}
        module = services[name]["command"][0]
        assert find_spec(module) is not None


def test_the_images_hold_no_tool_of_development():
    """Neither lock that the Dockerfile names has one; training has what nights and Dask need."""
    named = re.findall(r"COPY (requirements\S+)", (ROOT / "Dockerfile").read_text())
    assert named == ["requirements-bot.lock", "requirements-train.lock"]
    locks = {n: re.findall(r"^([\w.-]+)==", (ROOT / n).read_text(), re.MULTILINE) for n in named}
    tools = {"pytest", "mypy", "ruff", "playwright", "scikit-learn", "arch", "hypothesis"}
    for packages in locks.values():
        assert not tools & set(packages)
        assert "prometheus-client" in packages
    assert {"keras", "distributed", "optuna"} <= set(locks["requirements-train.lock"])
    assert "scipy" not in locks["requirements-bot.lock"]


def test_the_image_asks_the_process_and_keeps_its_fonts():
    """The health check is the process's own, and caches lie where something can be written."""
    text = (ROOT / "Dockerfile").read_text()
    assert 'CMD ["python", "-m", "bot", "health"]' in text
    assert "MPLCONFIGDIR=/data/" in text
    assert "compileall" in text
    assert "data:/data" in compose()["services"]["bot"]["volumes"]


def test_the_unit_file_is_one_that_systemd_reads(tmp_path):
    """Every key is known; where systemd is not installed, that it is hardened is still checked."""
    unit = ROOT / "docs/operations/tickercast.service"
    text = unit.read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert line in text
    # Settings of the file that the operator copies would win over `Environment=`.
    assert "ExecStart=/usr/bin/env DATA_DIR=/var/lib/tickercast " in text
    if shutil.which("systemd-analyze"):
        told = subprocess.run(
            ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
        )
        assert "Unknown" not in told.stderr, told.stderr
        assert "Failed to parse" not in told.stderr


def test_where_no_image_can_be_built_that_is_said(monkeypatch, capsys):
    """`make image-test` is no silent success."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert images.main() == 0
    assert "NOT RUN" in capsys.readouterr().out


def test_what_the_image_leaves_out_is_nothing_that_serving_loads(tmp_path):
    """The sample's own file, the six languages and our pictures' fonts stay; tests and C go."""
    kept = (
        "matplotlib/mpl-data/sample_data/goog.npz",
        "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf",
        *(
            f"babel/locale-data/{name}.dat"
            for name in ("root", "en", "de", "es", "fr", "pt_BR", "ru")
        ),
        "fontTools/misc/textTools.py",
        "pyarrow/libarrow_python.so.2600",
        "pandas/core/frame.py",
    )
    gone = (
        "matplotlib/mpl-data/sample_data/topobathy.npz",
        "matplotlib/mpl-data/fonts/ttf/cmr10.ttf",
        "babel/locale-data/uk.dat",
        "fontTools/varLib/iup.c",
        "pyarrow/libarrow_python.so",
        "pyarrow/libarrow_python.so.2600.1.0",
        "pyarrow/libarrow_flight.so.2600",
        "pandas/tests/test_sorting.py",
        "tensorflow/include/any.h",
    )
    for name in ("curl_cffi/empty.py", *kept, *gone):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    # Nothing here is a library that `strip` would take.
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "strip").write_text("#!/bin/sh\n")
    (tools / "strip").chmod(0o755)
    environment = {"PATH": f"{tools}:/usr/bin:/bin"}
    subprocess.run(["sh", ROOT / "image/slim.sh", tmp_path], check=True, env=environment)
    assert [name for name in kept if not (tmp_path / name).exists()] == []
    assert [name for name in gone if (tmp_path / name).exists()] == []


def test_proxies_before_replicas_pass_a_post_on_and_ask_whether_they_are_ready():
    """Only Telegram's path, to any of them, and to another where one does not take it."""
    caddy = (ROOT / "docs/operations/Caddyfile.replicas").read_text()
    nginx = (ROOT / "docs/operations/nginx-replicas.conf").read_text()
    for served in (caddy, nginx):
        assert all(f"bot-{number}:8080" in served for number in (1, 2, 3))
        assert "9464;" not in served
        assert "404" in served
    assert "health_uri /readyz" in caddy
    assert "proxy_next_upstream error timeout http_502 http_503 non_idempotent;" in nginx
    page = (ROOT / "docs/operations/replicas.md").read_text()
    for line in ("lb_try_duration 5s", "fail_duration 10s", "proxy_read_timeout 5s;"):
        assert line in page
        assert line in caddy + nginx


def test_nginx_takes_its_configuration(tmp_path):
    """As it is, but for the names and certificates that this machine does not have."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("nginx is not installed")
    served = (ROOT / "docs/operations/nginx-replicas.conf").read_text()
    served = re.sub(r"bot-(\d):8080", r"127.0.0.\1:8080", served).replace("443 ssl", "18443")
    served = re.sub(r"^\s*ssl_\w+ .*\n", "", served, flags=re.MULTILINE)
    config = tmp_path / "nginx.conf"
    own = f"pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}}"
    config.write_text(f"{own} http {{ access_log off; {served} }}")
    run = subprocess.run(
        [program, "-t", "-q", "-c", config, "-p", tmp_path], capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
