//! Ranges of addresses.

use serde_json::{Value, json};

use crate::{
    net::Net,
    problem::{Problems, WHOLE},
    render::View,
    state::Object,
    write::Draft,
};

const MAX_SIZE: u128 = (1 << 32) - 1;

/// The first and last address of a range.
pub(crate) fn bounds(object: &Object) -> Option<(Net, Net)> {
    Net::parse(object.text("start_address")).zip(Net::parse(object.text("end_address")))
}

/// How many addresses there are.
pub(crate) fn size(_: &View<'_>, object: &Object) -> Value {
    let n = bounds(object).map(|(first, last)| last.host().saturating_sub(first.host()) + 1);
    json!(n.and_then(|n| u64::try_from(n).ok()))
}

/// `192.0.2.10-20/24`: the last address is shortened to what differs.
pub(crate) fn display(object: &Object) -> String {
    let Some((first, last)) = bounds(object) else { return String::new() };
    let separator = if first.v6 { ':' } else { '.' };
    let (start, end) = (first.host_text(), last.host_text());
    if start == end {
        return format!("{start}/{}", first.length);
    }
    let common = start.split(separator).zip(end.split(separator)).take_while(|(a, b)| a == b);
    let parts: Vec<_> = end.split(separator).collect();
    let kept = common.count().min(parts.len() - 1);
    let rest = parts[kept..].join(&separator.to_string());
    format!("{start}-{rest}/{}", first.length)
}

/// NetBox's validation of a range.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some((first, last)) = bounds(&draft.object) else { return };
    if first.v6 != last.v6 {
        problems.add("end_address", "Starting and ending IP address versions must match");
    } else if first.length != last.length {
        problems.add("end_address", "Starting and ending IP address masks must match");
    } else if last.host() < first.host() {
        problems.add(
            "end_address",
            format!(
                "Ending address must be greater than or equal to the starting address ({first})"
            ),
        );
    } else if let Some(other) = overlapping(draft, first, last) {
        let vrf = draft.object.id_of("vrf");
        let vrf =
            vrf.map_or_else(|| "None".to_owned(), |id| draft.view().display("ipam/vrfs", Some(id)));
        problems.add(WHOLE, format!("Defined addresses overlap with range {other} in VRF {vrf}"));
    } else if last.host() - first.host() >= MAX_SIZE {
        problems.add(WHOLE, format!("Defined range exceeds maximum supported size ({MAX_SIZE})"));
    }
}

fn overlapping(draft: &Draft<'_>, first: Net, last: Net) -> Option<String> {
    let object = &draft.object;
    let mut others = draft
        .state
        .all("ipam/ip-ranges")
        .filter(|other| other.id != object.id && other.get("vrf") == object.get("vrf"));
    let overlap = others.find(|other| {
        bounds(other).is_some_and(|(from, to)| {
            from.v6 == first.v6 && from.host() <= last.host() && first.host() <= to.host()
        })
    });
    overlap.map(|other| display(other))
}

/// `?contains=`: a range around this address.
pub(crate) fn does_contain(_: &View<'_>, object: &Object, text: &str) -> bool {
    bounds(object).zip(Net::parse(text)).is_some_and(|((first, last), wanted)| {
        first.v6 == wanted.v6 && first.host() <= wanted.host() && wanted.host() <= last.host()
    })
}
