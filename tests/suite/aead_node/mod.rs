//! The module `aead` with Node's `crypto`, which is OpenSSL: each opens what the other has sealed, and nothing that
//! was changed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use kilowat::{Error, Runtime};
use kilowat_operations::generator::Generator;
use serde::{Deserialize, Serialize};

use crate::common::tool_is_there;

/// Lengths of texts: around the blocks of each cipher, and more than a kernel takes in one go.
const LENGTHS: [usize; 14] = [
    0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 255, 256, 1000, 70_000,
];

#[derive(Debug, Serialize)]
struct Message {
    cipher: &'static str,
    key: Vec<u8>,
    nonce: Vec<u8>,
    aad: Vec<u8>,
    text: Vec<u8>,
    sealed: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    sealed: Vec<u8>,
    opened: Option<Vec<u8>>,
}

impl Message {
    fn seal(&self, runtime: &Runtime) -> Result<Vec<u8>, Error> {
        let Self {
            key, nonce, aad, ..
        } = self;
        if self.cipher.starts_with("aes") {
            runtime.aes_gcm_seal_with_nonce(key, nonce, aad, &self.text)
        } else {
            let (key, nonce) = (key[..].try_into().unwrap(), nonce[..].try_into().unwrap());
            runtime.chacha20_poly1305_seal_with_nonce(key, nonce, aad, &self.text)
        }
    }

    fn open(&self, runtime: &Runtime, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let Self {
            key, nonce, aad, ..
        } = self;
        if self.cipher.starts_with("aes") {
            runtime.aes_gcm_open_with_nonce(key, nonce, aad, sealed)
        } else {
            let (key, nonce) = (key[..].try_into().unwrap(), nonce[..].try_into().unwrap());
            runtime.chacha20_poly1305_open_with_nonce(key, nonce, aad, sealed)
        }
    }
}

/// What Node makes of messages.
fn node(messages: &[Message]) -> Vec<Answer> {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/suite/aead_node/crypto.mjs"
    );
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(messages).unwrap();
    // It reads all of it before it writes.
    node.stdin.take().unwrap().write_all(&input).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "node fails: {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn node_and_we_open_what_the_other_seals() {
    if !tool_is_there("node", "nodejs") {
        return;
    }
    let runtime = Runtime::new();
    let mut generator = Generator::new(0x006e_6f64_6500, &[]);
    let mut messages = Vec::new();
    for (cipher, key_len, nonce_len) in [
        ("aes-128-gcm", 16, 12),
        ("aes-256-gcm", 32, 12),
        ("aes-256-gcm", 32, 7),
        ("aes-256-gcm", 32, 60),
        ("chacha20-poly1305", 32, 12),
    ] {
        for (index, len) in LENGTHS.into_iter().enumerate() {
            let [key, nonce, aad, text] =
                [key_len, nonce_len, 11 * index, len].map(|len| generator.random_bytes(len));
            let mut message = Message {
                cipher,
                key,
                nonce,
                aad,
                text,
                sealed: Vec::new(),
            };
            message.sealed = message.seal(&runtime).unwrap();
            messages.push(message);
        }
    }
    for (message, answer) in messages.iter().zip(node(&messages)) {
        let what = format!("{} of {} bytes", message.cipher, message.text.len());
        assert!(
            answer.opened.as_ref() == Some(&message.text),
            "{what}: Node opens"
        );
        let opened = message.open(&runtime, &answer.sealed);
        assert!(opened.unwrap() == message.text, "{what}: Node seals");
    }
    // The same with one bit that is another, of the tag or of the text.
    for (index, message) in messages.iter_mut().enumerate() {
        let last = message.sealed.len() - 1;
        message.sealed[if index % 2 == 0 { last } else { 0 }] ^= 0x10;
    }
    for (message, answer) in messages.iter().zip(node(&messages)) {
        let what = format!("{} of {} bytes", message.cipher, message.text.len());
        assert!(
            answer.opened.is_none(),
            "{what}: Node opens what was changed"
        );
        let opened = message.open(&runtime, &message.sealed);
        assert!(opened.is_err(), "{what}: we open what was changed");
    }
}
