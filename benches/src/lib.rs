//! What the reports and benchmarks of this package share.
