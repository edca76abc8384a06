"""The least time that a training step could take on this machine:

  its matrix products, each at the rate that the machine reaches for that very shape with all threads
  at work (bench/rates.c), and the bytes that no implementation can leave where they are
  (bench/count.h) at the bandwidth measured for a working set of the step's size; the sum of both.

Counted strictly: random numbers, elementary functions, gathering, sorting, and the multiplications of
sparse rows are not in it.  Nobody reaches it.
"""

import os

from .worker import Worker


class Floors:
    def __init__(self, build, threads):
        env = {**os.environ, "RECNN_NUM_THREADS": str(threads)}
        self.rates = Worker([os.path.join(build, "recnn-env"), os.path.join(build, "bench", "rates")], env=env)
        self.known = {}

    def close(self):
        self.rates.close()

    def product(self, shape):
        """Seconds of one product's share, all threads working."""
        if shape not in self.known:
            answer = self.rates.ask("product", *shape)
            self.known[shape] = answer["seconds"] / answer["threads"]
        return self.known[shape]

    def of(self, count):
        """The floor of a step from bench/rounds's answer to "count"."""
        products = operations = 0.0
        for *shape, times in count["products"]:
            _, _, m, n, k = shape
            products += times * self.product(tuple(shape))
            operations += times * 2.0 * m * n * k
        moved = sum(count["bytes"].values())
        # Each byte is read and written at least once in a step: half of it is there at a time.
        working_set = int(moved / 2)
        bandwidth = self.rates.ask("move", max(working_set, 4096))["bytes_a_second"]
        return {"operations": operations, "products_seconds": products, "bytes": count["bytes"],
                "working_set": working_set, "bytes_a_second": bandwidth, "bytes_seconds": moved / bandwidth,
                "seconds": products + moved / bandwidth}
