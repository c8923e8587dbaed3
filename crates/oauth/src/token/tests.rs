use super::{AccessToken, Form, TokenFormat, TokenHash, base62};
use crate::entropy::{Entropy, EntropyUnavailable, OsEntropy};

/// The same byte again and again.
struct Same(u8);

impl Entropy for Same {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyUnavailable> {
        bytes.fill(self.0);
        Ok(())
    }
}

struct Nothing;

impl Entropy for Nothing {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyUnavailable> {
        Err(EntropyUnavailable)
    }
}

#[test]
fn a_token_has_its_form() {
    let format = TokenFormat::default();
    let token = format.issue(&OsEntropy).unwrap();
    assert_eq!(token.expose().len(), "mcpd_".len() + 43 + "_".len() + 6);
    assert_eq!(token.expose().matches('_').count(), 2);
    assert_eq!(format.form(&token), Form::Whole);
    assert_ne!(token.expose(), format.issue(&OsEntropy).unwrap().expose());
    assert!(format.issue(&Nothing).is_err());
}

#[test]
fn randomness_is_written_whole() {
    assert_eq!(base62::encode([0; 32]), "0".repeat(43));
    let mut one = [0; 32];
    one[31] = 63;
    assert_eq!(base62::encode(one), format!("{}11", "0".repeat(41)));
    // 2^256 - 1, by another implementation.
    assert_eq!(base62::encode([255; 32]), "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1");
}

#[test]
fn every_slip_is_told() {
    let format = TokenFormat::default();
    let token = format.issue(&Same(7)).unwrap().expose().to_owned();
    for place in 0..token.len() {
        for slip in ["", "x", "_"] {
            let slipped = format!("{}{slip}{}", &token[..place], &token[place + 1..]);
            if slipped == token {
                continue;
            }
            let form = format.form(&AccessToken::new(slipped.clone()));
            assert_ne!(form, Form::Whole, "{slipped}");
            assert_eq!(form == Form::Other, place < 5, "{slipped}");
        }
    }
    assert_eq!(format.form(&AccessToken::new(format!("{token} "))), Form::Damaged);
    for other in ["", "mcpd", "ghp_abc", "eyJhbGciOi.J9.x"] {
        assert_eq!(format.form(&AccessToken::new(other)), Form::Other, "{other}");
    }
}

#[test]
fn a_prefix_is_short_and_plain() {
    for prefix in ["", "UPPER", "with_underscore", "way-too-long-of-a-prefix", "ä"] {
        assert!(TokenFormat::new(prefix).is_err(), "{prefix}");
    }
    let format = TokenFormat::new("acme1").unwrap();
    let token = format.issue(&OsEntropy).unwrap();
    assert!(token.expose().starts_with("acme1_"));
    assert_eq!(TokenFormat::default().form(&token), Form::Other);
}

#[test]
fn no_secret_shows_by_itself() {
    let token = AccessToken::new("mcpd_hunter2");
    assert_eq!(format!("{token:?} {:?}", token.hash()), "AccessToken(***) TokenHash(..)");
}

#[test]
fn a_hash_is_kept_as_digits() {
    let hash = AccessToken::new("abc").hash();
    let json = serde_json::to_string(&hash).unwrap();
    assert_eq!(json, "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"");
    assert_eq!(serde_json::from_str::<TokenHash>(&json).unwrap(), hash);
    for damaged in ["\"\"", "\"ba78\"", "3", &json.replace("ba", "xy"), &json.replace("ba", "+a")] {
        assert!(serde_json::from_str::<TokenHash>(damaged).is_err(), "{damaged}");
    }
}
