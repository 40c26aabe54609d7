"""How the product is put into service, and the programs that try it before anybody does."""
