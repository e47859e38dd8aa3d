"""Kafka without a client: what the sources on kafka-python and on confluent-kafka share.

``GroupSource`` is a source: it hands over batches and keeps account of what is finished. Its ``Reader`` polls a
``Client`` in a thread of its own, so that a slow sink never makes the group think that the worker is dead. A client is
one library behind one small Protocol, a module each in ``ingest/sources``.

Choice: where a partition is read from comes from whoever keeps what was learned (the ``Owner``), since state and
position must not part; the offsets that the group commits are for those who have no owner, and for others to see how
far it is. They are committed last, below all that is not finished.
"""
