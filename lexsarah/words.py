"""The words that lex Sarah cases are sorted by; an administration has its own later."""

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
