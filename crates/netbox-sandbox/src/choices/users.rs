//! The choices of `users`.

use crate::table::Choices;

pub(crate) const TOKEN_VERSION: Choices = &[("1", "v1"), ("2", "v2")];
