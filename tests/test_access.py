"""Who meets what at every address: one table of pages and people, and the headers of every answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django import forms
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from deviations.public_form.forms import STEPS, ComplainForm
from deviations.reporting.forms import ReportForm
from lexsarah.models import Concerned, Meeting
from organisation.models import User
from organisation.rights import Role
from reports.models import OwnOutline, Template
from reports.outlines.outline import shipped_outline
from tests.blank import draw_nothing
from tests.covering import covering
from tests.factories import make_deviation
from tests.forgotten import Asked, asked_in, forgotten_in, seen_controls
from tests.municipality import (
    Municipality,
    make_extract,
    make_next_edition,
    municipality_for_a_module,
    only_reading,
)
from tests.readings import last_reading, wrong_in_the_log
from tests.situations import CLOSED

# Everyone works in the unit that the cases belong to, but the stranger, who is chief of the one beside it.
# The former was section chief there until yesterday: what he or she meets is in FORMER.
PEOPLE = {
    "anon": "anonymous",
    "gone": "deactivated",
    "staff": "staff",
    "rep": "reporter",
    "sect": "section_chief",
    "unit": "unit_chief",
    "dept": "department_chief",
    "head": "administration_chief",
    "plan": "planning_officer",
    "ctrl": "quality_controller",
    "lex": "lex_investigator",
    "secr": "board_secretary",
    "regi": "registrar",
    "adm": "system_admin",
    "dpo": "data_protection_officer",
    "strange": "stranger",
    "was": "former",
}
# 302 for anon and gone is the way to the login.  The calendar is that of the section chief: its key is all.
LOOKING = """
page                     anon gone staff rep sect unit dept plan ctrl lex secr regi adm strange
home                     200  200  302   302 302  302  302  302  302  302 302  302  302 302
health                   200  200  200   200 200  200  200  200  200  200 200  200  200 200
accessibility            200  200  200   200 200  200  200  200  200  200 200  200  200 200
privacy                  200  200  200   200 200  200  200  200  200  200 200  200  200 200
account_login            200  200  302   302 302  302  302  302  302  302 302  302  302 302
account_logout           302  302  200   200 200  200  200  200  200  200 200  200  200 200
account_change_password  302  302  200   200 200  200  200  200  200  200 200  200  200 200
deviations:complain      200  200  200   200 200  200  200  200  200  200 200  200  200 200
deviations:write         200  200  200   200 200  200  200  200  200  200 200  200  200 200
deviations:follow        200  200  200   200 200  200  200  200  200  200 200  200  200 200
deviations:report        302  302  200   200 200  200  200  200  200  200 200  200  200 200
deviations:receipt       302  302  404   200 404  404  404  404  404  404 404  404  404 404
casework:unsent          302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:form_draft      302  302  409   409 409  409  409  409  409  409 409  409  409 409
deviations:drafts        302  302  200   200 200  200  200  200  200  200 200  200  200 200
deviations:mine          302  302  200   200 200  200  200  200  200  200 200  200  200 200
deviations:own           302  302  404   200 404  404  404  404  404  404 404  404  404 404
deviations:register      302  302  404   404 200  200  200  404  200  404 404  200  404 200
deviations:lowered       302  302  404   404 404  404  404  404  200  404 404  404  404 404
deviations:detail        302  302  404   302 200  200  200  200  200  404 404  404  404 404
deviations:step          302  302  404   404 200  200  200  302  302  404 404  404  404 404
deviations:escalate      302  302  404   200 200  200  200  200  200  404 404  404  404 404
casework:inbox           302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:export          302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:assign          302  302  404   404 302  302  302  404  404  404 404  404  404 302
casework:saved_filters   302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:case            302  302  404   302 302  302  302  302  302  404 404  404  404 404
casework:notices         302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:mails           302  302  404   404 404  404  404  404  404  404 404  404  200 404
casework:watching        302  302  404   404 404  404  404  404  200  200 404  404  404 404
casework:retention       302  302  404   404 404  404  404  404  404  404 404  404  404 404
casework:new_rule        302  302  404   404 404  404  404  404  404  404 404  404  404 404
casework:calendar        200  200  200   200 200  200  200  200  200  200 200  200  200 200
casework:actions         302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:actions_export  302  302  200   200 200  200  200  200  200  200 200  200  200 200
casework:action          302  302  404   404 200  200  200  200  200  404 404  404  404 404
casework:action_step     302  302  404   404 200  200  200  302  302  404 404  404  404 404
casework:note            302  302  405   405 405  405  405  405  405  405 405  405  405 405
casework:recusals        302  302  404   404 200  200  200  200  200  404 404  404  404 404
casework:protection      302  302  404   404 200  200  200  404  200  404 404  404  404 404
casework:new_action      302  302  404   404 200  200  200  302  302  404 404  404  404 404
casework:attachments     302  302  404   404 200  200  200  200  200  404 404  404  404 404
casework:attachment      302  302  404   404 200  200  200  200  200  404 404  404  404 404
casework:emergency       302  302  404   404 200  200  200  404  200  200 404  200  404 200
audit:openings           302  302  404   404 404  404  404  404  200  404 404  404  404 404
audit:openings_export    302  302  404   404 404  404  404  404  200  404 404  404  404 404
casework:routines        302  302  404   404 200  200  200  200  200  404 404  404  404 200
casework:routines_export 302  302  404   404 200  200  200  200  200  404 404  404  404 200
casework:routine         302  302  404   404 200  200  200  200  200  404 404  404  404 200
casework:new_routine     302  302  404   404 200  200  200  404  404  404 404  404  404 200
casework:change_routine  302  302  404   404 200  200  200  404  404  404 404  404  404 404
lexsarah:list            302  302  200   200 200  200  200  200  200  200 200  200  200 200
lexsarah:export          302  302  200   200 200  200  200  200  200  200 200  200  200 200
lexsarah:meetings        302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:meeting         302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:minutes         302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:minutes_word    302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:minutes_text    302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:papers          302  302  404   404 404  404  404  404  404  404 302  404  404 404
lexsarah:chair           302  302  404   404 404  404  404  404  404  404 200  404  404 404
lexsarah:policy          302  302  404   404 404  404  404  404  404  404 404  404  404 404
lexsarah:detail          302  302  404   404 200  200  200  404  200  200 404  404  404 404
lexsarah:step            302  302  404   404 302  302  302  404  302  200 404  404  404 404
lexsarah:complement      302  302  404   200 404  404  404  404  404  404 404  404  404 404
lexsarah:routes          302  302  200   200 200  200  200  200  200  200 200  200  200 200
lexsarah:duties          302  302  404   404 200  200  200  200  200  404 404  404  404 404
lexsarah:ivo             302  302  404   404 404  404  404  404  404  200 404  404  404 404
lexsarah:ivo_pdf         302  302  404   404 404  404  404  404  404  200 404  404  404 404
lexsarah:concerned       302  302  404   404 404  404  404  404  404  200 404  404  404 404
lexsarah:information     302  302  200   200 200  200  200  200  200  200 200  200  200 200
lexsarah:information_plan 302 302  404   404 404  404  404  404  404  404 404  404  404 404
lexsarah:information_unit 302 302  404   404 200  200  200  404  404  404 404  404  404 404
lexsarah:reconciliation  302  302  404   404 404  404  200  404  200  200 404  404  404 404
lexsarah:register        302  302  404   404 200  200  200  404  200  200 404  200  404 200
selfcheck:list           302  302  200   200 200  200  200  200  200  200 200  200  200 200
selfcheck:export         302  302  200   200 200  200  200  200  200  200 200  200  200 200
selfcheck:choose         302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:begin          302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:begin_from     302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:templates      302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:new_template   302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:template       302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:detail         302  302  404   404 200  200  200  200  200  404 404  404  404 404
selfcheck:draw           302  302  404   404 302  302  302  302  302  404 404  404  404 404
selfcheck:review         302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:step           302  302  404   404 200  200  200  302  200  404 404  404  404 404
selfcheck:plan           302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:new_plan       302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:change_plan    302  302  404   404 200  200  200  302  302  404 404  404  404 404
selfcheck:series_list    302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:new_series     302  302  404   404 200  200  200  200  200  404 404  404  404 200
selfcheck:series         302  302  404   404 200  200  200  200  200  404 404  404  404 404
selfcheck:change_series  302  302  404   404 200  200  200  200  200  404 404  404  404 404
selfcheck:count_series   302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:measure        302  302  404   404 200  200  200  200  200  404 404  404  404 404
selfcheck:log_checks     302  302  404   404 200  200  200  404  200  404 404  404  404 200
selfcheck:new_log_check  302  302  404   404 200  200  200  404  200  404 404  404  404 200
selfcheck:readings       302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:draw_readings  302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:upload_log     302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:reading        302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:log_record     302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:survey         302  302  404   404 302  302  302  302  302  404 404  404  404 404
selfcheck:indicators     302  302  404   404 302  302  302  302  302  404 404  404  404 404
selfcheck:places         302  302  404   404 302  302  302  302  302  404 404  404  404 404
riskanalysis:list        302  302  200   200 200  200  200  200  200  200 200  200  200 200
riskanalysis:export      302  302  200   200 200  200  200  200  200  200 200  200  200 200
riskanalysis:plan        302  302  404   404 200  200  200  200  200  404 404  404  404 200
riskanalysis:prompts     302  302  404   404 200  200  200  200  200  404 404  404  404 200
riskanalysis:answer_prompt 302 302 404   404 302  302  302  302  302  404 404  404  404 302
riskanalysis:detail      302  302  404   404 200  200  200  200  200  404 404  404  404 404
riskanalysis:new_risk    302  302  404   404 200  200  200  302  302  404 404  404  404 404
riskanalysis:risk        302  302  404   404 200  200  200  302  302  404 404  404  404 404
riskanalysis:step        302  302  404   404 200  200  200  302  302  404 404  404  404 404
analysis:overview        302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:year            302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:coverage        302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:coverage_export 302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:rows            302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:rows_export     302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:ask             302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:ask_excel       302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:ask_csv         302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:saved_questions 302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:unit            302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:unit_sheet      302  302  404   404 200  200  200  200  200  404 404  404  404 200
analysis:open            302  302  404   404 404  404  404  200  200  404 404  404  404 404
analysis:detail          302  302  404   404 200  200  200  200  200  404 404  404  404 404
analysis:pattern         302  302  404   404 200  200  200  200  200  404 404  404  404 404
analysis:step            302  302  404   404 200  200  200  302  302  404 404  404  404 404
reports:list             302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:mine             302  302  404   404 200  200  200  200  200  404 404  404  404 200
reports:report           302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:build            302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:cancel           302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:progress         302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:web              302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:pdf              302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:figures          302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:editions         302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:edition          302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:edition_pdf      302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:changes          302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:word             302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:excel            302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:table            302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:write            302  302  404   404 404  404  404  200  200  404 404  404  404 404
reports:preview          302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:outlines         302  302  404   404 404  404  404  404  200  404 404  404  404 404
reports:outline          302  302  404   404 404  404  404  404  200  404 404  404  404 404
reports:checking         302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:standing         302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:files_again      302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:step             302  302  404   404 404  404  404  200  200  404 404  404  404 404
reports:section          302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:assign           302  302  404   404 404  404  404  200  200  404 404  404  404 404
reports:unassign         302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:remark           302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:draft            302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:version          302  302  404   404 404  404  200  200  200  404 200  404  404 404
published:list           200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:report         200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:pdf            200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:archive        200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:word           200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:table          200  200  200   200 200  200  200  200  200  200 200  200  200 200
published:excel          200  200  200   200 200  200  200  200  200  200 200  200  200 200
reports:tertials         302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:tertial          302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:tertial_build    302  302  405   405 405  405  405  405  405  405 405  405  405 405
reports:tertial_progress 302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:tertial_pdf      302  302  404   404 404  404  200  200  200  404 200  404  404 404
reports:tertial_word     302  302  404   404 404  404  200  200  200  404 200  404  404 404
organisation:settings    302  302  200   200 200  200  200  200  200  200 200  200  200 200
organisation:calendar    302  302  405   405 405  405  405  405  405  405 405  405  405 405
organisation:substitutes 302  302  404   404 200  200  200  404  404  404 404  404  404 200
organisation:end_substitute 302 302 405 405 405 405 405 405 405 405 405 405 405 405
organisation:units       302  302  200   200 200  200  200  200  200  200 200  200  200 200
organisation:unit        302  302  200   200 200  200  200  200  200  200 200  200  200 200
organisation:people      302  302  200   200 200  200  200  200  200  200 200  200  200 200
audit:events             302  302  404   404 404  404  404  404  200  404 404  404  200 404
audit:events_export      302  302  404   404 404  404  404  404  200  404 404  404  200 404
audit:start              302  302  404   404 200  200  200  404  200  404 404  404  404 200 200
audit:case               302  302  404   404 200  200  200  404  200  404 404  404  404 404 200
audit:case_export        302  302  404   404 200  200  200  404  200  404 404  404  404 404 200
audit:person             302  302  404   404 404  404  404  404  404  404 404  404  404 404 200
audit:extracts           302  302  404   404 404  404  404  404  200  404 404  404  404 404 200
audit:new_extract        302  302  404   404 404  404  404  404  200  404 404  404  404 404 200
audit:extract            302  302  404   404 404  404  404  404  200  404 404  404  404 404 200
audit:extract_pdf        302  302  404   404 404  404  404  404  200  404 404  404  404 404 200
"""
# A POST that says nothing: 400 means that the person may, 302 that nothing more was needed.
WRITING = """
page                     anon gone staff rep sect unit dept plan ctrl lex secr regi adm strange
account_login            200  200  302   302 302  302  302  302  302  302 302  302  302 302
account_logout           302  302  302   302 302  302  302  302  302  302 302  302  302 302
account_change_password  302  302  200   200 200  200  200  200  200  200 200  200  200 200
deviations:write         400  400  400   400 400  400  400  400  400  400 400  400  400 400
deviations:follow        400  400  400   400 400  400  400  400  400  400 400  400  400 400
deviations:report        302  302  400   400 400  400  400  400  400  400 400  400  400 400
casework:unsent          302  302  404   404 404  404  404  404  404  404 404  404  404 404
casework:form_draft      302  302  409   409 409  409  409  409  409  409 409  409  409 409
deviations:drafts        302  302  400   400 400  400  400  400  400  400 400  400  400 400
deviations:own           302  302  404   400 404  404  404  404  404  404 404  404  404 404
deviations:register      302  302  404   404 400  400  400  404  400  404 404  400  404 400
deviations:step          302  302  404   404 400  400  400  403  403  404 404  404  404 404
deviations:escalate      302  302  404   400 400  400  400  400  400  404 404  404  404 404
lexsarah:meetings        302  302  404   404 404  404  404  404  404  404 400  404  404 404
lexsarah:meeting         302  302  404   404 404  404  404  404  404  404 409  404  404 404
lexsarah:chair           302  302  404   404 404  404  404  404  404  404 400  404  404 404
lexsarah:policy          302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:begin          302  302  404   404 400  400  400  400  400  404 404  404  404 400
selfcheck:begin_from     302  302  404   404 400  400  400  400  400  404 404  404  404 400
selfcheck:new_template   302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:template       302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:draw           302  302  404   404 400  400  400  400  400  404 404  404  404 404
selfcheck:review         302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:step           302  302  404   404 400  400  400  403  400  404 404  404  404 404
selfcheck:plan           302  302  404   404 400  400  400  400  400  404 404  404  404 400
selfcheck:new_plan       302  302  404   404 400  400  400  400  400  404 404  404  404 400
selfcheck:change_plan    302  302  404   404 400  400  400  400  400  404 404  404  404 404
selfcheck:new_series     302  302  404   404 400  400  400  400  400  404 404  404  404 400
selfcheck:change_series  302  302  404   404 400  400  400  400  400  404 404  404  404 404
selfcheck:count_series   302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:measure        302  302  404   404 400  400  400  400  400  404 404  404  404 404
selfcheck:new_log_check  302  302  404   404 400  400  400  404  400  404 404  404  404 400
selfcheck:readings       302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:draw_readings  302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:upload_log     302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:reading        302  302  404   404 404  404  404  404  404  404 404  404  404 404
selfcheck:survey         302  302  404   404 302  302  302  302  302  404 404  404  404 404
selfcheck:indicators     302  302  404   404 302  302  302  302  302  404 404  404  404 404
selfcheck:places         302  302  404   404 302  302  302  302  302  404 404  404  404 404
riskanalysis:plan        302  302  404   404 400  400  400  400  400  404 404  404  404 400
riskanalysis:answer_prompt 302 302 404   404 302  302  302  302  302  404 404  404  404 302
riskanalysis:new_risk    302  302  404   404 400  400  400  400  400  404 404  404  404 404
riskanalysis:risk        302  302  404   404 400  400  400  400  400  404 404  404  404 404
riskanalysis:step        302  302  404   404 400  400  400  403  403  404 404  404  404 404
analysis:open            302  302  404   404 404  404  404  400  400  404 404  404  404 404
analysis:pattern         302  302  404   404 400  400  400  400  400  404 404  404  404 404
analysis:step            302  302  404   404 400  400  400  403  403  404 404  404  404 404
lexsarah:step            302  302  404   404 403  403  403  404  403  400 404  404  404 404
lexsarah:complement      302  302  404   302 404  404  404  404  404  404 404  404  404 404
lexsarah:duties          302  302  404   404 400  400  400  400  400  404 404  404  404 404
lexsarah:concerned       302  302  404   404 404  404  404  404  404  400 404  404  404 404
lexsarah:information     302  302  302   302 302  302  302  302  302  302 302  302  302 302
lexsarah:information_plan 302 302  404   404 404  404  404  404  404  404 404  404  404 404
lexsarah:information_unit 302 302  404   404 404  404  404  404  404  404 404  404  404 404
lexsarah:register        302  302  404   404 400  400  400  404  400  400 404  400  404 400
casework:assign          302  302  404   404 302  302  302  404  404  404 404  404  404 302
casework:saved_filters   302  302  400   400 400  400  400  400  400  400 400  400  400 400
casework:action_step     302  302  404   404 400  400  400  400  400  404 404  404  404 404
casework:note            302  302  404   404 400  400  400  400  400  404 404  404  404 404
casework:recusals        302  302  404   404 200  200  200  200  200  404 404  404  404 404
casework:protection      302  302  404   404 200  200  200  404  200  404 404  404  404 404
casework:new_action      302  302  404   404 400  400  400  400  400  404 404  404  404 404
casework:attachments     302  302  404   404 400  400  400  403  400  404 404  404  404 404
casework:emergency       302  302  404   404 400  400  400  404  400  400 404  400  404 400
casework:new_routine     302  302  404   404 400  400  400  404  404  404 404  404  404 400
casework:change_routine  302  302  404   404 400  400  400  404  404  404 404  404  404 404
casework:notices         302  302  302   302 302  302  302  302  302  302 302  302  302 302
casework:mails           302  302  404   404 404  404  404  404  404  404 404  404  404 404
casework:new_rule        302  302  404   404 404  404  404  404  404  404 404  404  404 404
organisation:settings    302  302  400   400 400  400  400  400  400  400 400  400  400 400
organisation:calendar    302  302  302   302 302  302  302  302  302  302 302  302  302 302
organisation:substitutes 302  302  404   404 400  400  400  404  404  404 404  404  404 400
organisation:end_substitute 302 302 404 404 404 404 404 404 404 404 404 404 404 404
analysis:saved_questions 302  302  404   404 400  400  400  400  400  404 404  404  404 400
reports:list             302  302  404   404 404  404  403  400  400  404 403  404  404 404
reports:build            302  302  404   404 404  404  404  302  302  404 404  404  404 404
reports:cancel           302  302  404   404 404  404  404  302  302  404 404  404  404 404
reports:write            302  302  404   404 404  404  404  400  400  404 404  404  404 404
reports:preview          302  302  404   404 404  404  404  400  400  404 404  404  404 404
reports:outlines         302  302  404   404 404  404  404  404  400  404 404  404  404 404
reports:outline          302  302  404   404 404  404  404  404  409  404 404  404  404 404
reports:files_again      302  302  404   404 404  404  404  302  302  404 404  404  404 404
reports:step             302  302  404   404 404  404  404  400  400  404 404  404  404 404
reports:section          302  302  404   404 404  404  400  400  400  404 400  404  404 404
reports:assign           302  302  404   404 404  404  404  400  400  404 404  404  404 404
reports:unassign         302  302  404   404 404  404  404  302  302  404 404  404  404 404
reports:remark           302  302  404   404 404  404  302  302  302  404 302  404  404 404
reports:draft            302  302  404   404 404  404  404  302  302  404 404  404  404 404
reports:version          302  302  404   404 404  404  404  400  400  404 404  404  404 404
reports:tertial_build    302  302  404   404 404  404  302  302  302  404 302  404  404 404
audit:start              302  302  404   404 400  400  400  404  400  404 404  404  404 400 400
audit:new_extract        302  302  404   404 404  404  404  404  400  404 404  404  404 404 400
"""


# Visible fields of forms that their page does not ask here, and why; each is tried below where it is asked.
NOT_SHOWN = {
    ("deviations:own", "BetterForm", "better"): "is asked once the case is closed",
    (
        "casework:saved_filters",
        "SaveFilterForm",
        "name",
    ): "is asked where the address holds a filter",
    (
        "analysis:saved_questions",
        "SaveQuestionForm",
        "name",
    ): "is asked where the address holds a question",
    (
        "organisation:settings",
        "RhythmForm",
        "rhythm",
    ): "is asked where mail can be sent to the person",
    (
        "lexsarah:concerned",
        "ReadForm",
        "reason",
    ): "is asked where a person is written down",
    (
        "lexsarah:concerned",
        "RemoveForm",
        "person",
    ): "is asked where a person is written down",
    (
        "lexsarah:concerned",
        "RemoveForm",
        "reason",
    ): "is asked where a person is written down",
}
# A form that only reads the address of its page, which shows an answer and asks nothing.
READS_THE_ADDRESS = {("analysis:rows", "QuestionForm")}
# Lists as files: what follows their name's dot says which kind.
FILES = [
    "casework:export",
    "casework:actions_export",
    "casework:routines_export",
    "audit:openings_export",
    *(f"{app}:export" for app in ("lexsarah", "selfcheck", "riskanalysis")),
    *(f"analysis:{page}_export" for page in ("rows", "coverage")),
    "audit:events_export",
]
MEETING = [
    f"lexsarah:{page}"
    for page in ("meeting", "minutes", "minutes_word", "minutes_text", "papers")
]


def _read(table: str) -> dict[str, dict[str, int]]:
    """Return a table; one answer more than there are columns is the data protection officer's."""
    header, *rows = (line.split() for line in table.strip().splitlines())
    columns = [*header[1:], "dpo"]
    return {
        page: dict(
            zip(
                columns[: max(len(answers), len(header) - 1)],
                map(int, answers),
                strict=True,
            )
        )
        for page, *answers in rows
    }


# Who meets what somebody else does, and the pages where it differs: a role that is new needs no column of its own.
WATCHED = (
    *("audit:openings", "audit:openings_export"),
    *("audit:events", "audit:events_export"),
)
LIKE: dict[str, tuple[str, dict[str, int]]] = {
    "head": ("dept", {}),
    "dpo": ("staff", dict.fromkeys(WATCHED, 200)),
}
# Who checks the log is no chief: the data protection officer does as the controller does.
CHECKS_LOGS = {"selfcheck:log_checks", "selfcheck:new_log_check"}


def _with_those_alike(read: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Add those who have no column of their own."""
    for page, answers in read.items():
        for short, (other, elsewhere) in LIKE.items():
            answers.setdefault(short, elsewhere.get(page, answers[other]))
        if page in CHECKS_LOGS:
            answers["dpo"] = answers["ctrl"]
    return read


LOOKED_AT = _with_those_alike(_read(LOOKING))
WRITTEN_TO = _with_those_alike(_read(WRITING))

# Who holds no role today finds pages that need no login, and of all others these alone: a page that is not
# named here is 404.  What the former has reported is asked for in tests/organisation/test_former.py.
FORMER = """
page                     get  post
home                     302  405
account_login            302  302
account_logout           200  302
account_change_password  200  200
deviations:mine          200  405
casework:notices         302  302
casework:unsent          200  404
casework:form_draft      409  409
organisation:settings    200  400
organisation:calendar    405  302
"""
_FORMER = _read(FORMER)
for _method, _table in (("get", LOOKED_AT), ("post", WRITTEN_TO)):
    for _page, _row in _table.items():
        _public = _row["anon"] if _row["anon"] != 302 else 404
        _row["was"] = _FORMER[_page][_method] if _page in _FORMER else _public


Table = dict[str, dict[str, int]]


def _rule(row: dict[str, int]) -> tuple[int, ...]:
    """Return whom the answers of a page tell apart: people of one number are answered alike."""
    numbers = {
        answer: place for place, answer in enumerate(dict.fromkeys(row.values()))
    }
    return tuple(numbers[answer] for answer in row.values())


def _app(page: str) -> str:
    return page.partition(":")[0]


def rule_of(page: str, row: dict[str, int]) -> tuple[str, tuple[int, ...]]:
    """Return the rule of a page: one that asks for no role is the same in every app."""
    takes_a_role = len({row[role] for role in ROLES}) > 1
    return _app(page) if takes_a_role else "", _rule(row)


# Those who have a role today.
ROLES = [short for short in PEOPLE if short not in {"anon", "gone", "was"}]
RULES_OF_LOOKING = {rule_of(page, row) for page, row in LOOKED_AT.items()}
REFUSED = 404


def _lets_in(table: Table, app: str, short: str) -> int:
    """Return how many pages of an app a person is let in to."""
    return sum(
        row[short] != REFUSED for page, row in table.items() if _app(page) == app
    )


def _nearest(table: Table, page: str) -> set[str]:
    """Return who is let in to a page and to few others, and who is kept out of it and of few others.

    They are the first whom another right at its door would answer otherwise.
    """
    asked = sorted(ROLES, key=partial(_lets_in, table, _app(page)))
    let_in = [short for short in asked if table[page][short] != REFUSED]
    kept_out = [short for short in asked if table[page][short] == REFUSED]
    return {*let_in[:1], *kept_out[-1:]}


def _meetings(table: Table, cell: tuple[str, str]) -> Iterator[tuple[object, ...]]:
    """Return what meets in a cell: page and answer, page and nearest, and person and rule of the page.

    Pages of an app that tell the same people apart have one rule, and everybody asks for one of them; where
    they are looked at, they need not be written to by everybody.  What the stranger meets is an answer of its
    own: the role is right and the unit is not.
    """
    page, short = cell
    row = table[page]
    yield page, row[short]
    if short in {"anon", "strange"} | NEAREST[page, table is WRITTEN_TO]:
        yield page, short
    rule = rule_of(page, row)
    if table is LOOKED_AT or rule not in RULES_OF_LOOKING:
        yield *rule, short


NEAREST = {
    (page, table is WRITTEN_TO): _nearest(table, page)
    for table in (LOOKED_AT, WRITTEN_TO)
    for page in table
}


def questions_of(table: Table) -> list[Any]:
    """Return each page with those who ask for it in make test, and with the others for make test-all."""
    cells = [(page, short) for page, row in table.items() for short in row]
    first = set(covering(cells, partial(_meetings, table)))
    questions = []
    for page, row in table.items():
        now = [short for short in row if (page, short) in first]
        later = [short for short in row if (page, short) not in first]
        questions.append(pytest.param((page, now), id=page))
        if later:
            name, every = f"{page}-others", pytest.mark.every
            questions.append(pytest.param((page, later), id=name, marks=every))
    return questions


def _names(
    patterns: list[URLPattern | URLResolver], namespace: str = ""
) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        else:
            inner = (
                f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
            yield from _names(pattern.url_patterns, inner)


class Seen(NamedTuple):
    """What people were answered at a page, what was written and which fields lacked."""

    page: str
    answers: dict[str, Any]
    writes: list[str]
    forgotten: set[tuple[str, str, str]]
    unlogged: dict[str, str]

    @property
    def statuses(self) -> dict[str, int]:
        """Return the status of each answer."""
        return {short: answer.status_code for short, answer in self.answers.items()}


def _forgotten(page: str, asked: list[Asked]) -> set[tuple[str, str, str]]:
    """Return the fields that a page has forgotten, with the page and the form."""
    found = {(page, *field) for field in forgotten_in(asked)} - NOT_SHOWN.keys()
    return {field for field in found if field[:2] not in READS_THE_ADDRESS}


Ask = Callable[[str, bool], tuple[Any, list[Asked]]]


def let_ask(page: str, people: list[str], ask: Ask, *, drawn: set[str]) -> Seen:
    """Let people ask for a page, and others after them until each form is offered to somebody.

    The page is drawn for some, and for others as long as a form has been offered to nobody.
    """
    answers, forms = dict[str, Any](), list[Asked]()
    for short in [*people, *(other for other in PEOPLE if other not in people)]:
        lacks = bool(_forgotten(page, forms))
        if short not in people and not lacks:
            break
        answers[short], given = ask(PEOPLE[short], lacks or short in drawn)
        forms += given
    return Seen(page, answers, [], _forgotten(page, forms), {})


def drawn_for(table: Table, page: str, people: list[str]) -> set[str]:
    """Return for whom a page is drawn: the first with each answer; all refusals look alike."""
    row = table[page]
    first = {row[short]: short for short in reversed(people) if row[short] != REFUSED}
    return set(first.values())


def said_of(table: Table, seen: Seen) -> dict[str, int]:
    """Return what a table says of those who were answered."""
    return {short: table[seen.page][short] for short in seen.answers}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def addresses(town: Municipality, django_db_blocker: Any) -> dict[str, str]:
    """Return the address of every page, about the one case of each kind."""
    with django_db_blocker.unblock():
        return _addresses(town)


def _addresses(town: Municipality) -> dict[str, str]:
    report = (town.own.code, town.report.year, town.report.template)
    published = (town.own.code, town.published.year, town.published.template)
    make_next_edition(town.published)
    outline = OwnOutline.objects.create(
        slug="egen-mall",
        name="Vår mall",
        data=shipped_outline(Template.MALMO).as_data(),
    )
    secretary = town.people["board_secretary"]
    meeting = Meeting.objects.create(
        unit=town.root, body="committee", on=dt.date(2024, 3, 4), created_by=secretary
    )
    about: dict[str, tuple[object, ...]] = {
        "deviations:receipt": (town.deviation.number,),
        "deviations:own": (town.deviation.number,),
        "deviations:detail": (town.deviation.number,),
        "deviations:step": (town.deviation.number, "utred"),
        "deviations:escalate": (town.deviation.number,),
        "audit:case": (town.deviation.number,),
        "audit:case_export": (town.deviation.number, "csv"),
        "audit:person": ("staff",),
        **dict.fromkeys(
            ("audit:extract", "audit:extract_pdf"), (make_extract(town).number,)
        ),
        "casework:case": (town.deviation.number,),
        "casework:action": (town.deviation.number, 1),
        "casework:action_step": (town.deviation.number, 1, "klar"),
        "casework:note": (town.deviation.number,),
        "casework:recusals": (town.deviation.number,),
        "casework:protection": (town.deviation.number,),
        "casework:new_action": (town.deviation.number,),
        "casework:attachments": (town.deviation.number,),
        "casework:attachment": (town.deviation.number, 1),
        "casework:calendar": (town.people["section_chief"].calendar_key,),
        "casework:routine": ("utskick",),
        "casework:change_routine": ("utskick",),
        "lexsarah:detail": (town.lexsarah.number,),
        **dict.fromkeys(MEETING, ("arbetsutskottet", meeting.on.isoformat())),
        "lexsarah:step": (town.lexsarah.number, "ta-emot"),
        "lexsarah:complement": (town.lexsarah.reports.get().number,),
        "lexsarah:duties": (town.deviation.number,),
        "lexsarah:ivo": (town.lexsarah.number,),
        "lexsarah:ivo_pdf": (town.lexsarah.number,),
        "lexsarah:concerned": (town.lexsarah.number,),
        "lexsarah:information_unit": (town.own.code,),
        "selfcheck:begin_from": ("dokumentation",),
        "selfcheck:template": ("dokumentation",),
        "selfcheck:detail": (town.selfcheck.number,),
        "selfcheck:draw": (town.selfcheck.number,),
        "selfcheck:review": (town.selfcheck.number, 1),
        "selfcheck:step": (town.selfcheck.number, "oppna-igen"),
        "selfcheck:change_plan": (town.own.code, 2024, 1),
        "selfcheck:series": (town.own.code, 1),
        "selfcheck:change_series": (town.own.code, 1),
        "selfcheck:count_series": (town.own.code, 1),
        "selfcheck:measure": (town.own.code, 1, 2024),
        **dict.fromkeys(
            [
                f"selfcheck:{page}"
                for page in ("readings", "draw_readings", "upload_log", "log_record")
            ],
            (town.selfcheck.number,),
        ),
        "selfcheck:reading": (town.selfcheck.number, 1),
        "selfcheck:survey": (town.selfcheck.number,),
        "selfcheck:indicators": (town.selfcheck.number,),
        "selfcheck:places": (town.selfcheck.number,),
        "riskanalysis:detail": (town.riskanalysis.number,),
        "riskanalysis:new_risk": (town.riskanalysis.number,),
        "riskanalysis:risk": (town.riskanalysis.number, 1),
        "riskanalysis:step": (town.riskanalysis.number, "borja"),
        "analysis:detail": (town.analysis.number,),
        "analysis:pattern": (town.analysis.number, 1),
        "analysis:step": (town.analysis.number, "kommentera"),
        "organisation:unit": (town.own.code,),
        "organisation:people": (town.own.code, "csv"),
        **dict.fromkeys(FILES, ("xlsx",)),
        "reports:write": (*report, "uppfoljning"),
        "reports:preview": (*report, "uppfoljning"),
        "reports:outlines": (),
        "reports:mine": (),
        "reports:outline": (outline.slug,),
        **dict.fromkeys(
            ("reports:draft", "reports:section", "reports:assign"),
            (*report, "uppfoljning"),
        ),
        "reports:unassign": (*report, "uppfoljning"),
        "reports:step": (*report, "granska"),
        **dict.fromkeys(
            ("reports:edition", "reports:edition_pdf", "reports:changes"),
            (*published, 2),
        ),
        **dict.fromkeys(
            ("reports:remark", "reports:version"), (*published, "uppfoljning", 1)
        ),
        **dict.fromkeys(
            [page for page in LOOKED_AT if page.startswith("published:")],
            (2018, town.own.code),
        ),
        "published:list": (),
        "reports:tertials": (),
        **{
            page: ("2024T1", town.own.code)
            for page in LOOKED_AT
            if page.startswith("reports:tertial_")
        },
        "reports:tertial": ("2024T1", town.own.code),
    }
    about |= {
        page: report
        for page in LOOKED_AT
        if page.startswith("reports:") and page not in about
    }
    del about["reports:list"]
    return {page: reverse(page, args=about.get(page, ())) for page in LOOKED_AT}


def test_table_names_every_address() -> None:
    assert sorted(_names(get_resolver().url_patterns)) == sorted(LOOKED_AT)


def test_table_names_every_role() -> None:
    assert set(Role.values) <= set(PEOPLE.values())


@pytest.fixture(scope="module", params=questions_of(LOOKED_AT))
def seen(
    request: Any, town: Municipality, addresses: dict[str, str], django_db_blocker: Any
) -> Seen:
    """Let people look at a page once, for all tests of what is seen; they are run page by page."""
    page, people = request.param

    unlogged: dict[str, str] = {}

    def look(who: str, is_drawn: bool) -> tuple[Any, list[Asked]]:
        if not is_drawn:
            return unseen(town, who, "get", addresses[page]), []
        before = last_reading()
        answer = town.client(who).get(addresses[page])
        unlogged[who] = wrong_in_the_log(answer, after=before)
        return answer, asked_in(answer)

    drawn = drawn_for(LOOKED_AT, page, people)
    with django_db_blocker.unblock(), transaction.atomic():
        with only_reading() as writes:
            answered = let_ask(page, people, look, drawn=drawn)
        transaction.set_rollback(True)
    return answered._replace(writes=writes, unlogged=unlogged)


def unseen(town: Municipality, who: str, method: str, path: str) -> Any:
    """Answer a person with a page that is not drawn."""
    with pytest.MonkeyPatch.context() as patch:
        draw_nothing(patch)
        return town.answer(who, method, path)


def test_get_answers_each_person_as_the_table_says(seen: Seen) -> None:
    assert seen.statuses == said_of(LOOKED_AT, seen)


@pytest.mark.django_db
@pytest.mark.parametrize("question", questions_of(WRITTEN_TO))
def test_post_answers_each_person_as_the_table_says(
    question: tuple[str, list[str]], town: Municipality, addresses: dict[str, str]
) -> None:
    page, people = question

    unlogged: dict[str, str] = {}

    def write(who: str, is_drawn: bool) -> tuple[Any, list[Asked]]:
        with transaction.atomic():
            if is_drawn:
                before = last_reading()
                answer = town.client(who).post(addresses[page])
                if wrong := wrong_in_the_log(answer, after=before):
                    unlogged[who] = wrong
                forms = asked_in(answer)
            else:
                answer, forms = unseen(town, who, "post", addresses[page]), []
            transaction.set_rollback(True)
        return answer, forms

    drawn = drawn_for(WRITTEN_TO, page, people)
    answered = let_ask(page, people, write, drawn=drawn)

    assert answered.statuses == said_of(WRITTEN_TO, answered)
    assert not answered.forgotten
    assert not unlogged


@pytest.mark.django_db
def test_post_to_a_page_that_is_only_read_is_refused(
    town: Municipality, addresses: dict[str, str]
) -> None:
    refused = {
        page: unseen(town, "quality_controller", "post", addresses[page]).status_code
        for page in sorted(set(LOOKED_AT) - set(WRITTEN_TO))
    }

    assert refused == dict.fromkeys(refused, 405)


def test_log_says_what_each_answer_showed(seen: Seen) -> None:
    """Lag 2001:454 10 §: each answer that shows a case is one row, which names the cases that it shows."""
    assert {who: wrong for who, wrong in seen.unlogged.items() if wrong} == {}


def test_get_without_login_leads_to_the_login_and_back(
    seen: Seen, addresses: dict[str, str]
) -> None:
    home = reverse("home")
    to_login = f"{reverse('account_login')}?next={addresses[seen.page]}"
    for short, answer in seen.answers.items():
        if short == "anon" and LOOKED_AT[seen.page][short] == 302:
            expected = home if seen.page == "account_logout" else to_login
            assert answer["Location"] == expected


def test_get_writes_nothing(seen: Seen) -> None:
    assert seen.writes == []


def test_get_shows_every_visible_field_of_its_forms(seen: Seen) -> None:
    assert not seen.forgotten


def test_get_without_login_sets_no_cookie(seen: Seen) -> None:
    for short, answer in seen.answers.items():
        if short == "anon" and seen.page != "account_login":
            assert not answer.cookies


@pytest.mark.django_db
def test_form_that_waits_for_something_is_shown_when_it_is_there(
    town: Municipality, addresses: dict[str, str]
) -> None:
    closed = make_deviation(
        town.own, number="KA-2024-0099", reporter=town.people["reporter"], **CLOSED
    )
    User.objects.filter(pk=town.people["staff"].pk).update(email="staff@exempel.se")
    investigator = town.people["lex_investigator"]
    Concerned.objects.create(
        case=town.lexsarah,
        position=1,
        name="Någon",
        added_by=investigator,
        form_token=uuid4(),
    )
    asked = {
        "deviations:own": (
            "reporter",
            reverse("deviations:own", args=(closed.number,)),
        ),
        "casework:saved_filters": (
            "staff",
            f"{addresses['casework:saved_filters']}?q=hot",
        ),
        "analysis:saved_questions": (
            "unit_chief",
            f"{addresses['analysis:saved_questions']}?period=2024",
        ),
        "organisation:settings": ("staff", addresses["organisation:settings"]),
        "lexsarah:concerned": ("lex_investigator", addresses["lexsarah:concerned"]),
    }

    answers = {
        page: asked_in(town.client(who).get(address))
        for page, (who, address) in asked.items()
    }

    shown = {
        (page, one.form, field)
        for page, forms in answers.items()
        for one in forms
        for field in one.shown
    }
    assert shown >= NOT_SHOWN.keys()


@pytest.mark.django_db
def test_field_that_stands_in_no_template_is_missed(
    town: Municipality, addresses: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        ReportForm.base_fields, "setting", forms.CharField(label="Miljö")
    )

    answers = [town.client("reporter").get(addresses["deviations:report"])]
    answers.append(town.client("reporter").post(addresses["deviations:report"]))

    for answer in answers:
        assert forgotten_in(asked_in(answer)) == {("ReportForm", "setting")}


@pytest.mark.django_db
def test_every_field_of_the_public_form_is_asked_on_one_of_its_pages(
    town: Municipality, addresses: dict[str, str]
) -> None:
    """The answers to the other pages are carried along, hidden: a field that no page asks would be, too."""
    sent = {"do": "stay", "language": "sv"}
    pages = [
        Client().post(addresses["deviations:write"], {**sent, "step": step})
        for step in STEPS
    ]

    assert {field.name for field in ComplainForm().visible_fields()} <= set().union(
        *map(seen_controls, pages)
    )


# --- headers ----------------------------------------------------------------------------------
def _assert_headers_are_closed(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert "unsafe-" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_get_answers_with_closed_headers(seen: Seen) -> None:
    for answer in seen.answers.values():
        _assert_headers_are_closed(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/finns-inte/", 404),
        ("get", "/inkorg/%00", 400),
        ("get", "/inkorg/?q=%00", 400),
        ("put", "/inkorg/", 405),
        ("get", "/organisation", 301),
        ("get", "/lex-sarah/?" + "&".join(map(str, range(600))), 400),
    ],
)
def test_refusal_answers_with_closed_headers(
    method: str, path: str, status: int, town: Municipality
) -> None:
    response = getattr(town.client("quality_controller"), method)(path)

    assert response.status_code == status
    _assert_headers_are_closed(response)


@pytest.mark.django_db
def test_form_without_a_token_answers_with_closed_headers(town: Municipality) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = town.sessions["staff"]
    response = client.post(reverse("deviations:report"), {"description": "x"})

    assert response.status_code == 403
    _assert_headers_are_closed(response)
