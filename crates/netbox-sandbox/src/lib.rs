//! A small in-process stand-in for NetBox, for a first run, tests and benches. It is not NetBox.
