"""What a line's keys and values say, whatever its syntax (JSON, logfmt): text, time, level, service, host, answer."""

import re

from logburl.ingest.format import TIMES
from logburl.ingest.twin import severity, time
from logburl.ingest.twin.escape import unescaped
from logburl.ingest.twin.text import Text

KEYS = {
    "message": (
        b"message",
        b"msg",
        b"log",
        b"_msg",
        b"body body.stringvalue",
        b"content",
        b"@message @m renderedmessage short_message",
        b"textpayload jsonpayload.message jsonpayload.msg fields.message",
        b"eventmessage event text",
        b"messagetemplate @mt errormessage",
    ),
    "time": (
        b"time",
        b"timestamp timestamp.$date",
        b"ts",
        b"@timestamp",
        b"t t.$date @t",
        b"datetime asctime date",
        b"timeunixnano __realtime_timestamp instant.epochsecond eventtime",
        b"time_iso8601 time_local start_time observedtimeunixnano",
    ),
    "level": (
        b"levelname level_name",
        b"level log.level",
        b"severity severity_text severitytext",
        b"lvl loglevel log_level @l @level s",
        b"priority error_severity messagetype",
        b"severitynumber severity_number",
    ),
    "service": (
        b"service service.name resource.attributes.service.name",
        b"app application syslog_identifier",
        b"component c category channel",
        b"logger logger_name loggername log.logger @module",
        b"kubernetes.container_name container_name _systemd_unit",
        b"name",
        b"target",
    ),
    "stream": (b"stream",),
    "fraction": (b"instant.nanoofsecond",),
    "shipper": (b"source_type @metadata.beat",),
    "status": (
        (
            b"http.response.status_code http.status_code res.statuscode httprequest.status http_status http_status_code"
            b" downstreamstatus sc-status elb_status_code"
        ),
        b"status status_code statuscode response_code response.status responsestatus.code",
    ),
    "request": (
        (
            b"request request.method http.request.method http.method httprequest.requestmethod method request_method"
            b" requestmethod http_method req.method cs-method uri request_uri requesturi url"
        ),
        b"path",
    ),
    "host": (
        b"host.name host_name resource.attributes.host.name",
        b"hostname host.hostname _hostname machinename",
        b"host",
        b"kubernetes.host kubernetes.pod_node_name",
        b"agent.hostname beat.hostname",
    ),
    "port": (b"port",),
}
"""The keys in lower case that name a field. Of several that a line has, the one in the earliest row counts."""

PLACES = {key: (field, rank) for field, rows in KEYS.items() for rank, row in enumerate(rows) for key in row.split()}
WRAPPING, SHIPPED = PLACES[b"log"], PLACES[b"message"]
OPEN_TELEMETRY = PLACES[b"severitynumber"]
TARGET = PLACES[b"target"]
"""A key that Rust's programs have a module under, and others much else."""
ANY_HOST = PLACES[b"host"]
"""A key by which log shippers say who wrote a line, and programs also which host a line is about."""
EPOCH_SECOND = b"instant.epochsecond"
"""A time in whole seconds; nanoseconds stand apart from it."""

NESTED = frozenset(
    b"log service body jsonpayload fields t timestamp instant kubernetes resource resource.attributes @metadata request"
    b" response responsestatus req res http http.request http.response httprequest host agent beat".split()
)
"""Keys of objects whose keys are looked at as ``key.inner``."""

TIMES_TRIED = tuple(TIMES.index(name) for name in ("iso", "epoch", "clf", "syslog", "ctime", "joined", "jul", "us"))
CUT_BYTES = 16 << 10
"""Docker cuts lines after so many."""
LARGEST_NUMBER, LARGEST_TIME = (1 << 64) - 1, (1 << 63) - 1
_FIT = {
    "service": re.compile(rb"(?![-0-9])"),
    "status": re.compile(rb'("?)[1-5][0-9][0-9]\1\Z'),
    "request": re.compile(rb'"?[A-Z/]'),
    "host": re.compile(rb'("?)(?!-\1\Z)[-0-9A-Za-z._:\x80-\xff]{1,253}\1\Z'),
}
_MODULE = re.compile(rb'"[A-Za-z][0-9A-Za-z_:]*+"')
_NANOSECONDS = re.compile(rb"0*+([0-9]{1,9})")
_NUMBER = re.compile(rb"\+?(?=[0-9])0*+([0-9]{0,20})")


class Fields:
    """The values of one line, strings with their quotes."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, Text]] = {}
        self._whole_seconds = False

    def keep(self, key: bytes, value: Text) -> None:
        """Take note of a string or number under a key in lower case."""
        field, rank = PLACES.get(key, ("", 0))
        head = value.buffer[value.start : min(value.end, value.start + 3)]
        unfit = head in (b"", b'""') or (field in _FIT and not _FIT[field].match(*value))
        foreign = (field, rank) == TARGET and not _MODULE.fullmatch(value.buffer, value.start, value.end)
        if field and not unfit and not foreign and rank < self._found.get(field, (rank + 1,))[0]:
            self._found[field] = rank, value
            if field == "time":
                self._whole_seconds = key == EPOCH_SECOND

    def __contains__(self, field: str) -> bool:
        return field in self._found

    @property
    def message(self) -> Text | None:
        """The message, a string with its quotes."""
        return self._found["message"][1] if "message" in self._found else None

    @property
    def wraps(self) -> bool:
        """Whether the message is a line as a program wrote it, which may have a header of its own."""
        shipped = "shipper" in self and "message" in self and self._found["message"][0] == SHIPPED[1]
        return shipped or self._contained

    @property
    def _contained(self) -> bool:
        """Whether the message is a line that a container wrote."""
        return "message" in self and self._found["message"][0] == WRAPPING[1]

    @property
    def is_part(self) -> bool:
        """Whether the message is the beginning of a container's line: it is as long as may be, and has no end."""
        message = self.message
        if message is None or not self._contained or message.end - message.start <= CUT_BYTES:
            return False
        return not message.copied().endswith(b'\\n"')

    @property
    def stream(self) -> bytes:
        """Which of a container's streams it is, without quotes."""
        return self._name("stream")

    @property
    def service(self) -> bytes:
        """The name of the service, without quotes and escapes."""
        return unescaped(self._found["service"][1]).copied() if "service" in self else b""

    @property
    def host(self) -> bytes:
        """The name of the host that wrote the line, without quotes."""
        asked = "request" in self and (self._found["request"][0] == 0 or "status" in self)
        about = (asked or "port" in self) and "shipper" not in self
        return b"" if about and self._found.get("host", (0,))[0] == ANY_HOST[1] else self._name("host")

    def _name(self, field: str) -> bytes:
        raw = self._found[field][1].copied() if field in self._found else b""
        return raw[1:-1] if len(raw) > 1 and raw.startswith(b'"') else raw

    def time(self, received_ns: int) -> time.Stamp | None:
        """Return the time, which nothing stands behind but perhaps a zone's name in brackets, as Java has it."""
        if "time" not in self._found:
            return None
        text = unescaped(self._found["time"][1]).copied()
        read = (time.read(kind, text, received_ns) for kind in TIMES_TRIED)
        stamp = next((found[0] for found in read if found and text[found[1] : found[1] + 1] in (b"", b"[")), None)
        return stamp and (min(stamp[0] + self._fraction_ns, LARGEST_TIME), stamp[1])

    @property
    def _fraction_ns(self) -> int:
        """The nanoseconds that stand apart from a time in whole seconds."""
        if not self._whole_seconds or "fraction" not in self._found:
            return 0
        digits = _NANOSECONDS.fullmatch(self._found["fraction"][1].copied())
        return int(digits[1]) if digits else 0

    @property
    def severity(self) -> int:
        """The severity, 0 if there is none: that of the level; what a server failed to answer is an error anyway."""
        level, answered = self._level, self._answered
        return max(level, answered) if level == 0 or answered >= severity.ERROR else level

    @property
    def _answered(self) -> int:
        """The severity that the status of an answer stands for; most keys name one only where a request is."""
        if "status" not in self or (self._found["status"][0] > 0 and "request" not in self):
            return 0
        return severity.of_status(self._found["status"][1].copied().strip(b'"'))

    @property
    def _level(self) -> int:
        if "level" not in self._found:
            return 0
        rank, raw = self._found["level"]
        text = unescaped(raw).copied()
        digits = _NUMBER.fullmatch(text)
        number = int(digits[1] or b"0") if digits else LARGEST_NUMBER + 1
        if number <= LARGEST_NUMBER:
            return min(number, 25) % 25 if rank == OPEN_TELEMETRY[1] else severity.BY_NUMBER.get(number, 0)
        return severity.LETTERS.get(text[0], 0) if len(text) == 1 else severity.of_word(text)
