"""A report of forty pages with every part of the print document's HTML and nothing from a database."""

from analysis.charts.charts import Chart, grouped_bars, line, number
from analysis.counted.nouns import Noun
from casework.files.pdf import Data, render_pdf
from reports.document.markup import to_html
from reports.tokens.sentences import compare, most, trend

AREAS = {
    "Ekonomiskt bistånd": (310, 322, 372, 470),
    "Individ och familj: myndighet": (402, 410, 455, 341),
    "Boende och stöd": (120, 141, 168, 149),
    "Stöd och behandling, barn, unga och familj": (160, 158, 187, 203),
    "Våld i nära relation och hedersrelaterat våld": (79, 82, 94, 101),
    "Arbetsmarknad": (0, None, 3, 12),
}
YEARS = ("2021", "2022", "2023", "2024")
MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "maj",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec",
)
KINDS = (
    ("klagomål från utomstående", Noun("klagomål", "klagomål", neuter=True)),
    ("synpunkter från utomstående", Noun("synpunkt", "synpunkter")),
    ("klagomål från personal", Noun("klagomål", "klagomål", neuter=True)),
    ("kvalitetsavvikelser", Noun("kvalitetsavvikelse", "kvalitetsavvikelser")),
    ("rapporter enligt lex Sarah", Noun("rapport", "rapporter")),
)
CHAPTERS = (
    "Inledning",
    "Ledningssystemets grundläggande uppbyggnad – processer och rutiner",
    "Det systematiska förbättringsarbetet",
    "Prioriterade utvecklingsområden",
)
TEXT = """Händelser {n} som har fört med sig, eller hade kunnat föra med sig, något oönskat för brukaren
rapporteras som **avvikelser**. Om en avvikelse har inträffat ska åtgärder vidtas, både för att undanröja
konsekvenser för den brukare som har drabbats och för att undvika att händelsen {n} upprepas.

- utredning av avvikelser nummer {n},
- sammanställning *och* analys av avvikelser nummer {n} samt
- riskanalyser och egenkontroller.

### {n}. Mönster

{n} frågor besvaras av [Socialstyrelsen](https://www.socialstyrelsen.se/{n}), med é ł ș – ”citat”.
"""


def report(*, risks: int = 60) -> str:
    """The whole document; `risks` is the number of rows of its appendix."""
    contents: list[str] = []
    chapters = [
        _chapter(number, name, contents)
        for number, name in enumerate(CHAPTERS, start=1)
    ]
    contents.append(_entry(1, "bilaga-1", "Bilaga 1. Genomförda riskanalyser"))
    return document(
        '<section class="colophon"><h1 id="om">Om rapporten</h1><p>Talen är uttagna 27 januari 2025.</p>'
        '<dl><dt>Kontakt</dt><dd><a href="mailto:k@exempel.se">k@exempel.se</a></dd></dl></section>'
        '<nav class="toc" aria-labelledby="innehall"><h1 id="innehall">Innehåll</h1>'
        f"<ol>{''.join(contents)}</ol></nav><main>{''.join(chapters)}{_appendix(risks)}</main>"
    )


def document(body: str) -> str:
    return (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
        "<title>Kvalitetsberättelse 2024 – Socialnämnden</title>"
        '<meta name="author" content="Exempelkommun"><meta name="dcterms.created" content="2025-01-27">'
        '</head><body class="report"><header class="cover"><p class="board">Exempelkommun · Socialnämnden</p>'
        '<h1 class="title">Kvalitetsberättelse 2024</h1><p class="subtitle">Så har vi arbetat</p>'
        '<ul class="meta"><li>Diarienummer SN-2025-123</li><li>Underlag uttaget 27 januari 2025</li></ul>'
        f"</header>{body}</body></html>"
    )


def _chapter(k: int, name: str, contents: list[str]) -> str:
    contents.append(_entry(1, f"k{k}", f"{k} {name}"))
    deviations = Noun("kvalitetsavvikelse", "kvalitetsavvikelser")
    parts = [
        f'<h1 id="k{k}">{k} {name}</h1>',
        f'<div class="lead"><p>{compare(deviations, 2024, 1276 + k, 1113)}</p></div>',
        (
            '<dl class="key"><div><dt>Klagomål</dt><dd>177</dd><dd class="note">152 år 2023</dd></div>'
            "<div><dt>Rapporter</dt><dd>112</dd></div></dl>"
        ),
        to_html(TEXT.format(n=f"{k}"), heading=2),
    ]
    for s, (title, noun) in enumerate(KINDS, start=1):
        contents.append(_entry(2, f"k{k}-{s}", f"{k}.{s} {title.capitalize()}"))
        parts.append(_part(k, s, title, noun))
    parts.append(
        f'<section class="notes"><h2 id="noter-{k}">Noter</h2><ol class="notes">'
        + "".join(
            f'<li id="n{k}-{s}">SOSFS 2011:9, {k} kap. {s} §. '
            f'<a href="#r{k}-{s}" aria-label="Tillbaka till texten, not {s}">Tillbaka</a></li>'
            for s in range(1, len(KINDS) + 1)
        )
        + "</ol></section>"
    )
    return f'<section class="chapter">{"".join(parts)}</section>'


def _part(k: int, s: int, title: str, noun: Noun) -> str:
    ident = f"{k}{s}"
    counts = {
        area: tuple(None if v is None else v + k + s for v in row)
        for area, row in AREAS.items()
    }
    sums = [sum(row[i] or 0 for row in counts.values()) for i in range(len(YEARS))]
    finding = most(noun, 2024, {area: row[-1] or 0 for area, row in counts.items()})
    chart = grouped_bars(
        finding,
        list(counts),
        [(year, [row[i] for row in counts.values()]) for i, year in enumerate(YEARS)],
    )
    if s == len(KINDS):
        chart = line(
            f"Störst andel i december: kapitel {k}",
            MONTHS,
            [(i * 3 + k, 90) for i in range(12)],
        )
    return (
        f'<h2 id="k{k}-{s}">{k}.{s} {title.capitalize()}</h2><p>{compare(noun, 2024, sums[3], sums[2])} '
        f"{trend(noun, dict(zip(range(2021, 2025), sums, strict=True)))}"
        f'<a class="note" href="#n{k}-{s}" id="r{k}-{s}">{s}</a></p>'
        f'<figure class="chart" id="bild-{ident}">'
        f"<figcaption><b>Bild {ident}.</b> Antal {title} 2021–2024</figcaption>"
        f'{chart.wide}{chart.narrow}<p class="src">Källa: kvalitetsregistret, bild {ident}.</p></figure>'
        + (_table(ident, title, chart, sums) if s < len(KINDS) else "")
        + to_html(TEXT.format(n=ident), heading=3)
    )


def _table(ident: str, title: str, chart: Chart, sums: list[int]) -> str:
    head = "".join(
        f'<th scope="col"{" class=n" if i else ""}>{cell}</th>'
        for i, cell in enumerate(chart.header)
    )
    rows = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f'<td class="n">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in chart.rows
    )
    total = "".join(f'<td class="n">{number(value)}</td>' for value in sums)
    return (
        f'<div class="scroll" role="region" tabindex="0"><table class="data" id="tabell-{ident}">'
        f"<caption><b>Tabell {ident}.</b> Antal {title}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}"
        f'<tr class="sum"><th scope="row">Totalt</th>{total}</tr></tbody></table></div>'
    )


def _appendix(risks: int) -> str:
    rows = "".join(
        f"<tr><td>Riskanalys {i} inför ett nytt arbetssätt i det förebyggande arbetet</td>"
        f"<td>Enhet {i}: Öppenvård vuxna</td><td>Att beslut {i} dröjer när ansvar flyttas</td>"
        f"<td>{'Rutin för överlämning' if i % 3 else '–'}</td></tr>"
        for i in range(risks)
    )
    head = "".join(
        f'<th scope="col">{cell}</th>'
        for cell in ("Riskanalys", "Verksamhet", "Risk", "Rutin")
    )
    return (
        '<section class="chapter appendix wide"><h1 id="bilaga-1">Bilaga 1. Genomförda riskanalyser</h1>'
        '<table class="data text"><caption><b>Tabell 99.</b> Genomförda riskanalyser 2024</caption>'
        '<colgroup><col class="w35"><col class="w20"><col class="w25"><col class="w20"></colgroup>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _entry(level: int, ident: str, title: str) -> str:
    return f'<li class="l{level}"><a href="#{ident}">{title}</a></li>'


def render_archive() -> bytes:
    """Make a small PDF for an archive, which carries its data."""
    data = [Data("tal.csv", "Alla tal", "text/csv", "a;1\r\n")]
    return render_pdf(
        document("<main><h1>Hej</h1><p>å</p></main>"), archive=True, data=data
    )
