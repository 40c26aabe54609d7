"""Light markup becomes safe HTML, whatever anyone pastes."""

import time
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document.markup import MAX_LENGTH, normalise, to_html

any_text = st.text(
    st.characters(categories=None), max_size=400
)  # lone surrogates and controls too
markup_text = st.text(st.sampled_from("*_-#>[]()<&!`\\ \n1.ab"), max_size=400)
ALLOWED = {"p", "h3", "ul", "ol", "li", "em", "strong", "a", "br", "span"}


class Tags(HTMLParser):
    """Every tag and attribute of an HTML text, and how deep it nests."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.depth = self.deepest = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.depth += tag != "br"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag):
        self.depth -= 1


def test_to_html_makes_paragraphs_lists_emphasis_and_links():
    html = to_html(
        "Två **viktiga** _saker_:\n\n- a\n- b\n\n1. c\n\n[Läs mer](https://exempel.se/sida)"
    )
    assert html == (
        "<p>Två <strong>viktiga</strong> <em>saker</em>:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        "<ol>\n<li>c</li>\n</ol>\n"
        '<p><a href="https://exempel.se/sida" rel="noopener noreferrer">Läs mer</a></p>\n'
    )


def test_to_html_makes_every_heading_the_level_of_its_place():
    assert to_html("# A\n\n### B", heading=4) == "<h4>A</h4>\n<h4>B</h4>\n"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](data:text/html,hej)",
        "![x](http://127.0.0.1/bild.png)",
        "<div>" * 300,
        "</p></section><section>",
        "{{ 7*7 }}",
        '[x](https://a.se "onclick=alert(1)")',
    ],
)
def test_to_html_lets_no_hostile_tag_or_address_through(hostile):
    html = to_html(hostile)
    tags = Tags(html)
    assert tags.names <= ALLOWED
    assert tags.attributes <= {"href", "rel", "class"}
    assert 'href="http://127' not in html or "<img" not in html


@given(st.one_of(any_text, markup_text))
def test_to_html_never_raises_and_keeps_to_its_tags(text):
    tags = Tags(to_html(text))
    assert tags.names <= ALLOWED
    assert tags.attributes <= {"href", "rel", "start", "class"}
    assert tags.deepest <= 14


@given(any_text)
def test_to_html_is_the_same_twice(text):
    assert to_html(text) == to_html(text)


@pytest.mark.parametrize(
    "deep", ["- " * 300 + "x", "*a **b " * 200 + "** c*" * 200, "1. " * 300 + "x"]
)
def test_to_html_shows_text_as_typed_when_nested_too_deep(deep):
    html = to_html(deep)
    assert Tags(html).names == {"p"}
    assert deep.strip()[:200] in html


@pytest.mark.parametrize(
    "costly",
    [
        "*a" * 10_000,
        "[" * 20_000,
        "[a](" * 5_000,
        "- a\n" * 5_000,
        "a\u0301" + "\u0301" * 200_000,
    ],
)
def test_to_html_ends_soon_on_costly_text(costly):
    started = time.process_time()
    to_html(costly)
    assert time.process_time() - started < 2


def test_normalise_drops_control_and_direction_characters():
    assert normalise("a\x00b\u202ec\u2066d\ufeff\u200be\ud800f") == "abcdef"


def test_normalise_keeps_joiners_and_soft_hyphens():
    assert (
        normalise("می\u200cخواهم kvalitets\u00adberättelse")
        == "می\u200cخواهم kvalitets\u00adberättelse"
    )


def test_normalise_makes_every_line_end_a_newline():
    assert normalise("a\r\nb\rc\u2028d\u2029e\x85f") == "a\nb\nc\nd\ne\nf"


def test_normalise_keeps_at_most_four_combining_marks_in_a_row():
    text = normalise("a" + "\u0301" * 20_000 + "b")
    assert sum(unicodedata.combining(c) > 0 for c in text) == 4
    assert text.endswith("b")


def test_normalise_caps_the_length():
    assert len(normalise("å" * 30_000)) == MAX_LENGTH


@given(any_text)
def test_normalise_is_done_after_once(text):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    "word",
    [
        "https://exempel.se/en/lang/adress",
        "siv.svensson@exempel.se",
        "rutin_for_avslag.pdf",
    ],
)
def test_to_html_marks_what_a_hyphen_would_change(word: str):
    assert (
        to_html(f"Se {word}.")
        == f'<p>Se <span class="unhyphenated">{word}</span>.</p>\n'
    )
