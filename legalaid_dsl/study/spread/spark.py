"""The columns of a study inside Spark, for portfolios that one machine cannot hold (extra ``spark``).

Spark reads the cases, hands them round, starts again what is lost and asks for more machines; nothing of that is
done here. What is ours runs in ``mapInArrow``: cases in, results out, a batch at a time, each batch on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from .job import Job, worker
from .parted import PART, PARTS, PartWriter, Written, begin, file_of, finish, part_of

# a column that parts are named after keeps its text: Spark would take “01” for a number
AS_WRITTEN = "spark.sql.sources.partitionColumnTypeInference.enabled"
COUNTS = pa.map_(pa.string(), pa.int64())
WRITTEN = pa.schema([
    ("file", pa.string()), ("cases", pa.int64()), ("bytes", pa.int64()), ("sha256", pa.string()), ("statuses", COUNTS), ("texts", COUNTS),
])  # fmt: skip


def decided(cases: DataFrame, job: Job) -> DataFrame:
    """Nested cases (``study/spread/nested.py``) → a row a case with the columns of ``job.schema``; nothing is shuffled.

    An id that stands twice is refused within a batch only; ``write_parts`` finds it anywhere.
    """
    return cases.mapInArrow(partial(_decide, job.data, None), from_arrow_schema(job.schema))


def write_parts(cases: DataFrame, job: Job, out: str, parts: int = PARTS) -> dict[str, Any]:
    """Decide nested cases and write the results as ``decide_here`` does, the same bytes, each part by the machine that
    holds it. Gives the manifest.

    ``out``: a folder that every machine reaches, or an address that Arrow can write to (``s3://…``). Raises NotOurs where
    something stands there, Spark's own errors for what happens on its machines.
    """
    begin(out)
    placed = pa.schema([(PART, pa.int32()), *job.schema])
    results = cases.mapInArrow(partial(_decide, job.data, parts), from_arrow_schema(placed))
    in_order = results.repartitionById(parts, PART).sortWithinPartitions(PART, "id")
    told = in_order.mapInArrow(partial(_write, job.schema, out), from_arrow_schema(WRITTEN)).collect()
    written = [Written(**{**row.asDict(), "statuses": dict(row["statuses"]), "texts": dict(row["texts"])}) for row in told]
    return finish(out, {**job.inputs, "parts": parts}, written)


# ------------------------------------------------------------------ on the workers


def _decide(data: bytes, parts: int | None, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cases → results, the part of each before it where parts are asked for. The part comes of our own digest,
    not of Spark's, as one process must find the same."""
    here = worker(data)
    for batch in batches:
        if batch.num_rows:
            table = here.decide(pa.Table.from_batches([batch]))
            if parts is not None:
                table = table.add_column(0, PART, pa.array(part_of(table["id"], parts)))
            yield from table.to_batches()


def _write(schema: pa.Schema, out: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows in the order of part and id → what was written."""
    at, writer = -1, None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        for part in table[PART].unique().to_pylist():
            if part != at:
                if writer is not None:
                    yield _told(writer.finish())
                at, writer = part, PartWriter(out, file_of(part), schema)
            assert writer is not None
            rows = table.filter(pc.equal(table[PART], part))
            writer.add(rows.drop_columns([PART]).cast(schema))
    if writer is not None:
        yield _told(writer.finish())


def _told(written: Written) -> pa.RecordBatch:
    row = {**attrs.asdict(written), "statuses": list(written.statuses.items()), "texts": list(written.texts.items())}
    return pa.RecordBatch.from_pylist([row], schema=WRITTEN)
