"""The chapter of docs/processer.md about one process, written from its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.process.steps import Page, Step
from casework.process.workflow import Process
from organisation.rights import Role

HEADER = "| steg | läge | av | uppgift | stöd |\n|---|---|---|---|---|"


def chapter(
    title: str, process: Process[Any], *, law_of: Callable[[str], str] = str
) -> str:
    """Return a process in Swedish: its states and the ways between them, and each step of its table.

    ``law_of`` returns the reference that a step's law stands for.
    """
    names = dict(process.model._meta.get_field("state").flatchoices)
    reached = process.reached()
    names = {state: label for state, label in names.items() if state in reached}
    header, *ways = process.diagram().splitlines()
    named = [f'    state "{label}" as {state}' for state, label in names.items()]
    rows = [
        _row(each, names, law_of) for each in process.table if each.sources & reached
    ]
    return "\n".join(
        [
            f"## {title}",
            "```mermaid",
            header,
            *named,
            *ways,
            "```",
            "",
            HEADER,
            *rows,
            "",
        ]
    )


def _row(each: Step | Page, names: dict[str, str], law_of: Callable[[str], str]) -> str:
    task = each.task.label if each.task else ""
    where = ", ".join(label for state, label in names.items() if state in each.sources)
    who = ", ".join(role.label for role in Role if role in each.roles) or "systemet"
    if isinstance(each, Page):
        return f"| (egen sida) | {where} | {who} | {task} | |"
    return f"| {each.label} | {where}{_leads(each, names)} | {who} | {task} | {law_of(each.law)} |"


def _leads(step: Step, names: dict[str, str]) -> str:
    if step.target:
        return f" → {names[step.target]}"
    ends = " eller ".join(names[end] for end in sorted(step.targets))
    return f" → {ends}" if ends else ""
