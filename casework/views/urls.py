"""URLs over all kinds of cases."""

from django.urls import path

from casework.views import (
    attachments,
    drafts,
    emergency,
    handling,
    inbox,
    measures,
    notices,
    public,
    retention,
    routines,
    sorting,
    watching,
)

app_name = "casework"
urlpatterns = [
    path("inkorg/", inbox.inbox, name="inbox"),
    path("inkorg/arenden.<str:kind>", inbox.export, name="export"),
    path("inkorg/fordela/", sorting.assign, name="assign"),
    path("inkorg/filter/", sorting.saved_filters, name="saved_filters"),
    path("arenden/<str:number>/", inbox.case, name="case"),
    path("arenden/<str:number>/anteckning/", handling.note, name="note"),
    path("arenden/<str:number>/jav/", handling.recusals, name="recusals"),
    path("arenden/<str:number>/skydd/", handling.protection, name="protection"),
    path("arenden/<str:number>/atgarder/ny/", measures.new_action, name="new_action"),
    path("arenden/<str:number>/filer/", attachments.files, name="attachments"),
    path(
        "arenden/<str:number>/filer/<int:position>/",
        attachments.file,
        name="attachment",
    ),
    path("nodoppning/", emergency.emergency, name="emergency"),
    path("rutiner/", routines.routines, name="routines"),
    path("rutiner/rutiner.<str:kind>", routines.export, name="routines_export"),
    path("rutiner/ny/", routines.new_routine, name="new_routine"),
    path("rutiner/<slug:code>/", routines.routine, name="routine"),
    path("rutiner/<slug:code>/andra/", routines.change_routine, name="change_routine"),
    path("notiser/", notices.notices, name="notices"),
    path("organisation/jav-och-skydd/", watching.watching, name="watching"),
    path("organisation/mejl/", notices.mails, name="mails"),
    path("organisation/gallring/", retention.retention, name="retention"),
    path("organisation/gallring/beslut/", retention.new_rule, name="new_rule"),
    path("kalender/<str:key>.ics", public.calendar, name="calendar"),
    path("utkast/", drafts.unsent, name="unsent"),
    path("utkast/formular/", drafts.form_draft, name="form_draft"),
    path("atgarder/", measures.actions, name="actions"),
    path("atgarder/atgarder.<str:kind>", measures.export, name="actions_export"),
    path("atgarder/<str:number>/<int:place>/", measures.action, name="action"),
    path(
        "atgarder/<str:number>/<int:place>/<slug:name>/",
        measures.action_step,
        name="action_step",
    ),
]
