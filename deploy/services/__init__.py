"""A real broker and a real search cluster on this machine, without containers: for trying out, the demo and the tests.

Apache Kafka (KRaft, one broker) and OpenSearch with k-NN (one node) are put together from the artefacts that their
projects publish for Maven, at versions and hashes that ``artefacts.json`` pins. ``roots`` says which they are and
where each belongs, ``maven`` fetches, ``artefacts`` verifies and lays out, ``java`` finds a Java; ``kafka`` and
``opensearch`` write the settings and know how to tell that one answers, ``security`` makes certificates and passwords;
``service`` starts, ends, kills and pauses; ``home`` remembers what was started; ``commands`` is ``logburl services``.

Nothing here is imported by the daemon or a scan, and none of it is a way to run Kafka or OpenSearch in production.
"""
