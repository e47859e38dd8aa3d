"""Collections of supercomputers' logs: perhaps an alert label, then epoch, date, node and the line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="supercomputer",
    summary="Collections of supercomputers' logs: perhaps an alert label, then epoch, date, node and the line.",
    patterns=(
        "{label} {time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {service}[{procid}]: {message}",
        "{label} {time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {service}: {message}",
        "{label} {time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {level} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {message}",
        "{time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {service}[{procid}]: {message}",
        "{time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {service}: {message}",
        "{time:epoch} {date} {node} {month} {day:num} {clock:clock} {host} {message}",
        "{time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {level} {message}",
        "{time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {message}",
    ),
)
