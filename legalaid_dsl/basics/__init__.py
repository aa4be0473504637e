"""What every room needs: citations, exact numbers, source text and problems as data."""
