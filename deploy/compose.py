"""What docker-compose.yml and the Dockerfile say, read as those who start them read them."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# $$, ${NAME}, ${NAME:-otherwise} and ${NAME:?what to do}: all that the file uses of the language.
_VALUE = re.compile(
    r"\$(?:\$|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}|(?P<wrong>.?))"
)
# In .env.example: a setting that is to be filled in, and one that has a value of its own.
_SETTING = re.compile(
    r"^(?P<spare># )?(?P<name>[A-Z][A-Z_]+)=(?P<value>\S*)", re.MULTILINE
)
WITHOUT_DOCKER = "Bara utan Docker"


class ComposeError(Exception):
    """The files cannot be started as they stand; the message says why."""


@dataclass(frozen=True)
class Service:
    """One service, with every value filled in."""

    name: str
    image: str
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()
    runs_once: bool = False


def services(values: dict[str, str]) -> dict[str, Service]:
    """Return the services with these values for .env, in the order in which they may start.

    Those that have a profile are started by nobody but who asks for them by name.
    """
    whole = _filled(
        yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8")), values
    )
    found = {
        name: _service(name, facts)
        for name, facts in whole["services"].items()
        if "profiles" not in facts
    }
    ordered: dict[str, Service] = {}
    while len(ordered) < len(found):
        ready = [
            one
            for one in found.values()
            if set(one.waits_for) <= set(ordered) and one.name not in ordered
        ]
        if not ready:
            raise ComposeError("the services wait for each other")
        ordered |= {one.name: one for one in ready}
    return ordered


def _service(name: str, facts: dict[str, Any]) -> Service:
    return Service(
        name=name,
        image=facts["image"],
        command=facts.get("command", []),
        environment={
            key: str(value) for key, value in facts.get("environment", {}).items()
        },
        waits_for=tuple(facts.get("depends_on", {})),
        runs_once=facts.get("restart") == "no",
    )


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if isinstance(part, str):
        return _VALUE.sub(lambda found: _value(found, values), part)
    return part


def _value(found: re.Match[str], values: dict[str, str]) -> str:
    if found[0] == "$$":
        return "$"
    if found["wrong"] is not None:
        raise ComposeError(f"this is no value: {found[0]}")
    value = values.get(found["name"], "")
    if value or found["how"] is None:
        return value
    if found["how"] == ":?":
        raise ComposeError(f"{found['name']} is missing in .env: {found['rest']}")
    return found["rest"] or ""


def filled_example() -> dict[str, str]:
    """Return .env.example as somebody fills it in who chooses nothing and makes up every secret."""
    text = (ROOT / ".env.example").read_text("utf-8")
    settings = [found for found in _SETTING.finditer(text) if not found["spare"]]
    return {
        found["name"]: found["value"] or secrets.token_hex(32) for found in settings
    }


def settings_in_example() -> tuple[set[str], set[str]]:
    """Return the settings that the example names: those for the compose file, and those without Docker."""
    both, apart = (ROOT / ".env.example").read_text("utf-8").split(WITHOUT_DOCKER)
    return _settings_in(both) - {"SECRET_KEY_FILE"}, _settings_in(apart)


def _settings_in(part: str) -> set[str]:
    return {found["name"] for found in _SETTING.finditer(part)}


def settings_asked_for() -> set[str]:
    """Return the settings that the compose file takes from .env."""
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    return {found["name"] for found in _VALUE.finditer(text) if found["name"]}


def command_of_image() -> list[str]:
    """Return the command that the Dockerfile gives the image: the web server's."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    commands = re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)
    return [str(word) for word in json.loads(commands[-1])]


def left_out_of_image() -> list[str]:
    """Return the patterns of what the image does not get a copy of."""
    return (ROOT / ".dockerignore").read_text("utf-8").split()
