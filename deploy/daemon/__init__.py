"""``logburl run``: the engine of a scan, run for months by as many workers as there are streams.

::

    reader thread                      keeper thread
    source.poll ──► batches ─────────► unseen → parse → date → count → store.add
        ▲                              every so many seconds or bytes: store.commit
        └── source.commit ◄─ durable ◄─┘         every so many seconds: judge, store.commit

**Delivery.** An entry's id is its stream and position. A commit holds entries, counts, the place, and the stream's
state (its account and where its clock stands), all or nothing; only then is the batch committed to the source. Where a
stream goes on is what the store says; a source's own positions are for others to see. A store that fences
writers has a handle per stream: whoever opens it later makes the commit of the one before fail, who forgets the stream
and goes on with the others. After any other error all that the store forgot is taken in again, until it takes it.

**What stands at the end is a function of the lines**, whichever worker read them, in which pieces, killed how often:

* Signatures and counts are sums over commits, each in the store once. Windows have one width (``run.window_s``),
  whatever is in a commit, so that their sum does not depend on where commits cut. The clock of a stream goes on from
  the state that was committed with the entries before.
* The fleet has one judge: the owner of the first stream. It judges the sum of all commits, at a steady cadence, and
  once more when it begins, since the judge before it may have been killed between a commit and its judgement.
* So templates are those of the set of all signatures, and the incidents that stand are those of the last judgement,
  which is one over all counts of the last day, with ids, ranks, and what was seen before, of that judgement alone.
  An incident that an earlier one found, and told perhaps, and that is none by what came later, is kept
  and marked as withdrawn (``standing``). What was told when (``live.told``) is history, and depends on when one looked.

Where that ends: an incident older than the counts that are looked at (a day, or ``judge.MAX_CELLS`` counts) stays as
it was judged last; entries of files (not of Kafka, whose records bring a time) in front of the first time
of their stream are counted by the batch that they came in.
"""
