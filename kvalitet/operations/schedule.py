"""When the scheduler asks for what: every task that nobody's click begins."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "send what is not done": {
        "task": "casework.tasks.sweep",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "count what has changed": {
        "task": "analysis.tasks.refresh",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "remove old drafts": {
        "task": "deviations.tasks.remove_old_drafts",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget what was typed and never sent": {
        "task": "casework.tasks.remove_old_drafts",
        "schedule": crontab(hour="5", minute="5"),
    },
    "remind authors of their sections": {
        "task": "reports.tasks.remind_authors",
        "schedule": crontab(hour="5", minute="50"),
    },
    "report drafts": {
        "task": "reports.tasks.remove_old_drafts",
        "schedule": crontab(hour="5", minute="10"),
    },
    "forget from where somebody came": {
        "task": "organisation.tasks.forget_sources",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "close the tertial": {
        "task": "analysis.tasks.close_tertials",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "scan files that wait": {
        "task": "casework.tasks.scan_files",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "make the months of the log": {
        "task": "audit.tasks.make_months",
        "schedule": crontab(hour="4", minute="10"),
    },
    "check the history of all cases": {
        "task": "audit.tasks.watch_everything",
        "schedule": crontab(hour="3", minute="10"),
    },
    "check the history of cases just touched": {
        "task": "audit.tasks.watch_lately",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "remove what has been of use": {
        "task": "casework.tasks.ask_to_empty",
        "schedule": crontab(hour="4", minute="40"),
    },
    "open planned self-checks": {
        "task": "selfcheck.tasks.ask_to_open",
        "schedule": crontab(hour="5", minute="15"),
    },
    "tell of units without a risk analysis this year": {
        "task": "riskanalysis.tasks.ask_to_nudge",
        "schedule": crontab(hour="5", minute="20"),
    },
    "give back what leavers had": {
        "task": "casework.tasks.ask_to_give_back",
        "schedule": crontab(minute="3"),
    },
    "remind of what is due and overdue": {
        "task": "casework.tasks.ask_to_remind",
        "schedule": crontab(hour="5", minute="30"),
    },
    "remind of the yearly information": {
        "task": "lexsarah.tasks.ask_to_chase",
        "schedule": crontab(hour="5", minute="45"),
    },
    "write and send mail": {
        "task": "casework.tasks.ask_for_mail",
        "schedule": crontab(minute="30"),
        "options": {"expires": 1800},
    },
}
