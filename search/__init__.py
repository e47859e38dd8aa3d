"""The store and the questions asked of it.

``store.py`` holds the contract; ``stores/memory.py`` keeps it slowly and obviously, ``stores/local.py`` in one SQLite
file with Parquet segments beside it, ``stores/opensearch.py`` in a cluster that any number of processes share.

Why these: SQLite enforces unique ids, fsyncs, and lets readers in beside a writer. Rows of entries are too many for it;
a column file of them is smaller than the log and read by everybody's tools. LanceDB was measured and left: no fsync,
ids doubled by two writers. k-NN is exact: templates are some thousands, and a filtered approximate index loses recall.
"""

if __name__ != "logburl.search":
    raise ImportError("import this folder as logburl.search")
