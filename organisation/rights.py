"""The one table of rights: what each role may do, where, and by which law.

Menu, views, processes, lists and docs/rattigheter.md are read from it; ``organisation.access`` answers for
a person and a unit.  No other module names a role to decide what somebody may do (tests/test_rights.py).
"""

from __future__ import annotations

from enum import Enum, unique

from django.db import models


class Role(models.TextChoices):
    """The roles of SOSFS 2011:9 work in a social service; a person may hold several."""

    STAFF = "staff", "medarbetare"
    SECTION_CHIEF = "section_chief", "sektionschef"
    UNIT_CHIEF = "unit_chief", "enhetschef"
    DEPARTMENT_CHIEF = "department_chief", "avdelningschef"
    ADMINISTRATION_CHIEF = "administration_chief", "förvaltningschef"
    PLANNING_OFFICER = "planning_officer", "planeringssekreterare"
    QUALITY_CONTROLLER = "quality_controller", "kvalitetscontroller"
    LEX_INVESTIGATOR = "lex_investigator", "lex Sarah-utredare"
    BOARD_SECRETARY = "board_secretary", "nämndsekreterare"
    REGISTRAR = "registrar", "registrator"
    SYSTEM_ADMIN = "system_admin", "systemadministratör"
    DATA_PROTECTION_OFFICER = "data_protection_officer", "dataskyddsombud"


class Reach(Enum):
    """Over what a role gives a right."""

    OVER = "enheten och alla under"
    WHOLE = "hela förvaltningen, för den som har rollen överst"
    ADMINISTRATION = "hela förvaltningen, var i den rollen än är"
    ANYWHERE = "överallt"


# Groups of roles that many rights are given to.
SENIORS = frozenset({Role.DEPARTMENT_CHIEF, Role.ADMINISTRATION_CHIEF})
CHIEFS = SENIORS | {Role.SECTION_CHIEF, Role.UNIT_CHIEF}
ANALYSTS = frozenset({Role.PLANNING_OFFICER, Role.QUALITY_CONTROLLER})
_ALL = frozenset(Role)
_CONTROLLER = frozenset({Role.QUALITY_CONTROLLER})
_INVESTIGATOR = frozenset({Role.LEX_INVESTIGATOR})
_SECRETARY = frozenset({Role.BOARD_SECRETARY})
_REGISTRAR = frozenset({Role.REGISTRAR})
_ADMINISTRATOR = frozenset({Role.SYSTEM_ADMIN})
_OFFICER = frozenset({Role.DATA_PROTECTION_OFFICER})
# They watch over the line from outside it.
_WATCH = _CONTROLLER | _INVESTIGATOR
_REGISTERING = CHIEFS | _CONTROLLER | _REGISTRAR


@unique
class Right(Enum):
    """What somebody may do: in Swedish, the roles that it comes with, over what, and the law behind it."""

    ORGANISATION_WORK = "rapportera, och ha inkorg och notiser", _ALL, Reach.ANYWHERE
    ORGANISATION_LEAD = (
        "vara chef: få ärenden, frågor och påminnelser om enheten",
        CHIEFS,
    )
    ORGANISATION_LEND = "låta en ersättare ha rollen som chef", CHIEFS
    ORGANISATION_TAKE_PART = (
        "kunna väljas i enhetens ärenden, till exempel som läsare av ett skyddat",
        _ALL - _ADMINISTRATOR - _SECRETARY - _OFFICER,
    )
    ORGANISATION_READ = (
        "ha organisationen i menyn (sidan är öppen för alla med en roll)",
        CHIEFS | ANALYSTS | _ADMINISTRATOR,
        Reach.ANYWHERE,
    )
    ORGANISATION_ADMINISTER = (
        "sköta systemet: se skickade mejl",
        _ADMINISTRATOR,
        Reach.ANYWHERE,
    )

    CASES_READ = (
        "läsa ärenden som läses som vanligt",
        CHIEFS | ANALYSTS,
        Reach.OVER,
        "OSL 26 kap. 1 §",
    )
    CASES_RECEIVE = (
        "få ärenden och åtgärder att göra något åt",
        CHIEFS | ANALYSTS | _INVESTIGATOR | _SECRETARY | _REGISTRAR,
    )
    CASES_KEEP_REGISTER = (
        "läsa och sortera det som kommer utifrån tills det är avslutat",
        _REGISTRAR,
        Reach.OVER,
        "OSL 5 kap. 1 §",
    )
    CASES_ASSIGN = "fördela ärenden till en annan chef", CHIEFS
    CASES_NOTE = (
        "skriva anteckningar i ett ärende",
        CHIEFS | ANALYSTS | _INVESTIGATOR | _REGISTRAR,
    )
    CASES_ATTACH = "lägga till filer i ett ärende", CHIEFS | _WATCH | _REGISTRAR
    CASES_PROTECT = (
        "låta bara namngivna läsa ett ärende",
        CHIEFS | _WATCH | _REGISTRAR,
        Reach.OVER,
        "OSL 21 kap. 3 §",
    )
    CASES_STAND_IN_LINE = (
        "räknas som över eller under andra när någon ska hållas utanför ett ärende",
        CHIEFS | ANALYSTS | _INVESTIGATOR | _REGISTRAR,
        Reach.OVER,
        "FL 16–18 §§",
    )
    CASES_WATCH = (
        "se hur många som hålls utanför ärenden, och vaka över dem som få läser",
        _WATCH,
        Reach.OVER,
        "FL 16–18 §§",
    )
    CASES_WATCH_ALL = (
        "vaka över vilka som hålls utanför, i alla ärenden",
        _CONTROLLER,
        Reach.OVER,
        "FL 16–18 §§",
    )
    CASES_BREAK_GLASS = (
        "nödöppna ett ärende: läsa det i en timme, med skäl",
        CHIEFS | _WATCH | _REGISTRAR,
        Reach.ADMINISTRATION,
        "lag 2001:454 10 §",
    )
    CASES_DEPUTISE = (
        "handlägga i stället för den som saknas, och anteckna beslut",
        _CONTROLLER,
    )
    CASES_DEPUTISE_PROTECTED = (
        "handlägga ett skyddat ärende i stället för den som saknas",
        _WATCH,
    )
    CASES_RETAIN = (
        "registrera gallringsbeslut och gallra",
        _REGISTRAR | _ADMINISTRATOR,
        Reach.WHOLE,
    )

    LOG_SEE_READERS = (
        "se vem som har läst ett ärende",
        CHIEFS | _CONTROLLER | _OFFICER,
        Reach.OVER,
        "lag 2001:454 10 §",
    )
    LOG_SEE_READINGS = (
        "se vad en medarbetare har läst",
        _OFFICER,
        Reach.OVER,
        "lag 2001:454 10 §",
    )
    LOG_SEE_GLASS = (
        "se vilka ärenden som har nödöppnats, av vem och varför",
        _CONTROLLER | _OFFICER,
        Reach.OVER,
        "lag 2001:454 10 §",
    )
    LOG_EXTRACT = (
        "lämna ut vem som har läst, efter sekretessprövning",
        _CONTROLLER | _OFFICER,
        Reach.OVER,
        "dataskyddsförordningen artikel 15; OSL 26 kap. 1 §",
    )

    LOG_SEE_EVENTS = (
        "se inloggningar, ändrade roller, uttag och vad som inte visades",
        _CONTROLLER | _ADMINISTRATOR | _OFFICER,
        Reach.OVER,
        "dataskyddsförordningen artikel 32",
    )

    ACTIONS_LIST = (
        "ha åtgärder i menyn (sidan är öppen för alla med en roll)",
        CHIEFS | ANALYSTS | _INVESTIGATOR | _SECRETARY | _REGISTRAR,
        Reach.ANYWHERE,
    )
    BOARD_PREPARE = "förbereda nämndens beslut och anteckna dem", _SECRETARY

    ROUTINES_READ = "läsa registret över rutiner", CHIEFS | ANALYSTS, Reach.ANYWHERE
    ROUTINES_KEEP = (
        "registrera och ändra enhetens rutiner",
        CHIEFS,
        Reach.OVER,
        "SOSFS 2011:9 4 kap. 2 §",
    )
    ROUTINES_KEEP_ALL = (
        "registrera och ändra allas rutiner",
        _CONTROLLER,
        Reach.WHOLE,
        "SOSFS 2011:9 4 kap. 2 §",
    )

    DEVIATIONS_REGISTER = "registrera åt någon annan", _REGISTERING
    DEVIATIONS_DISTRIBUTE = (
        "fördela ett ärende till en enhet",
        _REGISTERING - {Role.SECTION_CHIEF},
    )
    DEVIATIONS_SORT = "rätta uppgifter, koppla dubbletter och hänvisa", _REGISTERING
    DEVIATIONS_HANDLE = "utreda, bedöma, svara och avsluta", CHIEFS
    DEVIATIONS_HAND_OVER = "lämna ett ärende till en annan enhet", CHIEFS | _CONTROLLER
    DEVIATIONS_REOPEN = "öppna en avvikelse igen", _CONTROLLER
    DEVIATIONS_REVIEW_LOWERED = "granska sänkta konsekvenser", _CONTROLLER

    LEXSARAH_READ = (
        "läsa lex Sarah-ärenden",
        CHIEFS | _WATCH,
        Reach.OVER,
        "OSL 26 kap. 1 §",
    )
    LEXSARAH_READ_ALL = (
        "läsa också lex Sarah-ärenden som chefen hålls utanför",
        _WATCH,
        Reach.OVER,
        "OSL 26 kap. 1 §",
    )
    LEXSARAH_RECEIVE = (
        "ta emot rapporter enligt lex Sarah",
        CHIEFS | _WATCH | _REGISTRAR,
        Reach.OVER,
        "SoL 27 kap. 2 §",
    )
    LEXSARAH_INVESTIGATE = "utreda enligt lex Sarah", _INVESTIGATOR
    LEXSARAH_ACT = (
        "beskriva omedelbara åtgärder, ge information och lägga till åtgärder",
        CHIEFS | _INVESTIGATOR,
    )
    LEXSARAH_REOPEN = "öppna ett lex Sarah-ärende igen", _WATCH
    LEXSARAH_RECORD_DECISION = (
        "anteckna nämndens beslut i ett lex Sarah-ärende",
        _SECRETARY,
    )
    LEXSARAH_RECORD_CHAIR = (
        "anteckna att ordföranden har beslutat om anmälan",
        _INVESTIGATOR | _SECRETARY,
    )
    LEXSARAH_NOTE_DUTIES = (
        "anteckna andra skyldigheter som händelsen för med sig",
        CHIEFS | ANALYSTS | _INVESTIGATOR | _REGISTRAR,
    )
    LEXSARAH_RECONCILE = "stämma av registren", SENIORS | _WATCH
    LEXSARAH_ORDER = (
        "bestämma ordningen för beslut",
        _CONTROLLER | _ADMINISTRATOR,
        Reach.WHOLE,
    )
    LEXSARAH_PLAN_INFORMATION = "planera årets information", _CONTROLLER, Reach.WHOLE
    LEXSARAH_COUNT_INFORMED = (
        "se hur många som har läst årets information",
        CHIEFS | _CONTROLLER,
    )

    SELFCHECK_PLAN = (
        "planera egenkontroller och mäta",
        CHIEFS | ANALYSTS,
        Reach.OVER,
        "SOSFS 2011:9 5 kap. 2 §",
    )
    SELFCHECK_DO = (
        "göra egenkontroller och ändra planen",
        CHIEFS,
        Reach.OVER,
        "SOSFS 2011:9 5 kap. 2 §",
    )
    SELFCHECK_CHECK_LOGS = (
        "göra loggkontroll: dra läsningar, bedöma och signera",
        CHIEFS | _CONTROLLER | _OFFICER,
        Reach.OVER,
        "lag 2001:454 10 §",
    )
    SELFCHECK_REOPEN = "öppna en egenkontroll igen", CHIEFS | _CONTROLLER
    SELFCHECK_PUBLISH = "publicera mallar för egenkontroll", _CONTROLLER, Reach.WHOLE

    RISKANALYSIS_PLAN = (
        "planera riskanalyser, och svara varför ingen behövs",
        CHIEFS | ANALYSTS,
        Reach.OVER,
        "SOSFS 2011:9 5 kap. 1 §",
    )
    RISKANALYSIS_DO = "göra riskanalyser", CHIEFS, Reach.OVER, "SOSFS 2011:9 5 kap. 1 §"
    RISKANALYSIS_REOPEN = "öppna en riskanalys igen", CHIEFS | _CONTROLLER

    ANALYSIS_READ = (
        "läsa sammanställda siffror, och raderna bakom dem",
        CHIEFS | ANALYSTS,
    )
    ANALYSIS_COMMENT = "skriva chefens kommentar till ett tertial", CHIEFS
    ANALYSIS_JUDGE = (
        "bedöma mönster och dra slutsatser",
        CHIEFS | ANALYSTS,
        Reach.OVER,
        "SOSFS 2011:9 5 kap. 6–7 §§",
    )
    ANALYSIS_COMPILE = (
        "öppna och avsluta ett tertials analyser",
        ANALYSTS,
        Reach.OVER,
        "SOSFS 2011:9 5 kap. 6 §",
    )

    REPORTS_READ = (
        "läsa kvalitetsberättelser och tertialrapporter",
        ANALYSTS | SENIORS | _SECRETARY,
    )
    REPORTS_READ_UNMASKED = (
        "läsa tertialrapporter för arbetet, utan dolda tal",
        ANALYSTS | SENIORS,
    )
    REPORTS_WRITE = (
        "skriva, låsa och bygga en kvalitetsberättelse",
        ANALYSTS,
        Reach.OVER,
        "SOSFS 2011:9 7 kap.",
    )
    REPORTS_WRITE_SECTION = (
        "få ett avsnitt att skriva",
        ANALYSTS | CHIEFS,
        Reach.ANYWHERE,
    )
    REPORTS_OUTLINE = (
        "göra egna mallar för kvalitetsberättelser",
        _CONTROLLER,
        Reach.ANYWHERE,
    )
    REPORTS_RECORD_DECISION = (
        "anteckna beslutet om en kvalitetsberättelse",
        _CONTROLLER | _SECRETARY,
    )
    REPORTS_PUBLISH = (
        "publicera en kvalitetsberättelse",
        _CONTROLLER,
        Reach.OVER,
        "OSL 26 kap. 1 §",
    )

    def __init__(
        self,
        words: str,
        roles: frozenset[Role],
        reach: Reach = Reach.OVER,
        law: str = "",
    ) -> None:
        self.words, self.roles, self.reach, self.law = words, roles, reach, law

    @property
    def area(self) -> str:
        """Return what the right is about: the first part of its name."""
        return self.name.partition("_")[0].lower()
