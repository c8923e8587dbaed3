//! [2025-11-25](https://modelcontextprotocol.io/specification/2025-11-25/changelog): icons and
//! descriptions, step-up challenges, and wrong arguments as tool results rather than errors.

use super::features::Features;
use super::v2025_06_18;

pub(crate) const FEATURES: Features =
    Features { implementation_details: true, ..v2025_06_18::FEATURES };
