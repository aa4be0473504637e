"""The lowered form for other machines: as a documented format, and as a JavaScript module that decides cases."""
