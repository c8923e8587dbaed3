//! Credentials that are encrypted at rest.

use oauth::sealing::Sealer;
use oauth::store::{SealedCredential, Subject};
use oauth::{Fault, OsEntropy, Secret};

fn sealed() -> (Secret, Sealer, Subject, SealedCredential) {
    let key = Sealer::new_key(&OsEntropy).unwrap();
    let sealer = Sealer::new(&key).unwrap();
    let ada = Subject::new("account:ada");
    let sealed = sealer.seal(&ada, &Secret::new("hunter2"), &OsEntropy).unwrap();
    (key, sealer, ada, sealed)
}

#[test]
fn what_is_sealed_opens_for_the_same_person_only() {
    let (_, sealer, ada, sealed) = sealed();
    assert_eq!(sealer.open(&ada, &sealed).unwrap().expose(), "hunter2");
    assert!(sealer.open(&Subject::new("account:bob"), &sealed).is_err());
    let again = sealer.seal(&ada, &Secret::new("hunter2"), &OsEntropy).unwrap();
    assert_ne!(again, sealed, "no two are alike");
    assert!(!sealed.as_bytes().windows(7).any(|part| part == b"hunter2"));
    assert!(!format!("{sealer:?} {sealed:?}").contains("hunter2"));
}

#[test]
fn what_was_changed_does_not_open() {
    let (_, sealer, ada, sealed) = sealed();
    let bytes = sealed.as_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        assert!(sealer.open(&ada, &SealedCredential::new(changed)).is_err(), "{place}");
        let cut = SealedCredential::new(bytes[..place].to_vec());
        assert_eq!(sealer.open(&ada, &cut).unwrap_err().fault(), Fault::Store);
    }
}

#[test]
fn keys_are_replaced_one_after_the_other() {
    let (old_key, _, ada, sealed) = sealed();
    let new_key = Sealer::new_key(&OsEntropy).unwrap();
    assert!(Sealer::new(&new_key).unwrap().open(&ada, &sealed).is_err());
    let sealer = Sealer::new(&new_key).unwrap().with_earlier_key(&old_key).unwrap();
    assert_eq!(sealer.open(&ada, &sealed).unwrap().expose(), "hunter2");
    let renewed = sealer.seal(&ada, &Secret::new("hunter2"), &OsEntropy).unwrap();
    assert!(Sealer::new(&new_key).unwrap().open(&ada, &renewed).is_ok());
    // Hexadecimal digits do, and what is no key does not.
    assert!(Sealer::new(&Secret::new("0f".repeat(32))).is_ok());
    for bad in ["", "short", &"0f".repeat(31), &"x".repeat(44)] {
        let error = Sealer::new(&Secret::new(bad)).unwrap_err();
        assert_eq!(error.fault(), Fault::Configuration);
        assert!(bad.is_empty() || !error.to_string().contains(bad));
    }
}
