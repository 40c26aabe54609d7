"""Two who may read a protected case keep themselves from it at once, each in a transaction of its own."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from casework.handling.services import begin_protection, recuse
from casework.process.workflow import StepRefusedError
from organisation.models import User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user


@pytest.mark.django_db(transaction=True)
def test_recuse_of_the_last_two_readers_at_once_leaves_one() -> None:
    section = make_unit("A", make_unit("SOC"))
    chiefs = [make_user(f"chief{n}", (Role.SECTION_CHIEF, section)) for n in range(2)]
    case = make_deviation(section)
    begin_protection(case, readers=chiefs, actor=chiefs[0])
    begin, refused = threading.Barrier(2), []

    def leave(chief: User) -> None:
        begin.wait()
        try:
            recuse(case, person=chief, actor=chief)
        except StepRefusedError as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(chief,)) for chief in chiefs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == case.named_readers.count() == case.recusals.count() == 1
