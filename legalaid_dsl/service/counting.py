"""What the service counts, in the form of Prometheus; several processes count together in files of one folder."""

from __future__ import annotations

from typing import Any

import attrs


@attrs.define(slots=True, eq=False)
class Counting:
    """``together``: the folder of several processes (``PROMETHEUS_MULTIPROC_DIR`` is set to it before the library is read)."""

    together: str = ""
    requests: Any = attrs.field(init=False)
    cases: Any = attrs.field(init=False)
    seconds: Any = attrs.field(init=False)
    inside: Any = attrs.field(init=False)
    _registry: Any = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = at = CollectorRegistry()
        self.requests = Counter("legalaid_requests", "Requests answered.", ["route", "status"], registry=at)
        self.cases = Counter("legalaid_cases", "Cases decided.", ["ruleset", "status"], registry=at)
        self.seconds = Histogram("legalaid_request_seconds", "Time from the request to its answer.", ["route"], registry=at)
        self.inside = Gauge("legalaid_requests_inside", "Requests at work.", registry=at, multiprocess_mode="livesum")

    def text(self) -> tuple[bytes, str]:
        """The page and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = self._registry
        if self.together:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=self.together)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
