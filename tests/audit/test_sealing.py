"""The sealer: it seals what is new whenever it commits, sends the heads away, and does one thing only."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from audit.models import Seal, SealedRows
from audit.sealing.checking import check
from audit.sealing.heads import heads_in
from audit.sealing.sealing import seal_rows
from audit.sealing.watching import watch_everything, watch_lately
from casework.cases.history import log
from casework.models import Note
from kvalitet.operations.roles import as_owner
from organisation import alarms
from organisation.models import Alarm, Sounded
from tests.audit.sealed_world import KEY, World, sealed_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[World]:
    """Yield a sealed municipality to its owner."""
    folder = tmp_path_factory.mktemp("heads")
    with (
        django_db_blocker.unblock(),
        as_owner(),
        sealed_world(folder, "sealing") as made,
        django_db_blocker.block(),
    ):
        yield made


@pytest.fixture
def sealer(world: World, settings: Any, tmp_path: Path) -> Path:
    """Let the test's own connection be the sealer's; return the file that the heads go to."""
    settings.SEALER_KEY = KEY
    settings.LOGIN_DATABASES = {}
    settings.SEAL_FILE = str(tmp_path / "heads.txt")
    return Path(settings.SEAL_FILE)


def test_sealer_writes_every_head_to_its_file(world: World, sealer: Path) -> None:
    log(world.other, action="step", label="x", actor=world.person)
    out = StringIO()
    call_command("seal", once=True, stdout=out, stderr=StringIO())

    heads = heads_in(sealer.read_text())
    assert [one.number for one in heads] == [1, 2, 3, 4, 5]
    assert heads[-1].head == Seal.objects.get(number=5).head
    assert "Försegling 5: 1 rader" in out.getvalue()


def test_sealer_says_when_heads_go_to_too_few_places(
    world: World, sealer: Path
) -> None:
    errors = StringIO()
    call_command("seal", once=True, stdout=StringIO(), stderr=errors)
    assert "minst två" in errors.getvalue()


def test_nothing_new_gives_no_head_within_the_hour(world: World, sealer: Path) -> None:
    assert seal_rows() is None
    assert seal_rows(now=timezone.now() + dt.timedelta(hours=2)) is not None


def test_sealer_sends_heads_to_a_syslog(
    world: World, sealer: Path, settings: Any
) -> None:
    got = bytearray()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def listen() -> None:
            link, _ = server.accept()
            with link:
                while piece := link.recv(4096):
                    got.extend(piece)

        listener = threading.Thread(target=listen)
        listener.start()
        settings.SEAL_SYSLOG = f"127.0.0.1:{server.getsockname()[1]}"
        call_command("seal", once=True, stdout=StringIO(), stderr=StringIO())
        listener.join(10)

    line = got.decode()
    assert line.startswith("<37>kvalitet: försegling 4 ")
    assert [one.number for one in heads_in(line)] == [4]


def test_sealer_says_when_a_syslog_does_not_answer(
    world: World, sealer: Path, settings: Any
) -> None:
    settings.SEAL_SYSLOG = "127.0.0.1:1"
    with pytest.raises(CommandError, match="kom inte fram överallt"):
        call_command("seal", once=True, stdout=StringIO(), stderr=StringIO())
    assert len(heads_in(sealer.read_text())) == 4


def test_sealer_mails_the_first_head_of_a_day(
    world: World, sealer: Path, settings: Any
) -> None:
    settings.SEAL_MAIL = ["sakerhet@example.se"]
    tomorrow = timezone.now() + dt.timedelta(days=1)
    first = seal_rows(now=tomorrow)
    call_command("seal", once=True, stdout=StringIO(), stderr=StringIO())

    assert first is not None
    [sent] = [one for one in mail.outbox if first.head in one.body]
    assert sent.to == ["sakerhet@example.se"]


def test_a_column_that_a_migration_adds_seals_the_table_anew(
    world: World, sealer: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE casework_note ADD COLUMN more text DEFAULT 'x'")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    before = SealedRows.objects.filter(table="casework_note").count()
    seal_rows()

    anew = SealedRows.objects.filter(table="casework_note").order_by("pk").last()
    assert anew is not None
    assert anew.is_first
    assert anew.count == Note.objects.count()
    assert SealedRows.objects.filter(table="casework_note").count() == before + 1
    assert [one for one in check().findings if "vaktar" not in one.what] == []


# --- what watches by itself -------------------------------------------------------------------
@pytest.fixture
def watched(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(alarms, "_stored", {})
    return world


def sounding() -> list[str]:
    return list(Sounded.objects.values_list("name", flat=True))


def test_watch_is_quiet_where_all_is_well(watched: World) -> None:
    assert watch_everything()
    assert watch_lately()
    assert sounding() == []


@pytest.mark.parametrize("watch", [watch_everything, watch_lately])
def test_watch_tells_of_a_rewritten_line(watched: World, watch: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE casework_logentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE casework_logentry SET label = 'x' WHERE sequence = 1")
        cursor.execute("ALTER TABLE casework_logentry ENABLE TRIGGER USER")

    assert not watch()
    assert sounding() == [Alarm.HISTORY_REWRITTEN]


def test_watch_tells_that_nothing_is_sealed(
    watched: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.sealing.watching.LONGEST_WAIT", dt.timedelta(minutes=1))
    watch_lately()
    assert sounding() == []
    log(watched.other, action="step", label="x", actor=watched.person)
    watch_lately()
    assert sounding() == [Alarm.NOTHING_SEALED]
