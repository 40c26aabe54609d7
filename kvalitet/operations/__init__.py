"""How the product is run: limits, log, roles of the database, schedule and checks of the settings."""
