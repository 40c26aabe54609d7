"""What a person is told, and for administrators the mails that have gone out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef
from django.db.models.lookups import IsNull
from django.http import Http404, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework import kinds
from casework.background.mails import has_mail_server, send_again
from casework.background.notifications import mark_read
from casework.database.scopes import reading_beyond
from casework.models import Case, Mail, Notice
from casework.register.filters import PAGE
from organisation.access import (
    SignedInRequest,
    right_required,
    role_not_required,
    roles_of,
)
from organisation.rights import Right
from organisation.shown import show_cases, show_people


@role_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@reading_beyond("a notice is shown by rules of its own, also where the case is not")
def notices(request: SignedInRequest) -> HttpResponse:
    """Show what a person is told; opening a notice notes that those about the same case are read.

    Mails lead here: who holds no role any more is led on to the own reports.
    """
    if not roles_of(request.user):
        return redirect(kinds.own_page())
    mine = Notice.objects.readable_by(request.user)
    if request.method == "POST":
        return _open(request)
    visible = Case.objects.visible_to(request.user).order_by()
    opens = Exists(visible.filter(pk=OuterRef("case_id")))
    shown = mine.annotate(opens_case=opens).select_related("case", "unit")
    page = Paginator(
        shown.order_by(IsNull(F("read_at"), True).desc(), "-created_at", "-pk"), PAGE
    )
    shown_page = page.get_page(request.GET.get("page"))
    lines = [_line(notice) for notice in shown_page]
    show_cases((notice.case_id for notice in shown_page), count=page.count)
    context = {"page": shown_page, "lines": lines, "unread": mine.unread().exists()}
    return render(request, "casework/notices.html", context)


@dataclass(frozen=True)
class Line:
    """One notice: what it is about in a word, what its button sends, and where it leads once it is read."""

    notice: Notice
    word: str
    button: tuple[str, str]
    url: str


def _line(notice: Any) -> Line:
    """Return how a notice is shown, which says whether its reader opens the case."""
    if topic := kinds.topic_of(notice.kind):
        is_of_all = notice.kind in Notice.ABOUT_SECTIONS
        button = ("sections", "1") if is_of_all else ("unit", notice.unit.code)
        return Line(notice, topic.word, button, reverse(topic.page))
    number = notice.case.number
    beside = reverse(_page_beside_the_case(notice))
    url = reverse("casework:case", args=[number]) if notice.opens_case else beside
    return Line(notice, number, ("case", number), url)


def _page_of(kind: str) -> str:
    """Return the URL name of the page of what notices of a kind are about."""
    topic = kinds.topic_of(kind)
    return topic.page if topic else "casework:notices"


@reading_beyond("a notice is shown by rules of its own, also where the case is not")
def _open(request: SignedInRequest) -> HttpResponse:
    """Note that all notices, or those about one case or unit, are read; then lead to what they are about."""
    number = request.POST.get("case", "").replace("\0", "")
    if "sections" in request.POST:
        mark_read(actor=request.user, kinds=Notice.ABOUT_SECTIONS)
        return redirect(_page_of(Notice.Kind.SECTION_GIVEN))
    if code := request.POST.get("unit", "").replace("\0", ""):
        about = Notice.objects.readable_by(request.user).filter(
            kind=Notice.Kind.NO_ANALYSIS
        )
        get_list_or_404(about, unit__code=code)
        mark_read(actor=request.user, unit=code, kinds=[Notice.Kind.NO_ANALYSIS])
        return redirect(_page_of(Notice.Kind.NO_ANALYSIS))
    if not number:
        mark_read(actor=request.user)
        return redirect("casework:notices")
    notice = (
        Notice.objects.readable_by(request.user)
        .filter(case__number=number)
        .select_related("case")
        .first()
    )
    if notice is None:
        raise Http404
    mark_read(actor=request.user, case=notice.case)
    if Case.objects.visible_to(request.user).filter(number=number).exists():
        return redirect("casework:case", number)
    return redirect(_page_beside_the_case(notice))


def _page_beside_the_case(notice: Notice) -> str:
    """Return where a notice leads whoever does not read the case itself."""
    if page := kinds.lead_of(notice.kind):
        return page
    if notice.kind == Notice.Kind.EMERGENCY:
        return "audit:openings"
    return (
        "casework:watching"
        if notice.kind in Notice.ABOUT_READERS
        else "casework:actions"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.ORGANISATION_ADMINISTER)
def mails(request: SignedInRequest) -> HttpResponse:
    """Show which mails have gone out or not and why, and try again with one that was given up."""
    if request.method == "POST":
        mail = get_object_or_404(
            Mail, message_id=request.POST.get("mail", "").replace("\0", "")
        )
        send_again(mail)
        messages.success(request, "Mejlet står på kö igen.")
        return redirect("casework:mails")
    page = Paginator(Mail.objects.select_related("user"), PAGE).get_page(
        request.GET.get("page")
    )
    show_people({mail.user_id for mail in page}, count=page.paginator.count)
    return render(
        request,
        "casework/mails.html",
        {"page": page, "has_mail_server": has_mail_server()},
    )
