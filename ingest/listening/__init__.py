"""What sources share that senders come to (OTLP, syslog), in place of going to read themselves.

``loop`` runs a server in a thread, ``inbox`` is where what came waits, within bounds, and ``source`` hands it over as
batches with positions. ``http`` and ``framing`` know how requests and messages are told apart on a connection.

**Positions.** What came has none of its own: the records of a stream are counted, and the count goes on from where the
store says that the stream ends. A sender that has no answer sends again, so what the store had taken by then is there
twice. Of those that can acknowledge (OTLP), nothing is lost that was acknowledged; the others (syslog) can lose.

**Streams.** One for each sender, ``SCHEME://NAME/SENDER``, where the name is that of the receiver, so that two of them
do not write to one stream. There are at most so many; the senders beyond share ``SCHEME://NAME/``.
"""
