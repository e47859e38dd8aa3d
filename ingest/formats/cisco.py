"""Syslog as routers and firewalls write it: perhaps a sequence number, and a mnemonic."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="cisco",
    summary="Syslog as routers and firewalls write it: perhaps a sequence number, and a mnemonic.",
    patterns=(
        "{pri}{sequence:num}: {host}: *{time:syslog}: {message}",
        "{pri}{sequence:num}: *{time:syslog}: {message}",
        "{pri}{sequence:num}: {time:syslog}: {message}",
        "{pri}{time:syslog}: {message}",
        "{pri}{time:syslog} {host} : {message}",
        "*{time:syslog}: {message}",
        "{time:syslog} {host} : {message}",
    ),
)
