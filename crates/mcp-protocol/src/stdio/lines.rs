use std::{io, mem};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// Splits a stream into lines of bounded length.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    max_bytes: usize,
    line: BytesMut,
    too_long: bool,
}

/// Is a line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// One that is not blank.
    Message(Bytes),
    /// One beyond the bound; it was skipped.
    TooLong,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(super) fn new(reader: R, max_bytes: usize) -> Self {
        Self { reader, max_bytes, line: BytesMut::new(), too_long: false }
    }

    /// Reads up to the end of the next line; `None` at the end of the stream.
    ///
    /// A last line without an end counts.
    ///
    /// # Cancel safety
    ///
    /// What was read of a line is kept.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let available = self.reader.fill_buf().await?;
            let (piece, ended, n_read) = match available.iter().position(|byte| *byte == b'\n') {
                Some(end) => (&available[..end], true, end + 1),
                None => (available, available.is_empty(), available.len()),
            };
            if self.line.len() + piece.len() > self.max_bytes {
                self.too_long = true;
                self.line.clear();
            } else if !self.too_long {
                self.line.extend_from_slice(piece);
            }
            let at_end = n_read == 0;
            self.reader.consume(n_read);
            if !ended {
                continue;
            }
            if let Some(line) = self.take() {
                return Ok(Some(line));
            }
            if at_end {
                return Ok(None);
            }
        }
    }

    /// Takes the line that was read, unless it is blank.
    fn take(&mut self) -> Option<Line> {
        if mem::take(&mut self.too_long) {
            return Some(Line::TooLong);
        }
        let line = self.line.split().freeze();
        (!line.trim_ascii().is_empty()).then_some(Line::Message(line))
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    #[track_caller]
    fn check(input: &str, expected: &[Option<&str>]) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let lines = runtime.block_on(async {
            // A buffer of three bytes cuts lines everywhere.
            let reader = tokio::io::BufReader::with_capacity(3, input.as_bytes());
            let mut lines = Lines::new(reader, 10);
            let mut found = Vec::new();
            while let Some(line) = lines.next().await.expect("memory does not fail") {
                found.push(match line {
                    Line::Message(message) => Some(String::from_utf8_lossy(&message).into_owned()),
                    Line::TooLong => None,
                });
            }
            found
        });
        let lines: Vec<_> = lines.iter().map(Option::as_deref).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn lines_end_with_a_newline_or_the_stream() {
        check("", &[]);
        check("one\ntwo\n", &[Some("one"), Some("two")]);
        check("one\r\n\n \ntwo", &[Some("one\r"), Some("two")]);
    }

    #[test]
    fn long_lines_are_skipped_and_said() {
        check("0123456789\n0123456789a\nnext\n", &[Some("0123456789"), None, Some("next")]);
        check("0123456789abcdefghijklmnopqrstuvwxyz", &[None]);
    }
}
