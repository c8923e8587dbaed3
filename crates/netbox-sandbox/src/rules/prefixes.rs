//! Prefixes and aggregates: their hierarchy, and what they refuse.

use serde_json::{Value, json};

use crate::{net::Net, problem::Problems, render::View, state::Object, write::Draft};

const PREFIXES: &str = "ipam/prefixes";

fn net(object: &Object) -> Option<Net> {
    Net::parse(object.text("prefix"))
}

/// The other prefixes of the same VRF, as networks.
fn neighbours<'a>(view: &View<'a>, object: &'a Object) -> impl Iterator<Item = (&'a Object, Net)> {
    let others = view.state.all(PREFIXES).map(AsRef::as_ref).filter(move |other: &&Object| {
        other.id != object.id && other.get("vrf") == object.get("vrf")
    });
    others.filter_map(|other| Some((other, net(other)?)))
}

/// How many prefixes of the same VRF lie in this one.
pub(crate) fn children(view: &View<'_>, object: &Object) -> Value {
    let Some(own) = net(object) else { return json!(0) };
    let inside = |(_, other): &(&Object, Net)| *other != own && own.contains(*other);
    json!(neighbours(view, object).filter(inside).count())
}

/// How many prefixes of the same VRF this one lies in.
pub(crate) fn depth(view: &View<'_>, object: &Object) -> Value {
    let Some(own) = net(object) else { return json!(0) };
    let around = |(_, other): &(&Object, Net)| *other != own && other.contains(own);
    json!(neighbours(view, object).filter(around).count())
}

/// NetBox's validation of a prefix. Host bits are cut off first, as on saving.
pub(crate) fn clean(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(own) = net(&draft.object) else { return };
    let own = own.network();
    draft.object.set("prefix", own.to_string());
    if own.length == 0 {
        problems.add("prefix", "Cannot create prefix with /0 mask.");
        return;
    }
    let vrf = draft.target("vrf");
    let enforced = vrf.is_none_or(|vrf| vrf.is_true("enforce_unique"));
    let view = draft.view();
    let duplicate = neighbours(&view, &draft.object).find(|(_, other)| *other == own);
    if enforced && duplicate.is_some() {
        let table = match draft.object.id_of("vrf") {
            Some(vrf) => format!("VRF {}", view.display("ipam/vrfs", Some(vrf))),
            None => "global table".to_owned(),
        };
        problems.add("prefix", format!("Duplicate prefix found in {table}: {own}"));
    }
}

/// NetBox's validation of an aggregate.
pub(crate) fn clean_aggregate(draft: &mut Draft<'_>, problems: &mut Problems) {
    let Some(own) = net(&draft.object) else { return };
    let own = own.network();
    draft.object.set("prefix", own.to_string());
    if own.length == 0 {
        problems.add("prefix", "Cannot create aggregate with /0 mask.");
        return;
    }
    let others = draft.state.all("ipam/aggregates").filter(|other| other.id != draft.object.id);
    let others: Vec<Net> = others.filter_map(|other| net(other)).collect();
    if let Some(cover) = others.iter().find(|other| other.contains(own)) {
        problems.add(
            "prefix",
            format!(
                "Aggregates cannot overlap. {own} is already covered by an existing aggregate \
                 ({cover})."
            ),
        );
    } else if let Some(covered) = others.iter().find(|other| own.contains(**other)) {
        problems.add(
            "prefix",
            format!(
                "Prefixes cannot overlap aggregates. {own} covers an existing aggregate ({covered})."
            ),
        );
    }
}

/// `?prefix=`
pub(crate) fn is_prefix(_: &View<'_>, object: &Object, text: &str) -> bool {
    net(object).zip(Net::parse(text)).is_some_and(|(own, wanted)| own == wanted.network())
}

/// `?within=`: below this network.
pub(crate) fn is_within(_: &View<'_>, object: &Object, text: &str) -> bool {
    let pair = net(object).zip(Net::parse(text));
    pair.is_some_and(|(own, around)| around.contains(own) && own != around.network())
}

/// `?within_include=`: below this network, or it.
pub(crate) fn is_within_or_is(_: &View<'_>, object: &Object, text: &str) -> bool {
    net(object).zip(Net::parse(text)).is_some_and(|(own, around)| around.contains(own))
}

/// `?contains=`: around this network or address.
pub(crate) fn does_contain(_: &View<'_>, object: &Object, text: &str) -> bool {
    net(object).zip(Net::parse(text)).is_some_and(|(own, inside)| own.contains(inside))
}

/// The network or address that an object is about.
fn own_net(object: &Object) -> Option<Net> {
    let fields = ["prefix", "address", "start_address"];
    fields.iter().find_map(|field| Net::parse(object.text(field)))
}

/// `?family=`
pub(crate) fn is_of_family(_: &View<'_>, object: &Object, text: &str) -> bool {
    own_net(object).is_some_and(|net| net.family().to_string() == text)
}

fn mask_compares(object: &Object, text: &str, is: fn(&u8, &u8) -> bool) -> bool {
    own_net(object).zip(text.parse().ok()).is_some_and(|(net, wanted)| is(&net.length, &wanted))
}

/// `?mask_length=`
pub(crate) fn has_mask_length(_: &View<'_>, object: &Object, text: &str) -> bool {
    mask_compares(object, text, u8::eq)
}

/// `?mask_length__gte=`
pub(crate) fn has_mask_length_from(_: &View<'_>, object: &Object, text: &str) -> bool {
    mask_compares(object, text, u8::ge)
}

/// `?mask_length__lte=`
pub(crate) fn has_mask_length_to(_: &View<'_>, object: &Object, text: &str) -> bool {
    mask_compares(object, text, u8::le)
}

/// `?depth=`
pub(crate) fn has_depth(view: &View<'_>, object: &Object, text: &str) -> bool {
    text.parse().is_ok_and(|wanted: u64| depth(view, object) == wanted)
}

/// `?children=`
pub(crate) fn has_children(view: &View<'_>, object: &Object, text: &str) -> bool {
    text.parse().is_ok_and(|wanted: u64| children(view, object) == wanted)
}
