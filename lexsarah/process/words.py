"""The words that lex Sarah cases are sorted by, and what is said before a step that matters."""

TYPES = (
    "Övergrepp: fysiskt",
    "Övergrepp: psykiskt",
    "Övergrepp: sexuellt",
    "Övergrepp: ekonomiskt",
    "Bemötande",
    "Rättssäkerhet vid handläggning och genomförande",
    "Utförande av insats",
    "Röjd sekretess",
    "Fysisk miljö, utrustning och teknik",
    "Annat",
)

OWN_DECISION = (
    "Är det inget missförhållande går händelsen tillbaka till chefen. Är det ett missförhållande avslutas "
    "avvikelsen, och det som är allvarligt ska anmälas till IVO. Beslutet står kvar i ärendet."
)
CHAIRS_DECISION = (
    "Anmälan till IVO är beslutad och ska skickas genast. Det går inte att ta tillbaka."
)
