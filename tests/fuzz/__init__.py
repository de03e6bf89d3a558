"""Bad inputs by the hundred: each ends in one line and a documented code, with the earlier result or a new one whole.

``make fuzz`` runs all of them, the ordinary tests a sample. Every case is named by kind and number, and drawn from
these and ``FUZZ_SEED`` alone: ``FUZZ_ROUNDS=25 FUZZ_SEED=1 pytest tests/fuzz -k tiff_bytes-17`` is the same file again.
"""
