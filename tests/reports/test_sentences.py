"""The direction word agrees with the numbers, and the Swedish is right for en and ett, none, one and many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counted.nouns import Noun
from analysis.rules.exact import differs
from reports.tokens.sentences import (
    UNCERTAIN,
    amount,
    changed,
    compare,
    in_letters,
    listed,
    most,
    share,
    state,
    trend,
)

DEVIATION = Noun("kvalitetsavvikelse", "kvalitetsavvikelser")
COMPLAINT = Noun("klagomål", "klagomål", neuter=True)
CASE = Noun("fall", "fall", neuter=True)
REPORT = Noun("rapport", "rapporter")

counts = st.integers(min_value=0, max_value=10_000_000)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (
            1276,
            1113,
            "Fler kvalitetsavvikelser togs emot 2024 än 2023, 1 276 jämfört med 1 113.",
        ),
        (
            210,
            154,
            "Fler kvalitetsavvikelser togs emot 2024 än 2023, 210 jämfört med 154.",
        ),
        (
            154,
            210,
            "Färre kvalitetsavvikelser togs emot 2024 än 2023, 154 jämfört med 210.",
        ),
        (
            177,
            152,
            f"Under 2024 togs 177 kvalitetsavvikelser emot, jämfört med 152 året innan: {UNCERTAIN}.",
        ),
        (
            112,
            143,
            f"Under 2024 togs 112 kvalitetsavvikelser emot, jämfört med 143 året innan: {UNCERTAIN}.",
        ),
        (
            44,
            63,
            "Under 2024 togs 44 kvalitetsavvikelser emot, jämfört med 63 året innan: ingen säker förändring.",
        ),
        (
            1,
            0,
            "Under 2024 togs 1 kvalitetsavvikelse emot, jämfört med 0 året innan: ingen säker förändring.",
        ),
        (
            8,
            8,
            "Lika många kvalitetsavvikelser togs emot 2024 som 2023, 8 vartdera året.",
        ),
        (6, 0, "Fler kvalitetsavvikelser togs emot 2024 än 2023, 6 jämfört med 0."),
        (0, 6, "Inga kvalitetsavvikelser togs emot 2024, jämfört med 6 året innan."),
        (
            0,
            5,
            "Inga kvalitetsavvikelser togs emot 2024, jämfört med 5 året innan: ingen säker förändring.",
        ),
        (0, 0, "Inga kvalitetsavvikelser togs emot vare sig 2024 eller 2023."),
        (
            4,
            None,
            "Under 2024 togs fyra kvalitetsavvikelser emot. Uppgift för 2023 saknas.",
        ),
        (
            0,
            None,
            "Under 2024 togs inga kvalitetsavvikelser emot. Uppgift för 2023 saknas.",
        ),
        (
            1276,
            None,
            "Under 2024 togs 1 276 kvalitetsavvikelser emot. Uppgift för 2023 saknas.",
        ),
    ],
)
def test_compare_says_fler_and_farre_only_of_what_is_certain(now, before, sentence):
    assert compare(DEVIATION, 2024, now, before).replace("\u00a0", " ") == sentence


@given(now=counts, before=counts)
def test_compare_direction_word_always_agrees_with_the_numbers(now, before):
    first = compare(DEVIATION, 2024, now, before).split(" ")[0]
    certain = "Fler" if now > before else "Färre"
    changes = differs(now, before) < 0.05
    expected = (
        "Inga"
        if now == 0
        else "Lika"
        if now == before
        else certain
        if changes
        else "Under"
    )
    assert first == expected


@given(now=counts, before=counts)
def test_compare_prints_both_numbers_with_hard_spaces(now, before):
    sentence = compare(DEVIATION, 2024, now, before)
    for value in {now, before} - {0}:
        assert f"{value:,}".replace(",", "\u00a0") in sentence


def test_compare_takes_a_period_named_in_words():
    years = ("kvalitetsåret 2023/2024", "kvalitetsåret 2022/2023")
    assert compare(REPORT, years, 4, 7, verb="kom in") == (
        "Under kvalitetsåret 2023/2024 kom 4\u00a0rapporter in, jämfört med 7 kvalitetsåret 2022/2023: "
        "ingen säker förändring."
    )


def test_compare_names_a_tertial_and_the_same_the_year_before():
    tertials = ("tredje tertialet 2024", "samma tertial året innan")
    assert compare(REPORT, tertials, 8, 8, verb="kom in") == (
        "Lika många rapporter kom in tredje tertialet 2024 som samma tertial året innan, 8 båda gångerna."
    )


@pytest.mark.parametrize(
    ("now", "before", "months", "sentence"),
    [
        (
            80,
            70,
            (8, 12),
            "Räknat per månad kom fler rapporter in 2024 än 2023, 80 på {now} jämfört med 70 på {before}.",
        ),
        (
            80,
            70,
            (12, 7),
            "Räknat per månad kom färre rapporter in 2024 än 2023, 80 på {now} jämfört med 70 på {before}.",
        ),
        (
            8,
            8,
            (8, 12),
            "Under 2024 kom 8 rapporter in på {now}, jämfört med 8 på {before} året innan: {no}.",
        ),
        (
            0,
            3,
            (1, 12),
            "Under 2024 kom inga rapporter in på {now}, jämfört med 3 på {before} året innan: {no}.",
        ),
    ],
)
def test_compare_unequal_periods_by_the_month(now, before, months, sentence):
    said = compare(REPORT, 2024, now, before, verb="kom in", months=months)
    lengths = {1: "1 månad", 7: "7 månader", 8: "8 månader", 12: "12 månader"}
    words = {
        "now": lengths[months[0]],
        "before": lengths[months[1]],
        "no": f"{UNCERTAIN} räknat per månad",
    }
    assert said.replace("\u00a0", " ") == sentence.format(**words)


def test_changed_agrees_with_the_exact_test_where_it_takes_over():
    for now, before in ((5_150, 4_900), (5_100, 4_910), (5_098, 4_905), (5_000, 5_005)):
        assert changed(now, before) == (differs(now, before) < 0.05)


@pytest.mark.parametrize(
    ("value", "noun", "words"),
    [
        (0, CASE, "inga fall"),
        (1, CASE, "ett fall"),
        (1, REPORT, "en rapport"),
        (4, CASE, "fyra fall"),
        (12, REPORT, "tolv rapporter"),
        (13, REPORT, "13\u00a0rapporter"),
        (1276, REPORT, "1\u00a0276\u00a0rapporter"),
    ],
)
def test_amount_writes_small_numbers_in_letters(value, noun, words):
    assert amount(value, noun) == words


@pytest.mark.parametrize(("noun", "word"), [(CASE, "ett"), (REPORT, "en")])
def test_in_letters_agrees_with_the_gender_of_the_noun(noun, word):
    assert in_letters(1, noun) == word


def test_state_splits_the_verb_around_the_number():
    assert state(COMPLAINT, 2024, 1) == "Under 2024 togs ett klagomål emot."


@pytest.mark.parametrize(
    ("noun", "part", "whole", "sentence"),
    [
        (
            REPORT,
            44,
            112,
            "Av 112 rapporter bedömdes 44 (39 procent) vara missförhållanden.",
        ),
        (
            REPORT,
            1,
            1000,
            "Av 1 000 rapporter bedömdes 1 (1 procent) vara missförhållanden.",
        ),
        (
            REPORT,
            999,
            1000,
            "Av 1 000 rapporter bedömdes 999 (99 procent) vara missförhållanden.",
        ),
        (REPORT, 4, 12, "Av tolv rapporter bedömdes fyra vara missförhållanden."),
        (COMPLAINT, 1, 12, "Av tolv klagomål bedömdes ett vara missförhållanden."),
        (REPORT, 4, 13, "Av 13 rapporter bedömdes 4 vara missförhållanden."),
        (REPORT, 0, 13, "Av 13 rapporter bedömdes ingen vara missförhållanden."),
        (COMPLAINT, 0, 13, "Av 13 klagomål bedömdes inget vara missförhållanden."),
        (REPORT, 13, 13, "Alla 13 rapporter bedömdes vara missförhållanden."),
        (REPORT, 1, 1, "Det fanns en rapport, och den bedömdes vara missförhållanden."),
        (COMPLAINT, 0, 1, "Inget klagomål bedömdes vara missförhållanden."),
        (REPORT, 0, 0, "Det fanns inga rapporter."),
    ],
)
def test_share_names_part_and_whole(noun, part, whole, sentence):
    text = share(noun, part, whole, verb="bedömdes vara missförhållanden")
    assert text.replace("\u00a0", " ") == sentence


def test_share_refuses_a_part_larger_than_the_whole():
    with pytest.raises(ValueError, match="part"):
        share(REPORT, 24, 23, verb="avslutades")


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {"Boende": 149, "Vuxna": 203},
            "Flest kvalitetsavvikelser 2024: Vuxna, 203 av 352.",
        ),
        (
            {"Boende": 4, "Vuxna": 4, "Barn": 1},
            "Flest kvalitetsavvikelser 2024: Boende och Vuxna, 4 var av 9.",
        ),
        (
            {"Boende": 4, "Vuxna": 4},
            "Lika många kvalitetsavvikelser 2024 överallt: 4 var.",
        ),
        ({"Boende": 0}, "Inga kvalitetsavvikelser 2024."),
        ({}, "Inga kvalitetsavvikelser 2024."),
        ({"Boende": 7}, "Flest kvalitetsavvikelser 2024: Boende, 7 av 7."),
    ],
)
def test_most_names_where_it_is_most(counts, sentence):
    assert most(DEVIATION, 2024, counts) == sentence


@pytest.mark.parametrize(
    ("years", "sentence"),
    [
        (
            {2022: 10, 2023: 20, 2024: 50},
            "Antalet rapporter har ökat varje år sedan 2022.",
        ),
        ({2022: 963, 2023: 1125, 2024: 1210}, ""),
        (
            {2022: 50, 2023: 40, 2024: 10},
            "Antalet rapporter har minskat varje år sedan 2022.",
        ),
        ({2022: 1, 2023: 2, 2024: 3}, ""),
        ({2022: 3, 2023: 2, 2024: 1}, ""),
        (
            {2021: 3, 2022: 2, 2023: 2, 2024: 13},
            "Det är det högsta antalet rapporter sedan 2021.",
        ),
        (
            {2021: 13, 2022: 14, 2023: 13, 2024: 1},
            "Det är det lägsta antalet rapporter sedan 2021.",
        ),
        ({2021: 3, 2022: 2, 2023: 2, 2024: 9}, ""),
        ({2021: 3, 2022: 4, 2023: 3, 2024: 0}, ""),
        ({2022: 3, 2023: 3, 2024: 3}, ""),
        ({2023: 3, 2024: 4}, ""),
    ],
)
def test_trend_says_only_what_all_years_bear_and_chance_does_not(years, sentence):
    assert trend(REPORT, years) == sentence


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a och b"), (["a", "b", "c"], "a, b och c")],
)
def test_listed_joins_with_och(words, text):
    assert listed(words) == text
