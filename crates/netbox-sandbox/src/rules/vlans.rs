//! VLANs, their groups, and ranges of numbers.

use serde_json::{Value, json};

use crate::{
    problem::{Problems, WHOLE},
    render::View,
    state::Object,
    write::Draft,
};

const MIN_VID: i64 = 1;
const MAX_VID: i64 = 4094;

/// The ranges of a group: by default, all.
pub(crate) fn vid_ranges(group: &Object) -> Vec<(i64, i64)> {
    let ranges = group.get("vid_ranges").as_array().into_iter().flatten();
    ranges.filter_map(|range| Some((range[0].as_i64()?, range[1].as_i64()?))).collect()
}

pub(crate) fn total_vlan_ids(_: &View<'_>, group: &Object) -> Value {
    json!(total(group))
}

fn total(group: &Object) -> i64 {
    vid_ranges(group).iter().map(|(first, last)| last - first + 1).sum()
}

/// How much of a group is used, in percent, as NetBox's text.
pub(crate) fn utilization(view: &View<'_>, group: &Object) -> Value {
    let used = view.state.referring("ipam/vlans", "group", group.id).count();
    let total = total(group);
    if total == 0 || used == 0 {
        return json!("0.0");
    }
    json!(format!("{:.2}", used as f64 * 100.0 / total as f64))
}

/// `?contains_vid=` of VLAN groups.
pub(crate) fn does_contain_vid(_: &View<'_>, group: &Object, text: &str) -> bool {
    text.parse().is_ok_and(|vid: i64| {
        vid_ranges(group).iter().any(|(first, last)| (*first..=*last).contains(&vid))
    })
}

/// NetBox's validation of a VLAN group.
pub(crate) fn clean_group(draft: &mut Draft<'_>, problems: &mut Problems) {
    if draft.before.is_none() && !draft.body.contains_key("vid_ranges") {
        draft.object.set("vid_ranges", json!([[MIN_VID, MAX_VID]]));
    }
    let mut ranges = vid_ranges(&draft.object);
    for (first, last) in &ranges {
        let message = if *first < MIN_VID {
            format!("Starting VLAN ID in range ({first}) cannot be less than {MIN_VID}")
        } else if *last > MAX_VID {
            format!("Ending VLAN ID in range ({last}) cannot exceed {MAX_VID}")
        } else if first > last {
            format!(
                "Ending VLAN ID in range must be greater than or equal to the starting VLAN ID \
                 ({first}-{last})"
            )
        } else {
            continue;
        };
        problems.add("vid_ranges", message);
        return;
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[1].0 <= pair[0].1) {
        problems.add("vid_ranges", "Ranges cannot overlap.");
    }
}

/// NetBox's validation of a VLAN, which stops at the first complaint.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let vlan = &draft.object;
    let view = draft.view();
    if let Some(group) = draft.target("group") {
        let name = view.display("ipam/vlan-groups", Some(group.id));
        let site = vlan.id_of("site");
        if group.text("scope_type") == "dcim.site"
            && site.is_some()
            && site != group.id_of("scope_id")
        {
            let scope = view.display("dcim/sites", group.id_of("scope_id"));
            let site = view.display("dcim/sites", site);
            problems.add(
                WHOLE,
                format!(
                    "VLAN is assigned to group {name} (scope: {scope}); cannot also assign to site \
                     {site}."
                ),
            );
            return;
        }
        let vid = vlan.get("vid").as_i64().unwrap_or_default();
        let ranges = vid_ranges(group);
        if !ranges.iter().any(|(first, last)| (first..=last).contains(&&vid)) {
            let ranges = ranges.iter().map(|(first, last)| {
                if first == last { first.to_string() } else { format!("{first}-{last}") }
            });
            let ranges = ranges.collect::<Vec<_>>().join(",");
            problems
                .add("vid", format!("VID must be in ranges {ranges} for VLANs in group {name}"));
            return;
        }
    }
    let customer = vlan.text("qinq_role") == "cvlan";
    let served = vlan.id_of("qinq_svlan").is_some();
    if served && !customer {
        problems.add("qinq_svlan", "Only Q-in-Q customer VLANs maybe assigned to a service VLAN.");
    } else if customer && !served {
        problems.add("qinq_role", "A Q-in-Q customer VLAN must be assigned to a service VLAN.");
    }
}

/// NetBox's validation of a range of AS numbers.
pub(crate) fn clean_asn_range(draft: &mut Draft<'_>, problems: &mut Problems) {
    let number = |name: &str| draft.object.get(name).as_i64().unwrap_or_default();
    let (start, end) = (number("start"), number("end"));
    if end <= start {
        problems
            .add(WHOLE, format!("Starting ASN ({start}) must be lower than ending ASN ({end})."));
    }
}
