"""What a table from outside may hold at most, said in one place. Looked at before a table is read, or while it is, row by row."""

from __future__ import annotations

from typing import Final

# .xlsx: a workbook is read whole, so it must fit memory when it is unpacked
FILE: Final = 128_000_000  # bytes on disk
OLD_FILE: Final = 64_000_000  # of an .xls
UNPACKED: Final = 512_000_000  # bytes of all parts together
MEMBERS: Final = 10_000  # parts
RATIO: Final = 250  # bytes unpacked for one packed; a sheet of equal rows comes to about 60
SMALL: Final = 1_000_000  # bytes under which a part may have any ratio
ROWS: Final = 1_048_576  # as Excel's own, also the next two
COLUMNS: Final = 16_384
TEXT: Final = 32_767  # characters of a cell, also of an id in Parquet
CELLS: Final = 10_000_000  # of a workbook
TEXTS: Final = 200_000_000  # characters of all its cells: a shared text counts in each cell that shows it

# Parquet is read a piece at a time
PARQUET_ROWS: Final = 1_000_000_000
ROWS_A_BYTE: Final = 100  # rows for one byte of the file: ids differ, so real tables need bytes for them
GROUP_BYTES: Final = 2_000_000_000  # of one row group, unpacked

# texts are read a line at a time
LINE: Final = 8_000_000  # characters; a case may have as many bytes
