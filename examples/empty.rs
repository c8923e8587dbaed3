//! The examples of this package are in the folders beside this file; this library is empty.
