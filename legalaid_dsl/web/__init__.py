"""The studio: drafting, amending and deciding in a browser, for those without a terminal."""
