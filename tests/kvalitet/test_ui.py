"""The components: declared props, forms that say what is wrong, and a look that can be read."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from kvalitet.templatetags.ui import short_date, swedish_date, swedish_time, thousands

STATIC = Path(settings.BASE_DIR) / "static"
COMPONENTS = sorted((Path(settings.BASE_DIR) / "templates" / "ui").glob("*.html"))


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label="Vad gäller det?",
        choices=[("a", "Handling"), ("b", "Annat")],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad det gäller"},
    )
    text = forms.CharField(
        label="Vad hände?",
        help_text="Skriv inte namn.",
        max_length=2000,
        widget=forms.Textarea(attrs={"placeholder": "Skriv här"}),
        error_messages={"required": "Skriv vad som hände"},
    )
    proposal = forms.CharField(label="Förslag", required=False)

    def clean(self) -> None:
        if self.data.get("proposal") == "nej":
            raise forms.ValidationError("Välj ett av sätten att svara")


# --- props ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "source",
    [
        '{% ui_tag "Ny" colour="red" %}',
        "{% ui_tag %}",
        '{% ui_table caption="Ärenden" %}{% endui_table %}',
        '{% ui_row "Enhet" %}',
        '{% ui_note tonee="bad" %}{% endui_note %}',
    ],
)
def test_refuses_template_with_unknown_or_missing_prop(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(source)


@pytest.mark.parametrize(
    "source", ['{% ui_tag "Ny" tone="red" %}', '{% ui_button "Spara" kind="big" %}']
)
def test_refuses_tone_that_style_sheet_does_not_know(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        shown(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% ui_tag value %}",
        "{% ui_heading value lead=value %}",
        '{% ui_row "Vad hände?" value %}',
        "{% ui_note title=value %}{{ value }}{% endui_note %}",
        '{% ui_table caption=value id="t" %}<tbody></tbody>{% endui_table %}',
        "{% ui_event when=now what=value %}{{ value }}{% endui_event %}",
    ],
)
def test_escapes_what_people_have_written(source: str) -> None:
    html = shown(
        source, value="<script>x</script>", now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_component_begins_with_what_it_is(path: Path) -> None:
    assert path.read_text().startswith("{# ")


# --- words and numbers ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1276, "1\u00a0276"),
        (-1234567, "\u22121\u00a0234\u00a0567"),
        (1276.5, "1\u00a0276,5"),
    ],
)
def test_writes_number_the_swedish_way(number: float, text: str) -> None:
    assert thousands(number) == text


def test_writes_dash_for_what_is_missing() -> None:
    assert {
        thousands(None),
        swedish_date(None),
        short_date(None),
        swedish_time(None),
    } == {"–"}


def test_writes_dates_in_swedish() -> None:
    assert swedish_date(dt.date(2026, 11, 19)) == "19 november 2026"
    assert short_date(dt.date(2026, 11, 19)) == "2026-11-19"


def test_writes_local_day_of_a_moment_near_midnight() -> None:
    late = dt.datetime(2026, 11, 18, 23, 30, tzinfo=dt.UTC)
    assert swedish_date(late) == "19 november 2026"
    assert short_date(late) == "2026-11-19"
    assert swedish_time(late) == "19 november 2026 kl. 00.30"


def test_midnight_stands_for_the_day_alone() -> None:
    midnight = dt.datetime(2026, 11, 18, 23, 0, tzinfo=dt.UTC)
    assert swedish_time(midnight) == "19 november 2026"


# --- forms ------------------------------------------------------------------------------------
def test_error_summary_links_to_fields_in_same_words() -> None:
    form = ReportForm({"proposal": "nej"})
    html = shown("{% error_summary form %}{{ form }}", form=form)
    assert '<a href="#id_kind_0">Välj vad det gäller</a>' in html
    assert '<a href="#id_text">Skriv vad som hände</a>' in html
    assert "<li>Välj ett av sätten att svara</li>" in html
    assert html.count("Skriv vad som hände") == 2
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_error_names_what_is_missing_where_form_has_no_words_of_its_own() -> None:
    class PlainForm(forms.Form):
        name = forms.CharField(label="Namn")
        unit = forms.ChoiceField(label="Enhet", choices=[("a", "A")])

    html = shown("{% error_summary form %}{{ form }}", form=PlainForm({}))
    assert html.count("Fyll i ”Namn”") == 2
    assert html.count("Välj ”Enhet”") == 2


def test_error_summary_is_absent_when_nothing_is_wrong() -> None:
    assert shown("{% error_summary form %}", form=ReportForm()).strip() == ""


def test_field_ties_hint_and_error_to_its_control() -> None:
    html = ReportForm({"kind": "a"})["text"].as_field_group()
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-invalid="true"' in html


def test_group_of_radios_has_legend_and_error() -> None:
    html = ReportForm({})["kind"].as_field_group()
    assert "<legend>Vad gäller det?" in html
    assert '<fieldset aria-describedby="id_kind_error">' in html


def test_marks_optional_field_in_words() -> None:
    form = ReportForm()
    assert "(frivilligt)" in form["proposal"].as_field_group()
    assert "(frivilligt)" not in form["text"].as_field_group()


def test_field_never_cuts_what_is_pasted() -> None:
    html = ReportForm()["text"].as_field_group()
    assert "maxlength" not in html
    assert "Högst 2\u00a0000 tecken." in html


def test_field_has_no_placeholder() -> None:
    assert "placeholder" not in str(ReportForm()["text"])


def test_filter_marks_no_field_as_optional() -> None:
    html = shown("{% ui_filters form %}", form=ReportForm())
    assert '<label for="id_proposal">Förslag</label>' in html
    assert "frivilligt" not in html


# --- lists ------------------------------------------------------------------------------------
def test_pagination_keeps_the_filter() -> None:
    request = RequestFactory().get("/inkorg/", {"q": "fel adress", "page": "2"})
    html = shown(
        "{% ui_pagination page %}",
        request=request,
        page=Paginator(range(60), 25).page(2),
    )
    assert 'href="?q=fel+adress&amp;page=3"' in html
    assert "Visar 26–50 av 60" in html
    assert html.count('aria-current="page"') == 1


def test_table_scrolls_in_a_named_region() -> None:
    html = shown(
        '{% ui_table caption="Ärenden" id="t" %}<tbody></tbody>{% endui_table %}'
    )
    assert 'role="region" tabindex="0" aria-labelledby="t"' in html
    assert '<caption id="t">Ärenden</caption>' in html


def test_receipt_shows_long_code_in_groups_of_four() -> None:
    html = shown(
        '{% ui_receipt title="Tack" label="Din kod" code="4821093755661204" %}{% endui_receipt %}'
    )
    assert re.findall(r"<span[^>]*>(\d+)</span>", html) == [
        "4821",
        "0937",
        "5566",
        "1204",
    ]


def test_summary_says_when_nothing_was_given() -> None:
    assert "Inte angivet" in shown('{% ui_row "Förslag" "" url="/andra/" %}')


def test_progress_says_per_cent_and_step() -> None:
    html = shown(
        '{% ui_progress "Rapporten byggs" id="b" percent=40 step="Kapitel 3 av 7" %}'
    )
    assert 'max="100" value="40"' in html
    assert "Kapitel 3 av 7" in html


# --- the style sheets -------------------------------------------------------------------------
def palette(scheme: int) -> dict[str, str]:
    """Return the colours of tokens.css in the light (0) or dark (1) scheme."""
    colours = {}
    for name, value in re.findall(
        r"--([\w-]+): ([^;]+);", (STATIC / "css/tokens.css").read_text()
    ):
        if hexes := re.findall(r"#[0-9a-f]{6}", value):
            colours[name] = hexes[scheme if len(hexes) == 2 else 0]
    return colours


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("ink", "muted", "accent", "bad", "warn", "good")
        for ground in ("paper", "ground")
    ],
    *[(tone, f"{tone}-tint") for tone in ("accent", "bad", "warn", "good")],
    *[("ink", f"{tone}-tint") for tone in ("accent", "bad", "warn", "good")],
    ("muted", "accent-tint"),
    ("accent-strong", "accent-tint"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("paper", "bad"),
    ("bar-ink", "bar"),
]
MARK_PAIRS = [
    *[("edge", ground) for ground in ("paper", "ground")],
    *[(mark, "paper") for mark in ("accent", "year-2", "worse", "better")],
    ("focus-ink", "focus"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_can_be_read(pair: tuple[str, str], scheme: int) -> None:
    colours = palette(scheme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", MARK_PAIRS, ids="-on-".join)
def test_edges_and_marks_can_be_seen(pair: tuple[str, str], scheme: int) -> None:
    colours = palette(scheme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 3


def test_style_sheets_stay_within_ten_kilobytes() -> None:
    sheets = [STATIC / "css/tokens.css", STATIC / "css/app.css"]
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets) <= 10_000


def test_script_stays_within_four_kilobytes() -> None:
    assert (STATIC / "js/app.js").stat().st_size <= 4_000


def test_tokens_use_nothing_that_pdf_engine_ignores() -> None:
    source = re.sub(
        r"/\*.*?\*/", "", (STATIC / "css/tokens.css").read_text(), flags=re.DOTALL
    )
    assert not re.search(r"color-mix|clamp\(|text-wrap|@supports", source)


def test_vendored_files_are_those_that_were_listed() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$",
        (STATIC / "fonts/VENDORED.md").read_text(),
        re.MULTILINE,
    )
    root = Path(settings.BASE_DIR)
    assert {name for name, _ in listed} >= {
        str(path.relative_to(root)) for path in (STATIC / "fonts").rglob("*.woff2")
    }
    for name, checksum in listed:
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == checksum, name
