"""How dates and times are written where this product does not follow Django; FORMAT_MODULE_PATH leads here."""
