"""The parts of `make bench`: machine, processes, gateways, measurements, report."""
