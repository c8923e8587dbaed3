//! Credentials of people, encrypted before they reach a store.
//!
//! Where a person proves an account elsewhere, what it was proved with is kept to act for them. A
//! [`Sealer`] encrypts it with AES-256-GCM, under a key that is not in the store, and binds it to
//! the person: a row that is moved to somebody else does not open.
//!
//! ```
//! use oauth::sealing::Sealer;
//! use oauth::store::Subject;
//! use oauth::{OsEntropy, Secret};
//!
//! let key = Sealer::new_key(&OsEntropy)?; // Kept in a file, or in the environment.
//! let sealer = Sealer::new(&key)?;
//! let ada = Subject::new("account:ada");
//! let sealed = sealer.seal(&ada, &Secret::new("the token of ada"), &OsEntropy)?;
//! assert_eq!(sealer.open(&ada, &sealed)?.expose(), "the token of ada");
//! assert!(sealer.open(&Subject::new("account:bob"), &sealed).is_err());
//! # Ok::<(), oauth::Error>(())
//! ```

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::entropy::Entropy;
use crate::error::Error;
use crate::secret::Secret;
use crate::store::{SealedCredential, Subject};

/// Encrypts credentials, and decrypts what it or its predecessors encrypted.
pub struct Sealer {
    /// The first seals; all open.
    keys: Vec<LessSafeKey>,
}

impl Sealer {
    /// Seals with this key: 32 bytes, in base64 or as hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Fails if the text is no such key.
    pub fn new(key: &Secret) -> Result<Self, Error> {
        Ok(Self { keys: vec![read(key)?] })
    }

    /// Opens what was sealed with an earlier key, too.
    ///
    /// # Errors
    ///
    /// Fails if the text is no key.
    pub fn with_earlier_key(mut self, key: &Secret) -> Result<Self, Error> {
        self.keys.push(read(key)?);
        Ok(self)
    }

    /// Makes a key, to be kept outside of the store.
    ///
    /// # Errors
    ///
    /// Fails if there is no randomness to be had.
    pub fn new_key(entropy: &dyn Entropy) -> Result<Secret, Error> {
        let mut key = [0; N_KEY_BYTES];
        entropy.fill(&mut key)?;
        Ok(Secret::new(STANDARD.encode(key)))
    }

    /// Encrypts what belongs to this person.
    ///
    /// # Errors
    ///
    /// Fails if there is no randomness to be had.
    pub fn seal(
        &self,
        subject: &Subject,
        credential: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<SealedCredential, Error> {
        let key = self.keys.first().ok_or_else(Error::sealing)?;
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce)?;
        let mut encrypted = credential.expose().as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::from(&nonce), aad(subject), &mut encrypted)
            .map_err(|_| Error::sealing())?;
        Ok(SealedCredential::new([&[VERSION][..], &nonce, &encrypted].concat()))
    }

    /// Decrypts what was sealed for this person.
    ///
    /// # Errors
    ///
    /// Fails if it was sealed with another key, for someone else, or was changed.
    pub fn open(&self, subject: &Subject, sealed: &SealedCredential) -> Result<Secret, Error> {
        let Some((&VERSION, rest)) = sealed.as_bytes().split_first() else {
            return Err(Error::opening());
        };
        let (nonce, encrypted) =
            rest.split_first_chunk::<NONCE_LEN>().ok_or_else(Error::opening)?;
        let mut keys = self.keys.iter();
        let opened = keys.find_map(|key| {
            let mut text = encrypted.to_vec();
            let plain = key.open_in_place(Nonce::from(nonce), aad(subject), &mut text).ok()?;
            std::str::from_utf8(plain).ok().map(Secret::new)
        });
        opened.ok_or_else(Error::opening)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", self.keys.len())
    }
}

/// What is bound to the ciphertext: whose it is, and what it is.
fn aad(subject: &Subject) -> Aad<Vec<u8>> {
    Aad::from(format!("mcp-dispatch credential\n{subject}").into_bytes())
}

fn read(key: &Secret) -> Result<LessSafeKey, Error> {
    let text = key.expose().trim();
    let bytes = hexadecimal(text).or_else(|| STANDARD.decode(text).ok());
    let bytes = bytes.filter(|bytes| bytes.len() == N_KEY_BYTES).ok_or_else(Error::sealing_key)?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| Error::sealing_key())?;
    Ok(LessSafeKey::new(key))
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * N_KEY_BYTES || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2).map(std::str::from_utf8);
    pairs.map(|pair| u8::from_str_radix(pair.ok()?, 16).ok()).collect()
}

const N_KEY_BYTES: usize = 32;

/// The form of what is sealed: this byte, the nonce, the ciphertext and its tag.
const VERSION: u8 = 1;
