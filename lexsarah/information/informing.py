"""What staff are told each year about the duty to report: who is to know, who knows it, and the proof.

Everyone is told, by the one who runs the operation, at the start and then again and again (SoL 27 kap.
3 §); that it is each year, and how soon, is the administration's own promise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from casework.process.deadlines import next_workday
from lexsarah.law.laws import reference
from lexsarah.models import Acknowledgement, Information
from organisation.access import administrations_for, paths_above, paths_for, within
from organisation.models import Membership, Unit, UnitQuerySet, User
from organisation.rights import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Defaults of the product, not law: for who has just begun, and for everyone when one is planned.
DAYS_FOR_NEW, DAYS_FOR_ALL = dt.timedelta(days=14), 30


@dataclass(frozen=True)
class Share:
    """How many of those who work in a unit and below it have been informed."""

    unit: Unit
    people: int
    informed: int
    opens: bool

    @property
    def lacking(self) -> int:
        """Return how many have not been informed."""
        return self.people - self.informed

    @property
    def percent(self) -> int | None:
        """Return the share in whole per cent, which is a hundred for all of them and nothing less."""
        return self.informed * 100 // self.people if self.people else None


def due_for(*, begins_on: dt.date, due_on: dt.date, first_day: dt.date) -> dt.date:
    """Return by which day a person is to be informed: who begins after the others has 14 days of the own."""
    return first_day + DAYS_FOR_NEW if first_day > begins_on else due_on


# --- which information, and for whom ----------------------------------------------------------
def holding(*, on: dt.date | None = None) -> QuerySet[Information]:
    """Return what holds on a day: of each administration the last that has begun."""
    begun = Information.objects.filter(begins_on__lte=on or timezone.localdate())
    return begun.order_by("unit_id", "-begins_on").distinct("unit_id")


def holding_over(unit: Unit) -> Information | None:
    """Return what holds today in the administration that a unit belongs to."""
    return (
        holding().filter(unit__path=paths_above(unit)[0]).select_related("unit").first()
    )


def holding_for(person: User) -> Information | None:
    """Return what holds for a person today; who works in two administrations gets what he or she lacks."""
    roots = {
        path.partition("/")[0] + "/"
        for path in paths_for(person, Right.ORGANISATION_WORK)
    }
    found = list(holding().filter(unit__path__in=roots).select_related("unit"))
    known = set(
        Acknowledgement.objects.filter(information__in=found, user=person).values_list(
            "information"
        )
    )
    return min(found, key=lambda each: (each.pk,) in known, default=None)


def lacked_by(person: User | AnonymousUser) -> Information | None:
    """Return what a person is to read and has not, for the page of what is new."""
    found = holding_for(person) if isinstance(person, User) else None
    return (
        None
        if found is None or found.acknowledgements.filter(user=person.pk).exists()
        else found
    )


def planned_over(units: Iterable[Unit]) -> QuerySet[Information]:
    """Return what has not begun yet in some administrations."""
    return Information.objects.filter(
        unit__in=units, begins_on__gt=timezone.localdate()
    )


def administrations_of(person: User) -> UnitQuerySet:
    """Return the administrations whose information a person plans: as quality controller over all of it."""
    return administrations_for(person, Right.LEXSARAH_PLAN_INFORMATION).valid()


def people_of(information: Information, unit: Unit | None = None) -> QuerySet[User]:
    """Return who works in an administration today, or in one unit and below it, and has not left."""
    path = unit.path if unit else information.unit.path
    held = Membership.objects.valid().filter(unit__path__startswith=path)
    return User.objects.filter(is_active=True, pk__in=held.order_by().values("user"))


def lacking(information: Information, people: QuerySet[User]) -> QuerySet[User]:
    """Return those of some people who have not been informed."""
    return people.exclude(pk__in=information.acknowledgements.values("user"))


def first_days(information: Information, people: Iterable[Any]) -> dict[int, dt.date]:
    """Return on which day each person first held a role in the administration, now or before."""
    held = Membership.objects.filter(
        user__in=people, unit__path__startswith=information.unit.path
    )
    return dict(held.order_by().values_list("user").annotate(Min("valid_from")))


def due_days(information: Information, people: Iterable[Any]) -> dict[int, dt.date]:
    """Return by which day each of some people is to be informed."""
    begins_on, due_on = information.begins_on, information.due_on
    return {
        person: due_for(begins_on=begins_on, due_on=due_on, first_day=first_day)
        for person, first_day in first_days(information, people).items()
    }


def shares_for(reader: User, information: Information) -> list[Share]:
    """Return how many know it in each unit that a person leads or compiles for; a substitute counts.

    Every row holds the people of the unit and of all below it, each of them once, wherever and however
    often they work there.  Chiefs open their units and see names; a controller sees numbers.
    """
    led = tuple(paths_for(reader, Right.ORGANISATION_LEAD))
    seen = paths_for(reader, Right.LEXSARAH_COUNT_INFORMED)
    own = within(seen)
    units = (
        list(Unit.objects.valid().filter(own, path__startswith=information.unit.path))
        if seen
        else []
    )
    if not units:
        return []
    knows = Exists(information.acknowledgements.filter(user=OuterRef("user")))
    held = Membership.objects.valid().filter(
        within(seen, "unit__path"), user__is_active=True
    )
    people: dict[str, set[int]] = {}
    informed: dict[str, set[int]] = {}
    for person, path, is_informed in held.annotate(knows=knows).values_list(
        "user", "unit__path", "knows"
    ):
        for above in paths_above(Unit(path=path)):
            people.setdefault(above, set()).add(person)
            if is_informed:
                informed.setdefault(above, set()).add(person)
    return [
        Share(
            unit,
            len(people.get(unit.path, ())),
            len(informed.get(unit.path, ())),
            unit.path.startswith(led),
        )
        for unit in units
    ]


def units_led_by(person: User) -> UnitQuerySet:
    """Return the units in which a person sees who lacks it, and notes who has been told: as a chief."""
    return Unit.objects.valid().filter(
        within(paths_for(person, Right.ORGANISATION_LEAD))
    )


# --- verbs ------------------------------------------------------------------------------------
def acknowledge(information: Information, *, actor: User) -> bool:
    """Note that a person has read and understood it, once; return whether it was news."""
    _, is_new = Acknowledgement.objects.get_or_create(
        information=information,
        user=actor,
        defaults={
            "on": timezone.localdate(),
            "how": Acknowledgement.How.READ,
            "recorded_by": actor,
        },
    )
    return is_new


def note_informed(
    information: Information,
    *,
    unit: Unit,
    people: Iterable[User],
    how: str,
    on: dt.date,
    actor: User,
) -> int:
    """Note for several people of a unit that they were told together; return how many were new.

    Whoever is noted already keeps the first proof, and whoever works elsewhere is left out.
    """
    wanted = people_of(information, unit).filter(
        pk__in=[person.pk for person in people]
    )
    before = information.acknowledgements.count()
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                information=information, user=person, on=on, how=how, recorded_by=actor
            )
            for person in wanted
        ],
        ignore_conflicts=True,
    )
    return information.acknowledgements.count() - before


def plan(*, unit: Unit, actor: User, facts: dict[str, Any]) -> Information:
    """Plan what everyone is told from a day on, and by which day they are to know it.

    Raises ValidationError when something else begins on that day, or the days are in the wrong order.
    """
    information = Information(unit=unit, author=actor, **facts)
    information.full_clean()
    information.save(force_insert=True)
    return information


def suggestion(unit: Unit | None) -> dict[str, Any]:
    """Return what a plan begins with: a year after the last one, and words about the duty to report."""
    last = Information.objects.filter(unit=unit).first() if unit else None
    today = timezone.localdate()
    begins_on = max(today, last.begins_on + dt.timedelta(days=365)) if last else today
    due_on = next_workday(begins_on + dt.timedelta(days=DAYS_FOR_ALL))
    return {
        "unit": unit.code if unit else None,
        "title": f"Din skyldighet att rapportera missförhållanden {begins_on.year}",
        "text": words(on=begins_on),
        "begins_on": begins_on,
        "due_on": due_on,
    }


def words(*, on: dt.date) -> str:
    """Return the text that the product suggests, with the references that hold on a day."""
    return _WORDS.format(
        duty=reference("duty_to_report", on=on).text,
        duty_lss=reference("duty_to_report_lss", on=on).text,
        inform=reference("inform_staff", on=on).text,
    )


_WORDS = """\
Alla som arbetar hos oss ska rapportera missförhållanden och risker för missförhållanden. Det gäller dig \
som är anställd eller vikarie, har ett uppdrag, gör praktik eller deltar i ett arbetsmarknadsprogram.

Vad ska du rapportera?
Ett missförhållande är något som gjordes, eller som inte blev gjort, och som hotade \
eller skadade någons liv, säkerhet eller hälsa. Du ska också rapportera när risken var uppenbar och konkret, \
även om inget hände. Det gäller den som får stöd från oss och den som kan komma att få det.

När?
Genast, när du märker eller får veta det. Vänta inte tills du är säker. Det är utredaren som avgör om \
det var ett missförhållande.

Hur?
Välj Rapportera här i Kvalitet och svara på frågan om följder. Du kan också berätta för din chef eller \
för lex Sarah-utredaren, som skriver ner det du säger. Hjälp först den som behöver hjälp nu.

Vad händer sedan?
Utredaren och chefen får veta det genast. Utredningen ska visa vad i verksamheten som \
behöver ändras så att det inte händer igen. Den letar inte efter någon att skylla på. Du får veta vad den \
kom fram till.

Var står det?
Skyldigheten står i {duty} och, för den som arbetar med LSS, i {duty_lss}. Vi ska informera dig om den \
enligt {inform}. Det gör vi när du börjar, och sedan varje år."""
