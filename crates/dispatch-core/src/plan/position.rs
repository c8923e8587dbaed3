//! Where in a list a row stands.

/// Where in a list a row stands, so that a later call can go on there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// How many rows come before, counted over the whole list.
    pub row: u64,
    /// The page the row is on, where the number of rows before is not enough to ask for it.
    pub page: Option<InPage>,
}

/// A place on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InPage {
    /// The number of the page, or the API's own cursor.
    pub token: String,
    /// How many rows of the page come before.
    pub skip: u64,
}

impl Position {
    /// The position of a row.
    #[must_use]
    pub const fn row(row: u64) -> Self {
        Self { row, page: None }
    }

    /// The position of the first row of a page.
    pub(super) const fn page(row: u64, token: String) -> Self {
        Self { row, page: Some(InPage { token, skip: 0 }) }
    }

    /// The position this many rows further, on the same page.
    #[must_use]
    pub(super) fn further(&self, n_rows: u64) -> Self {
        let page = self.page.as_ref().map(|page| InPage {
            token: page.token.clone(),
            skip: page.skip.saturating_add(n_rows),
        });
        Self { row: self.row.saturating_add(n_rows), page }
    }
}
