"""The sync benchmark: our server beside Node's, under the same load in the same run.

`python -m bench.sync` measures everything; `--only sprint,quiet` measures less, `--alone` leaves
the other servers out. docs/benchmarks/README.md says how to read what comes out.
"""
