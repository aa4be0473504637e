"""Facts that no rule can be asked about: by the code of the refusal, the texts of such cases."""

from __future__ import annotations

import json
from typing import Any, Final


def _line(**facts: Any) -> str:
    return json.dumps({"form": "civil_proceedings", "providers": [{"id": "P1"}], "entries": [{"id": "e1", "provider": "P1", **facts}]})


TEXTS: Final[dict[str, list[str]]] = {
    "no-json": ["{", "", '{"form": civil_proceedings}', '{"deducted_sessions": NaN}', "{} {}"],
    "duplicate-key": ['{"closed_on": "2026-09-30", "closed_on": "2026-09-30"}', '{"entries": [{"id": "e1", "id": "e1"}]}'],
    "no-float": [_line(hours=4.0), _line(hours=3.5), '{"deducted_sessions": 1e1}'],
    "no-number": [_line(hours=h) for h in ("-1", "3,5", ".5", "3.", "1e1", " 3", "", "٣", -1, True, 10**15, "1" * 16)],
    "no-date": [_line(date=d) for d in ("2023-02-29", "2023-2-3", "20230203", "1899-12-31", "2201-01-01", "03/02/2023", 20230101)],
    "no-such-choice": ['{"form": "criminal"}', _line(task="court"), _line(certified_by=["police"]), _line(task=[])],
    "unknown-key": ['{"colour": null}', _line(hourz="3"), '{"constructor": "x"}', '{"offences": [{"highest_penalty": {"years": "3", "months": "1"}}]}'],
    "wrong-type": [
        "[]", "null", '{"entries": {}}', '{"entries": [null]}', '{"tasks_complete": "true"}', _line(certified_by="centre"), '{"case_id": 7}',
        '{"offences": [{"highest_penalty": "life"}]}', '{"labels": []}', '{"labels": {"office": 3}}',
    ],
    "missing-id": ['{"entries": [{"hours": "1"}]}', '{"entries": [{"id": null}]}', '{"entries": [{"id": ""}]}'],
    "repeated-id": ['{"entries": [{"id": "e1"}, {"id": "e1"}]}', '{"providers": [{"id": "P1"}, {"id": "P1"}], "entries": []}'],
    "unknown-id": ['{"providers": [{"id": "P1"}], "entries": [{"id": "e1", "provider": "P9"}]}'],
    "repeated": ['{"form": "civil_proceedings", "stages": ["appeal", "appeal"]}'],
    "taken": ['{"providers": [{"id": "P1"}, {"id": "P2", "replaces": "P1"}, {"id": "P3", "replaces": "P1"}], "entries": []}'],
    "circular": ['{"providers": [{"id": "P1", "replaces": "P2"}, {"id": "P2", "replaces": "P1"}], "entries": []}'],
    "broken-text": ['{"case_id": "\\ud800"}'],
    "limit": [json.dumps({"labels": {"note": "x" * 201}}), json.dumps({"labels": {f"l{n}": "" for n in range(51)}}), "[" * 40 + "]" * 40],
}  # fmt: skip
