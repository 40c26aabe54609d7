"""The words that people choose among when they report and assess; a municipality has its own later."""

from deviations.models import Kind

CATEGORIES = (
    "Moment i handläggningen har missats",
    "Brister i dokumentationen",
    "Handling felaktigt hanterad",
    "Lagstadgad tid överskriden",
    "Felaktig beräkning eller utbetalning",
    "Samordning",
    "Sekretess",
    "Bemötande",
    "Rättssäkerhet",
    "Tillgänglighet",
    "Information",
    "Utförande av insats",
    "Miljö/lokaler",
    "Övrigt",
)
TARGET_GROUPS = ("Barn och unga", "Familjer", "Vuxna", "Våldsutsatta")
NO_ROUTINE, ROUTINE_UNKNOWN = "Finns ingen rutin", "Vet inte"
# The register of routines adds its names after the processes (casework.improvement.routines).
CORE_PROCESSES = (
    "Ekonomiskt bistånd",
    "Barn- och ungdomsvård",
    "Missbruk och beroende",
    "Boende",
    "Våld i nära relation",
)
NO_NAMES = (NO_ROUTINE, ROUTINE_UNKNOWN)
PROCESSES = (*CORE_PROCESSES, *NO_NAMES)
CAUSE_AREAS = (
    "Processer, rutiner, riktlinjer",
    "Kommunikation och information",
    "Organisation, bemanning, arbetsbelastning",
    "Kunskap och kompetens",
    "Teknik och system",
    "Ledning, planering, ansvar",
    "Samverkan, överlämning, frånvaro",
)
CITIZEN_KINDS = (
    (Kind.COMPLAINT, "Klaga på något"),
    (Kind.SUGGESTION, "Lämna en synpunkt"),
    (Kind.IMPROVEMENT_IDEA, "Föreslå en förbättring"),
    (Kind.PRAISE, "Berömma något"),
)
STAFF_KINDS = (
    (Kind.QUALITY_DEVIATION, "Kvalitetsavvikelse: något blev inte som rutinen säger"),
    (Kind.COMPLAINT, "Klagomål eller synpunkt på verksamheten"),
    (Kind.IMPROVEMENT_IDEA, "Förslag på förbättring"),
)
