"""What a sender of OTLP is answered, in the encoding that it speaks.

Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
"""

from collections.abc import Sequence

import orjson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceResponse,
)

from logburl.ingest.listening.http import Answer

PROTOBUF, JSON = "application/x-protobuf", "application/json"
AGAIN_S = {"Retry-After": "1"}
MOST_TOLD = 3


def stored(kind: str, refused: Sequence[str]) -> Answer:
    """Return the answer that all is stored, but for the records that were refused, each with the reason."""
    if not refused:
        return Answer(200, b"{}" if kind == JSON else b"", kind)
    told = "; ".join(dict.fromkeys(refused[:MOST_TOLD]))
    if kind == JSON:
        partial = {"rejectedLogRecords": str(len(refused)), "errorMessage": told}
        return Answer(200, orjson.dumps({"partialSuccess": partial}), kind)
    success = ExportLogsPartialSuccess(rejected_log_records=len(refused), error_message=told)
    return Answer(200, ExportLogsServiceResponse(partial_success=success).SerializeToString(), kind)


def failed(status: int, kind: str, why: str) -> Answer:
    """Return the answer that nothing is taken; 503: and that it may be sent again."""
    # A google.rpc.Status has its message under the number that this one has its own under.
    status_message = ExportLogsPartialSuccess(error_message=why).SerializeToString()
    body = orjson.dumps({"message": why}) if kind == JSON else status_message
    return Answer(status, body, kind, AGAIN_S if status == 503 else {})
