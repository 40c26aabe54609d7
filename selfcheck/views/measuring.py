"""Pages of measurement series: the list, one series, and the form for its values."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.views.finding import get_case_or_404, shown
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, home_unit, may, right_required
from organisation.models import EARLIEST, LATEST
from organisation.rights import Right
from selfcheck.methods import methods_that_record
from selfcheck.models import SelfCheck, Series, Share, name_of
from selfcheck.process import services
from selfcheck.register.filtersets import SeriesFilter
from selfcheck.series import measuring
from selfcheck.series.forms import CountForm, SeriesForm, ValuesForm

PAGE = 50


@require_safe
@right_required(Right.SELFCHECK_PLAN)
def series_list(request: SignedInRequest) -> HttpResponse:
    """List the series that a person may read, with the last value and how the year goes."""
    asked = SeriesFilter(request.GET, user=request.user)
    readable = asked.qs.numbered().select_related("unit")
    page = Paginator(readable.prefetch_related("points"), PAGE).get_page(
        request.GET.get("page")
    )
    rows = [_row(series) for series in page]
    return render(
        request,
        "selfcheck/series_list.html",
        {"filter": asked, "page": page, "rows": rows},
    )


def _row(series: Series) -> dict[str, Any]:
    points = {point.period: point.share for point in series.points.all()}
    last = max(points, default="")
    return {
        "series": series,
        "period": name_of(last) if last else "",
        "share": points.get(last),
        "trend": measuring.trend_of(points),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.SELFCHECK_PLAN)
def new_series(request: SignedInRequest) -> HttpResponse:
    """Start a series, perhaps the one that a self-check is made by."""
    check = _check_of(request)
    sent = request.POST if request.method == "POST" else None
    form = SeriesForm(
        sent,
        instance=Series(),
        user=request.user,
        initial=_first_answers(request, check),
    )
    status, made = 200, list[Series]()
    if request.method == "POST":
        status, _ = attempt(form, lambda: made.append(_start(request, form, check)))
        if made:
            messages.success(request, "Mätserien är startad. Fyll i de första värdena.")
            return redirect(
                _address(made[0], "selfcheck:measure", timezone.localdate().year)
            )
    context = {"form": form, "check": check}
    return render(request, "selfcheck/series_form.html", context, status=status)


def _check_of(request: SignedInRequest) -> SelfCheck | None:
    """Return the self-check that asked for a series, if it is the person's to make."""
    if not (number := request.GET.get("egenkontroll")):
        return None
    checks = SelfCheck.objects.handled_by(request.user).filter(
        method__in=methods_that_record("series")
    )
    check = get_case_or_404(checks.select_related("unit"), number=number)
    if not services.may_review(check, request.user):
        return None
    return check


def _first_answers(request: SignedInRequest, check: SelfCheck | None) -> dict[str, Any]:
    if check:
        return {"unit": check.unit.code, "title": check.title, "process": check.process}
    unit = home_unit(request.user)
    return {"unit": unit.code if unit else None}


def _start(
    request: SignedInRequest, form: SeriesForm, check: SelfCheck | None
) -> Series:
    unit = form.cleaned_data["unit"]
    return measuring.start_series(
        actor=request.user, unit=unit, facts=form.facts, check=check
    )


def _address(series: Series, page: str, *more: int) -> str:
    place = Series.objects.numbered().get(pk=series.pk).place
    return reverse(page, args=[series.unit.code, place, *more])


def _get_series_or_404(request: SignedInRequest, unit: str, place: int) -> Series:
    readable = Series.objects.visible_to(request.user).numbered().select_related("unit")
    return get_object_or_404(readable, unit__code=unit, place=place)


@require_safe
def series(request: SignedInRequest, unit: str, place: int) -> HttpResponse:
    """Show one series year by year: its counts, the derived share, and every change of a value."""
    found = _get_series_or_404(request, unit, place)
    points = {point.period: point.share for point in found.points.all()}
    this_year = timezone.localdate().year
    years = sorted({int(period[:4]) for period in points} | {this_year}, reverse=True)
    year = int(max(points, default=str(this_year))[:4])
    if request.GET.get("ar", "") in map(str, years):
        year = int(request.GET["ar"])
    if found.every == Series.Every.MONTH:
        periods, pills = measuring.periods_of(found, year), _pills(years, year)
    else:
        periods, pills = sorted(points), []
    checks = SelfCheck.objects.handled_by(request.user).filter(series=found)
    context = {
        "series": found,
        "year": year,
        "pills": pills,
        "rows": _rows(periods, points),
        "points": points,
        "sum": measuring.summed(
            points[period] for period in periods if period in points
        ),
        "trend": measuring.trend_of(points),
        "changes": found.changes.select_related("actor"),
        "checks": shown(checks.order_by("-number")),
        "may_measure": may(request.user, Right.SELFCHECK_PLAN, found.unit),
        "can_count": _can_count(found) and not found.counts,
    }
    return render(request, "selfcheck/series.html", context)


def _pills(years: list[int], chosen: int) -> list[dict[str, Any]]:
    return [
        {"label": str(y), "url": f"?ar={y}", "current": y == chosen, "count": None}
        for y in years
    ]


def _rows(periods: list[str], points: dict[str, Share]) -> list[dict[str, Any]]:
    """Return each period with its value and that of the year before.

    A period without a value is a gap to be seen, but not those after the last.
    """
    rows: list[dict[str, Any]] = []
    whole = 0
    for period in periods:
        share, before = points.get(period), points.get(measuring.year_before(period))
        rows.append({"name": name_of(period), "share": share, "before": before})
        if share or before:
            whole = len(rows)
    return rows[:whole]


@require_http_methods(["GET", "HEAD", "POST"])
def change_series(request: SignedInRequest, unit: str, place: int) -> HttpResponse:
    """Change the description of a series, under an optimistic lock."""
    found = _get_series_or_404(request, unit, place)
    own = reverse("selfcheck:series", args=[unit, place])
    if not may(request.user, Right.SELFCHECK_PLAN, found.unit):
        raise Http404
    form = SeriesForm(
        request.POST if request.method == "POST" else None,
        instance=found,
        user=request.user,
    )
    status, theirs = 200, list[tuple[str, str]]()

    def fresh() -> Series:
        return _get_series_or_404(request, unit, place)

    def change() -> None:
        seen = form.cleaned_data["seen_version"]
        measuring.describe_series(
            fresh(), actor=request.user, seen_version=seen, facts=form.facts
        )

    if request.method == "POST":
        status, theirs = attempt(form, change, fresh=fresh)
        if not form.errors:
            messages.success(request, "Uppgifterna är sparade.")
            return redirect(own)
    context = {"form": form, "series": fresh(), "own": own, "theirs": theirs}
    return render(request, "selfcheck/series_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def count_series(request: SignedInRequest, unit: str, place: int) -> HttpResponse:
    """Let a yearly series count registered log checks by itself, from a year on."""
    found = _get_series_or_404(request, unit, place)
    own = reverse("selfcheck:series", args=[unit, place])
    if not may(request.user, Right.SELFCHECK_PLAN, found.unit) or not _can_count(found):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    first = {"first_year": timezone.localdate().year}
    form = CountForm(sent, instance=found, initial=first)
    status = 200

    def count() -> None:
        said = form.cleaned_data
        measuring.let_count(
            found,
            actor=request.user,
            seen_version=said["seen_version"],
            first_year=said["first_year"],
        )

    if sent is not None:
        status, _ = attempt(
            form, count, fresh=lambda: _get_series_or_404(request, unit, place)
        )
        if not form.errors:
            messages.success(request, "Mätserien räknas av sig själv från och med nu.")
            return redirect(own)
    context = {"form": form, "series": found, "own": own}
    return render(request, "selfcheck/count_series.html", context, status=status)


def _can_count(series: Series) -> bool:
    """Tell whether a series is a number a year."""
    return series.every == Series.Every.YEAR and not series.is_share


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: SignedInRequest, unit: str, place: int, year: int) -> HttpResponse:
    """Ask for the values of a year's months together, under an optimistic lock that keeps typed values."""
    found = _get_series_or_404(request, unit, place)
    if not EARLIEST.year < year < LATEST.year or not may(
        request.user, Right.SELFCHECK_PLAN, found.unit
    ):
        raise Http404
    periods = measuring.periods_of(found, year)
    if not measuring.has_begun(periods[0]):
        raise Http404
    points = {
        point.period: point.share for point in found.points.filter(period__in=periods)
    }
    sent = request.POST if request.method == "POST" else None
    form = ValuesForm(sent, instance=found, periods=periods, points=points)
    status, theirs = 200, list[tuple[str, str]]()

    def save() -> None:
        seen = form.cleaned_data["seen_version"]
        measuring.measure(
            found, actor=request.user, seen_version=seen, values=form.values
        )

    if request.method == "POST":
        status, theirs = attempt(
            form, save, fresh=lambda: _get_series_or_404(request, unit, place)
        )
        if not form.errors:
            messages.success(request, "Värdena är sparade. Andelarna är uträknade.")
            return redirect(
                f"{reverse('selfcheck:series', args=[unit, place])}?ar={year}"
            )
    context = {
        "form": form,
        "series": found,
        "year": year,
        "theirs": theirs,
        "place": place,
    }
    return render(request, "selfcheck/measure.html", context, status=status)
