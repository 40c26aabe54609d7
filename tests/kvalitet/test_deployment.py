"""What is shipped to be put into service: the compose file, the example of .env, and the proxy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

from casework.database.logins import LOGINS
from deploy.__main__ import deployed, main
from deploy.compose import (
    ROOT,
    ComposeError,
    command_of_image,
    filled_example,
    services,
    settings_asked_for,
    settings_in_example,
)
from deploy.containers import Containers
from kvalitet.operations.checks import NOT_FOR_WEB
from organisation.sign_in.addresses import neighbourhood_of

FOUND = services(filled_example())
APPLICATION = [name for name, service in FOUND.items() if service.image == "kvalitet"]


def setting_with(name: str, **values: str) -> str:
    """Return a setting as the product reads it where these variables are set."""
    needed = {
        "SECRET_KEY": "x",
        "DATABASE_URL": "postgres://x@127.0.0.1/x",
        "PATH": os.defpath,
    }
    command = [
        sys.executable,
        "-c",
        f"from kvalitet import settings; print(settings.{name})",
    ]
    done = subprocess.run(
        command,
        env=needed | values,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, **programs: str) -> None:
    """Have programs of this machine do something else."""
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


# --- docker-compose.yml and .env.example ------------------------------------------------------
def test_example_names_every_setting_that_the_compose_file_asks_for() -> None:
    assert settings_asked_for() - settings_in_example()[0] == set()


def test_compose_file_passes_on_every_setting_of_the_example() -> None:
    assert settings_in_example()[0] - settings_asked_for() == set()


def test_compose_file_sets_what_the_example_says_it_sets() -> None:
    of_image = set(
        re.findall(r"\b([A-Z_]+)=", (ROOT / "Dockerfile").read_text("utf-8"))
    )
    of_services = {name for one in FOUND.values() for name in one.environment}
    without = settings_in_example()[1]

    assert without - of_services - of_image == set()
    assert without & settings_asked_for() == set()


def test_product_reads_every_setting_that_the_compose_file_gives_it() -> None:
    logins = ROOT / "casework" / "database" / "logins.py"
    read = "".join(
        path.read_text("utf-8") for path in [*(ROOT / "kvalitet").rglob("*.py"), logins]
    )
    given = {name for one in APPLICATION for name in FOUND[one].environment}

    assert {name for name in given if f'"{name}"' not in read} == set()


def test_documentation_explains_every_setting_of_the_example() -> None:
    text = (ROOT / "docs" / "drift.md").read_text("utf-8")
    settings_there = {
        name
        for name in set.union(*settings_in_example())
        if not name.endswith("_PASSWORD")
    }

    assert {name for name in settings_there if f"`{name}" not in text} == set()


def test_settings_that_nobody_chooses_are_the_same_with_docker_as_without() -> None:
    text = (ROOT / "kvalitet" / "settings.py").read_text("utf-8")
    without = dict(re.findall(r'env\.int\(\s*"(\w+)", default=(\d+)', text))
    given = FOUND["web"].environment
    both = set(without) & set(given)

    assert "CONN_MAX_AGE" in both
    assert {name: given[name] for name in both} == {
        name: without[name] for name in both
    }


def test_compose_file_refuses_to_start_without_a_secret() -> None:
    values = filled_example() | {"SECRET_KEY": ""}
    with pytest.raises(ComposeError, match="SECRET_KEY"):
        services(values)


def test_only_what_migrates_knows_more_than_the_app_role() -> None:
    knows = {
        name: {one.name for one in FOUND.values() if name in one.environment}
        for name in NOT_FOR_WEB
    }

    assert knows == {
        "OWNER_DATABASE_URL": {"roles", "migrate"},
        "ADMIN_DATABASE_URL": {"roles"},
        "SEALER_KEY": {"sealer"},
    } | {
        login.setting: {"roles", "migrate"}
        | ({"sealer"} if login.name == "sealer" else set())
        for login in LOGINS
    }


def test_purger_is_started_by_hand_with_its_own_address_alone() -> None:
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    purger = whole["services"]["purger"]

    assert purger["profiles"]
    assert "purger" not in FOUND
    assert {name for name in NOT_FOR_WEB if name in purger["environment"]} == {
        "DATABASE_PURGER_URL"
    }


def test_web_and_worker_sign_in_as_neither_owner_nor_administrator() -> None:
    def role_in(name: str, setting: str) -> str | None:
        return urlsplit(FOUND[name].environment[setting]).username

    mightier = {
        role_in("migrate", "OWNER_DATABASE_URL"),
        role_in("roles", "ADMIN_DATABASE_URL"),
    }

    assert FOUND["database"].environment["POSTGRES_USER"] in mightier
    assert mightier.isdisjoint(role_in(name, "DATABASE_URL") for name in APPLICATION)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_services_reach_only_services_of_the_file(name: str) -> None:
    hosts = {
        re.search(r"@(\w+):", FOUND[one].environment[name])[1] for one in APPLICATION
    }  # type: ignore[index]

    assert hosts <= set(FOUND)


def test_services_start_after_what_they_wait_for() -> None:
    order = list(FOUND)

    assert order.index("database") < order.index("migrate") < order.index("web")
    assert order.index("broker") < order.index("worker")


def test_database_is_made_like_the_embedded_one() -> None:
    from demo.embedded import Postgres

    arguments = FOUND["database"].environment["POSTGRES_INITDB_ARGS"].split()

    assert set(Postgres.options) <= set(arguments)


def test_containers_may_do_no_more_than_they_must() -> None:
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]

    for name in (*APPLICATION, "proxy"):
        assert whole[name]["read_only"], name
        assert whole[name]["cap_drop"] == ["ALL"], name
        assert whole[name]["security_opt"] == ["no-new-privileges:true"], name
    assert all("cap_add" not in whole[name] for name in APPLICATION)


def test_only_the_proxy_is_reached_from_other_machines() -> None:
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    open_ports = {
        name: [
            port for port in facts.get("ports", []) if not port.startswith("127.0.0.1:")
        ]
        for name, facts in whole.items()
    }

    assert [name for name, ports in open_ports.items() if ports] == ["proxy"]


def test_web_server_listens_where_the_proxy_asks() -> None:
    command = command_of_image()
    port = command[command.index("--bind") + 1].rpartition(":")[2]

    assert f"http://web:{port};" in (ROOT / "deploy" / "proxy" / "start.sh").read_text(
        "utf-8"
    )


# --- the proxy --------------------------------------------------------------------------------
def test_proxy_takes_what_the_product_takes() -> None:
    text = (ROOT / "deploy" / "proxy" / "nginx.conf").read_text("utf-8")
    largest = int(re.search(r"client_max_body_size (\d+)m;", text)[1]) * 1024 * 1024  # type: ignore[index]

    assert settings.LARGEST_BODY < largest < 1.2 * settings.LARGEST_BODY


# --- the trial --------------------------------------------------------------------------------
def test_limits_are_measured_in_containers_from_addresses_that_are_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr("deploy.addresses._route", done.append)
    monkeypatch.setattr("deploy.containers.engine", lambda: ["true"])

    with deployed({"containers", "limits"}) as deployment:
        site = deployment.site
        assert done == ["replace"]
    networks = {neighbourhood_of(site.sources.format(number)) for number in range(3)}

    assert done == ["replace", "del"]
    assert len(networks) == 3
    assert not any(
        ip_address(network).is_loopback for network in (site.host, *networks)
    )


def test_trial_says_why_addresses_cannot_be_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, ip="echo Operation not permitted >&2; exit 2")

    assert main("containers", "limits") == 1
    assert "Operation not permitted" in capsys.readouterr().err


def test_answer_from_a_container_is_what_the_command_answers_and_a_log_is_all_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(
        monkeypatch,
        tmp_path,
        docker="exit 1",
        **{"podman-compose": "echo 1; echo Uppgift saknas >&2"},
    )
    containers = Containers(tmp_path)

    assert containers.manage("figures") == "1\n"
    assert containers.log_of("web") == "1\nUppgift saknas\n"


def test_volumes_without_names_go_with_the_containers_of_a_trial(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    note = f'echo "$*" >> {calls}; echo container-1'
    pretend(
        monkeypatch, tmp_path, docker="exit 1", podman=note, **{"podman-compose": note}
    )
    Containers(tmp_path).stop()
    said = [
        line.rpartition(f"{tmp_path}/.env ")[2]
        for line in calls.read_text().splitlines()
    ]

    assert said[0] == "stop"
    assert said[2:] == ["rm --ignore --depend --volumes container-1", "down --volumes"]


# --- settings ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "found"),
    [
        (
            {"HTTPS": "1", "ALLOWED_HOSTS": "kvalitet.kommun.se,annat"},
            "https://kvalitet.kommun.se",
        ),
        ({"HTTPS": "1", "ALLOWED_HOSTS": "a", "SITE_URL": "https://b/"}, "https://b/"),
        ({}, "http://localhost:8000"),
    ],
)
def test_mails_lead_to_the_site_also_where_nobody_says_where_it_is(
    given: dict[str, str], found: str
) -> None:
    assert setting_with("SITE_URL", **given) == found


def test_https_is_demanded_of_names_below_unless_turned_off() -> None:
    given = {"HTTPS": "1", "ALLOWED_HOSTS": "kommun.se"}

    assert setting_with("SECURE_HSTS_INCLUDE_SUBDOMAINS", **given) == "True"
    assert (
        setting_with("SECURE_HSTS_INCLUDE_SUBDOMAINS", **given, HSTS_SUBDOMAINS="0")
        == "False"
    )
