"""The texts that an outline suggests; authors change them, and what they write replaces them.

Light markup. ``{year}``, ``{before}`` and ``{next}`` become years, ``{days}`` the days of the report's
year, ``{period}`` the year as sentences name it and ``{unit}`` the name of the unit that the section is about. Sections that only the authors can
fill have no suggestion.
"""

SUGGESTIONS = {
    "sammanfattning": """\
Kvalitetsberättelsen visar hur nämndens verksamheter under {year} har arbetat för att säkra och utveckla \
kvaliteten i socialtjänsten. Den bygger på de klagomål, synpunkter, avvikelser och rapporter som har kommit in, på \
de riskanalyser och egenkontroller som har gjorts och på de åtgärder som de ledde till.

Alla antal i berättelsen är hämtade ur registret samma dag. Vid varje bild och tabell står vad som är räknat: det \
som kom in, det som avslutades eller det som beslutades under året. Det är olika ärenden, och talen kan därför inte \
jämföras med varandra.""",
    "ledningssystem": """\
Den som bedriver socialtjänst ska ha ett ledningssystem för systematiskt kvalitetsarbete (SOSFS 2011:9). Med stöd \
av det planerar, leder, följer upp och förbättrar nämnden sin verksamhet.

Processer beskriver i vilken ordning arbetet görs. Rutiner beskriver hur en uppgift ska utföras och vem som ansvarar \
för den. De gör att den som söker hjälp får samma bemötande och samma prövning, vem som än handlägger ärendet.""",
    "forbattringsarbete": """\
Det systematiska förbättringsarbetet har tre verktyg:

- **avvikelser**: klagomål och synpunkter, kvalitetsavvikelser och rapporter enligt lex Sarah tas emot, utreds, \
sammanställs och analyseras
- **riskanalyser**: det som skulle kunna hända bedöms innan det händer
- **egenkontroller**: verksamheten följer upp att den arbetar som processer och rutiner säger.

Varje verktyg ska leda till åtgärder när det behövs, och till bättre processer och rutiner.""",
    "avvikelser": """\
En avvikelse är en händelse där verksamheten inte når upp till de krav och mål som finns i lagar, föreskrifter och \
beslut. Ett *klagomål* uttrycker missnöje. En *synpunkt* är ett förslag till förändring. En *kvalitetsavvikelse* \
avviker från en rutin utan att ha hotat någons liv, säkerhet eller hälsa. Ett *missförhållande* har gjort det.

Fler rapporter behöver inte betyda sämre kvalitet. Det kan lika gärna betyda att fler vågar och hinner berätta.""",
    "utomstaende": """\
Brukare, närstående, myndigheter och andra kan lämna klagomål och synpunkter i en e-tjänst, på papper, per telefon \
och vid besök, också utan att säga vem de är. Chefen i den verksamhet som berörs utreder och svarar.""",
    "personal": """\
Medarbetare rapporterar klagomål, synpunkter och kvalitetsavvikelser. Vanligtvis utreder sektionschefen vad som \
hände, varför det kunde hända och vad som behöver göras för att det inte ska hända igen.""",
    "lexsarah": """\
Alla som arbetar i socialtjänsten är skyldiga att genast rapportera missförhållanden och påtagliga risker för \
missförhållanden. Chefen vidtar omedelbara åtgärder. En lex Sarah-utredare utreder händelsen, och arbetsutskottet \
tar ställning till åtgärderna och till om händelsen är så allvarlig att den ska anmälas till Inspektionen för vård \
och omsorg (IVO).

De rapporter som kom in sent under året får sin bedömning först året därpå. Inkomna rapporter och avslutade \
utredningar är därför olika ärenden.""",
    "monster": """\
Varje avvikelse utreds för sig. Därutöver sammanställs alla avvikelser varje tertial, så att mönster som inte syns i \
enskilda ärenden kan upptäckas och åtgärdas. Sammanställningen bygger på ärenden som har avslutats under året.""",
    "riskanalys": """\
Verksamheten ska fortlöpande bedöma om något kan hända som försämrar kvaliteten för dem som den är till för. Det \
gäller särskilt inför förändringar och nya arbetssätt. Riskbedömningar i arbetsmiljöarbetet redovisas inte här.""",
    "egenkontroll": """\
Egenkontroll är att systematiskt följa upp den egna verksamheten och kontrollera att den arbetar enligt sina \
processer och rutiner. Varje chef planerar, genomför och dokumenterar de egenkontroller som behövs.""",
    "syfte": """\
Den som bedriver socialtjänst ska ha ett ledningssystem för systematiskt kvalitetsarbete och bör varje år redovisa \
det arbetet i en sammanhållen kvalitetsberättelse (SOSFS 2011:9). Berättelsen visar hur {unit} har arbetat för att \
utveckla och säkra kvaliteten {days}, vilka åtgärder som har vidtagits och vilka resultat de gav.

Först står en samlad bedömning. Därefter har varje avdelning ett eget kapitel: vad egenkontroller, synpunkter, \
avvikelser och lex Sarah visade, vad som blev av förra årets åtgärder och vad som planeras.""",
    "matserier": """\
Här visas det som mäts återkommande. Andelar är beräknade ur antalen i tabellen.""",
}
