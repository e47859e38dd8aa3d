"""Figures for Prometheus, in a registry of their own."""

from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
LONG_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class Metrics:
    """What a daemon counts and measures.

    Attributes:
        registry: All of it.
    """

    def __init__(self) -> None:
        self.registry = all_of = CollectorRegistry()
        stream = ("stream",)
        self.records = Counter("logburl_records_consumed", "Lines read", stream, registry=all_of)
        self.bytes = Counter("logburl_consumed_bytes", "Bytes read", stream, registry=all_of)
        self.entries = Counter("logburl_entries", "Entries stored", stream, registry=all_of)
        self.position = Gauge(
            "logburl_position", "Where reading goes on behind what is stored", stream, registry=all_of
        )
        self.lag = Gauge("logburl_lag_records", "Records of a stream that are not stored yet", stream, registry=all_of)
        self.assigned = Gauge("logburl_assigned_streams", "Streams that this worker owns", registry=all_of)
        self.dropped = Counter("logburl_dropped", "Lines not stored, by reason", ("reason",), registry=all_of)
        self.dropped_bytes = Counter("logburl_dropped_bytes", "Bytes of overlong lines cut away", registry=all_of)
        self.odd_times = Counter("logburl_odd_times", "Entries with odd times, by how", ("kind",), registry=all_of)
        self.dead = Counter("logburl_dead_letters", "Records sent to the dead letters", stream, registry=all_of)
        self.incidents = Counter("logburl_incident_events", "Told of incidents, by kind", ("kind",), registry=all_of)
        self.error = Gauge(
            "logburl_reconciliation_error",
            "Lines and entries of a stream that the account misses; not 0 is a bug",
            stream,
            registry=all_of,
        )
        self.failures = Counter("logburl_failures", "Failed attempts, by part", ("part",), registry=all_of)
        self.commit = Histogram("logburl_commit_seconds", "To make a step durable", buckets=SECONDS, registry=all_of)
        self.bulk = Histogram("logburl_bulk_seconds", "To hand a batch to the store", buckets=SECONDS, registry=all_of)
        self.judging = Histogram("logburl_judge_seconds", "To judge the fleet", buckets=SECONDS, registry=all_of)
        self.end_to_end = Histogram(
            "logburl_end_to_end_seconds",
            "From the writing of a batch until it is stored",
            buckets=LONG_SECONDS,
            registry=all_of,
        )

        self._of_the_fleet()

    def _of_the_fleet(self) -> None:
        """Add what its judge knows."""
        all_of = self.registry
        self.templates = Gauge("logburl_templates", "Templates of the fleet, as its judge knows", registry=all_of)
        self.fleet_error = Gauge(
            "logburl_fleet_reconciliation_error",
            "Lines and entries of the fleet that the account misses, as its judge knows; not 0 is a bug",
            registry=all_of,
        )
        self.fleet_records = Gauge(
            "logburl_fleet_records",
            "Records of the fleet by what became of them, as its judge knows",
            ("fate",),
            registry=all_of,
        )

    def forget(self, stream: str) -> None:
        """Forget what is so of a stream only while it is owned."""
        for gauge in (self.position, self.lag, self.error):
            with suppress(KeyError):
                gauge.remove(stream)
