"""Written sentences → meant rules: names, units, dates, addresses."""
